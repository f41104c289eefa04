"""dfcheck: what is wrong with a Dockerfile and what it will build, before you build it."""
