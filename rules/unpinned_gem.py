"""gem installs a gem without a version

Without a version `gem install` takes the newest, so the same Dockerfile builds something else next month, and breaks one day
without any change to it. Old versions stay on rubygems.org: name one, or use Bundler with a lock file.

```dockerfile bad
FROM ruby:3.4
RUN gem install --no-document bundler
```

```dockerfile good
FROM ruby:3.4
RUN gem install --no-document bundler:2.7.2
RUN gem install bundler -v 2.7.2
RUN gem install /tmp/tool-1.0.gem
```

What follows `--` is for the compiler:

```dockerfile good
FROM ruby:3.4
RUN gem install nokogiri:1.18.10 -- --use-system-libraries
```
"""

from __future__ import annotations

from dfcheck.api import Context, Finding, NoOptions, Severity, calls, rule, told, unpinned

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator


@rule("DL3028", "unpinned-gem", severity=Severity.WARNING, words=("gem",))
def check(ctx: Context[NoOptions]) -> Iterator[Finding]:
    for call in calls(ctx.build, "gem", "install"):
        found = () if call.options.has("-v", "--version") else unpinned(ctx.build, call)
        if found:
            yield Finding(
                found[0][0].span, told(found, "gem"), f"write the version, e.g. `{found[0][1]}:1.2.3`"
            )
