"""Knowledge: what dfcheck knows about the programs that a RUN calls.

`tools` is the vocabulary, as data; `pins` tells which package words name a version. `calls` reads a shell command
with that vocabulary, `packages` says what it installs, `cleaning` what it leaves in the layer, and `edits` how to
write into it.
"""
