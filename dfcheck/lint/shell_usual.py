r"""Which of ShellCheck's codes are reported when settings select none: those that are faults in any Dockerfile.

ShellCheck was made for scripts that strangers run on machines that nobody knows. A RUN is run by its author, on an
image that stands three lines above, with variables of the same file, and a step that fails stops the build. What
that makes harmless or wrong is off: `--select SC` or `preset = "hadolint"` gives all of it. Off are, among others:

- SC2086, SC2046, SC2068 and their like, unquoted expansions: versions, architectures and paths have no blanks,
  and lists of packages and options are meant to be split.
- SC2016: `echo 'export PATH=$HOME/bin:$PATH' >> ~/.bashrc` is meant as it stands.
- SC2028: the `echo` of dash, which is `/bin/sh` of Debian and Ubuntu, does expand `\n`.
- SC2154, SC2153: base images define variables.
- SC2155: `export GNUPGHOME="$(mktemp -d)"` hides a failure that does not happen.
- SC2035, SC2012, SC2013, SC2038, SC2045, SC2115, SC2156, SC2207: names of files are those of the image's own files.
- SC2006, SC2126, SC2116, SC2129, SC2196, SC2230, SC2236 to SC2268 and their like: style.
- SC1091, SC2102, SC1001, SC2283: `. file` of the image, `pip install name[extra]`, `\=`, `chmod =755` are right.
- SC3xxx, what POSIX does not have: reported where the shell is known from the image, and only what it lacks.
- SC1009, SC1072, SC1073 and further errors: of a script that cannot be parsed, the first one is enough.
"""

from __future__ import annotations

# Errors in syntax that say no more than another error does, or are none to dash.
ECHOES = frozenset({1009, 1072, 1073, 1105})
# Not in POSIX, but dash has it, as all shells of images do; 3028 is about variables such as HOSTNAME, which Docker sets.
EVERYWHERE = frozenset({3012, 3013, 3028, 3043, 3045})
# The ash of BusyBox has process substitution, in builds with its compatibility to bash, as Alpine's is.
LACKED = {"busybox": EVERYWHERE | {3001}}
FAULTS = frozenset(
    {
        2024,  # sudo does not do the redirection
        2034,  # a variable is set and never used: `DEBIAN_FRONTEND=noninteractive && apt-get …`
        2050, 2078, 2157, 2158, 2159, 2193, 2194, 2195, 2252,  # a condition that is always the same
        2057, 2058, 2170, 2171, 2204, 2205,  # a test that is none
        2061, 2062,  # find's and grep's patterns, expanded by the shell first
        2063,  # a glob where grep reads a regular expression
        2069, 2210, 2216, 2217, 2227, 2238, 2259, 2260, 2261,  # a redirection that goes elsewhere
        2070, 2071, 2072, 2074, 2076, 2077, 2079, 2081, 2144,  # a comparison that is another one
        2088, 2147,  # `~` in quotes is a letter
        2091, 2093, 2094, 2096, 2097, 2098,  # what runs is not what is written
        2105, 2121, 2141, 2142, 2146, 2150, 2165, 2167, 2168,
        2164,  # after a `cd` that failed everything happens elsewhere
        2173,  # a trap that cannot be
        2182, 2183,  # printf's format does not fit
        2189, 2215, 2218, 2221, 2222, 2224, 2225, 2232,  # a line that was broken in the wrong place, and the like
        2247, 2251, 2258, 2262, 2263, 2264, 2265, 2266,
        2270, 2271, 2272, 2273, 2274, 2275, 2276, 2277, 2281, 2282, 2284, 2286, 2290,  # an assignment that is none
        2296, 2297, 2298, 2299, 2300, 2301, 2305,  # an expansion that is none
        2317,  # never reached
        2318, 2319, 2320, 2325, 2326, 2327, 2328, 2330,
    }
)  # fmt: skip
# Only where echo is known not to expand them.
ESCAPES = 2028
ECHO_FLAGS = 3037
CD_FAILS = 2164
GREP_PATTERN = 2062
KNOWN = frozenset({"bash", "dash", "busybox"})


def usual(code: int, level: str, shell: str) -> bool:
    """Whether a finding is reported when settings do not select it.

    Args:
        code: Its number.
        level: ShellCheck's own level.
        shell: The shell that reads the script, as far as it is known: `bash`, `dash`, `busybox`, or `sh`.
    """
    if code < 2000:
        return level == "error" and code not in ECHOES
    if code >= 3000:
        return shell in KNOWN and code not in LACKED.get(shell, EVERYWHERE)
    return code in FAULTS or (code == ESCAPES and shell in {"bash", "busybox"})


def harmless(code: int, text: str, start: int, end: int) -> bool:
    """Whether what surrounds a finding, at `start` to `end` of a script, shows that it is none.

    `/bin/echo -e` is no echo of the shell, and an `echo -e` inside of echo's words writes a script down. Where nothing
    follows a `cd`, its failure is that of the RUN, and behind `[ -d DIRECTORY ] &&` it does not fail. By `ps | grep [s]shd`
    grep does not find itself.
    """
    if code == ECHO_FLAGS:
        return text[:start].rstrip().endswith("/echo")
    if code == ESCAPES:
        return any(word in text[start:end] for word in ("echo -e", "printf"))
    if code == GREP_PATTERN:
        return text[start : start + 1] == "[" and text[start + 2 : start + 3] == "]"
    if code != CD_FAILS:
        return False
    return not text[end:].strip(" \t\n;") or _is_tested(text[:start], text[start:end].split()[1:])


def _is_tested(before: str, operands: list[str]) -> bool:
    """Whether what stands before a `cd` makes sure that its directory is there: `[ -d bin ] && cd bin`."""
    words = before.split()
    if words[-1:] != ["&&"] or len(operands) != 1:
        return False
    test = words[-5:-1] if words[-2:-1] in (["]"], ["]]"]) else [*words[-4:-1], "]"]
    return test[:1] + test[1:2] in (["[", "-d"], ["[[", "-d"], ["test", "-d"]) and test[2:3] == operands
