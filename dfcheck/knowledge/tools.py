"""Tools: the command lines of package managers and downloaders, one value each.

From the manual pages: apt-get(8) of apt 3.0, apk(8) of apk-tools 2.14, dnf(8), yum(8), zypper(8), pip 25, npm 11,
yarn 1.22, gem 3.6, go 1.25, wget(1).
"""

from __future__ import annotations

from dfcheck.knowledge import pins
from dfcheck.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable


class Tool(Value):
    """A program's command line.

    Attributes:
        programs: The names it goes by; a version may follow (`pip3.12`, `dnf5`).
        values: Options that take a value, with their dashes; a value is never a package.
        verbs: Other spellings of its sub-commands, to the one used here: `{"in": "install"}`.
        families: Sub-commands that have sub-commands: `module install` counts as one verb.
        bare: The verb when none is given.
        modules: Names by which `python -m` runs it.
        files: Options whose value names what is installed: with them no package need be named.
        cuts: Whether what follows `--` is not for it.
        asks: Verbs that ask before they act.
        yes: Options with which they do not.
        quiet: Options that answer yes, too, when they are given twice or as `=2`.
        pinned: Whether a package word says which version.
        caches: Directories where it leaves what later builds could use: downloads, indexes, lists.
        cleans: Calls that empty them: verb, or verb and operand.
        cleaner: The command to write to that end.
    """

    programs: frozenset[str]
    values: frozenset[str] = frozenset()
    verbs: dict[str, str] = {}  # noqa: RUF012 - nobody writes to it
    families: frozenset[str] = frozenset()
    bare: str = ""
    modules: frozenset[str] = frozenset()
    files: frozenset[str] = frozenset()
    cuts: bool = False
    asks: frozenset[str] = frozenset()
    yes: frozenset[str] = frozenset()
    quiet: frozenset[str] = frozenset()
    pinned: Callable[[str], bool] = pins.always
    caches: tuple[str, ...] = ()
    cleans: frozenset[str] = frozenset()
    cleaner: str = ""


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


_APT = Tool(
    _set("apt-get"),
    values=_set(
        "-a -c -o -P -S -t --build-profiles --config-file --default-release --host-architecture --option "
        "--planner --snapshot --solver --target-release --with-source"
    ),
    verbs={"dist-clean": "distclean"},
    asks=_set(
        "install reinstall satisfy build-dep upgrade dist-upgrade full-upgrade remove purge autoremove autopurge "
        "dselect-upgrade"
    ),
    yes=_set(
        "-y --yes --assume-yes --assume-no -s --simulate --just-print --dry-run --recon --no-act --print-uris"
    ),
    quiet=_set("-q --quiet"),
    pinned=pins.apt,
    caches=("/var/lib/apt/lists",),
    cleans=_set("distclean"),
    cleaner="rm -rf /var/lib/apt/lists/*",
)

_YUM = Tool(
    _set("yum"),
    values=_set(
        "-c -d -e -R -x --advisory --bz --bugzilla --color --comment --config --cve "
        "--debuglevel --destdir --disableexcludes --disableplugin --disablerepo --downloaddir --enableplugin "
        "--enablerepo --errorlevel --exclude --forcearch --installroot --randomwait --releasever --repo --repofrompath "
        "--repoid --rpmverbosity --sec-severity --secseverity --setopt"
    ),
    verbs={
        "in": "install",
        "localinstall": "install",
        "install-n": "install",
        "install-na": "install",
        "install-nevra": "install",
        "rei": "reinstall",
        "up": "upgrade",
        "update": "upgrade",
        "upgrade-minimal": "upgrade",
        "update-minimal": "upgrade",
        "up-min": "upgrade",
        "localupdate": "upgrade",
        "update-to": "upgrade",
        "upgrade-to": "upgrade",
        "rm": "remove",
        "erase": "remove",
        "dsync": "distro-sync",
        "distribution-synchronization": "distro-sync",
        "grouplist": "group list",
        "groupinstall": "group install",
        "groupupdate": "group upgrade",
        "groupremove": "group remove",
        "groups install": "group install",
        "builddep": "build-dep",
    },
    families=_set("group groups module history"),
    asks=frozenset(
        {
            *_set("install reinstall upgrade remove autoremove downgrade distro-sync swap build-dep"),
            *(
                "group install",
                "group upgrade",
                "group remove",
                "module install",
                "module enable",
                "module reset",
            ),
        }
    ),
    yes=_set("-y --assumeyes --assumeno --downloadonly"),
    pinned=pins.rpm,
    caches=("/var/cache/yum", "/var/cache/dnf", "/var/cache/libdnf5", "/var/cache/tdnf"),
    cleans=frozenset({"clean all", "clean metadata"}),
    cleaner="yum clean all",
)

_ZYPPER = Tool(
    _set("zypper"),
    values=_set(
        "-c -p -r -R -t --cache-dir --config --download --from --installroot --pkg-cache-dir --plus-content --plus-repo "
        "--raw-cache-dir --releasever --repo --reposd-dir --root --solv-cache-dir --type --userdata"
    ),
    verbs={
        "in": "install",
        "rm": "remove",
        "up": "update",
        "dup": "dist-upgrade",
        "full-upgrade": "dist-upgrade",
        "si": "source-install",
        "cc": "clean",
        "ref": "refresh",
        "ve": "verify",
        "inr": "install-new-recommends",
    },
    asks=_set("install remove update dist-upgrade source-install patch verify install-new-recommends"),
    yes=_set("-n -y -D --non-interactive --no-confirm --non-interactive-include-reboot-patches --dry-run"),
    pinned=pins.zypper,
    caches=("/var/cache/zypp",),
    cleans=_set("clean"),
    cleaner="zypper clean --all",
)

_PIP = Tool(
    _set("pip pipx"),
    values=_set(
        "-b -C -c -d -e -f -i -r -t --abi --allow-external --allow-unverified --build --cache-dir --cert "
        "--client-cert --config-settings --constraint "
        "--build-constraint --editable --exists-action --extra-index-url --find-links --global-option --group "
        "--implementation --index --index-url --install-option --keyring-provider --log --no-binary --only-binary "
        "--pip-args --platform --prefix --progress-bar --proxy --python --python-version --report --requirement "
        "--requirements-from-script --retries --root --root-user-action --src --suffix --target --timeout --trusted-host "
        "--upgrade-strategy --use-feature --use-deprecated"
    ),
    families=_set("cache config"),
    modules=_set("pip pipx"),
    files=_set("-r -e --requirement --editable --group"),
    pinned=pins.pip,
    caches=("/root/.cache/pip",),
    cleans=frozenset({"cache purge"}),
    cleaner="pip cache purge",
)

_YARN = Tool(
    _set("yarn yarnpkg"),
    values=_set(
        "--cache-folder --cwd --global-folder --https-proxy --link-folder --modules-folder --mutex "
        "--network-concurrency --network-timeout --preferred-cache-folder --prefix --proxy --registry --use-yarnrc"
    ),
    families=_set("cache global"),
    bare="install",
    pinned=pins.npm,
    caches=("/usr/local/share/.cache/yarn", "/root/.cache/yarn"),
    cleans=frozenset({"cache clean"}),
    cleaner="yarn cache clean",
)

TOOLS = {
    "apt-get": _APT,
    # What fetches package lists; `apt` and `aptitude` share apt-get's directories.
    "apt lists": _APT._replace(programs=_set("apt apt-get aptitude")),
    "apt": _APT._replace(programs=_set("apt")),
    "apk": Tool(
        _set("apk"),
        values=_set(
            "-p -t -X --arch --cache-dir --cache-max-age --keys-dir --progress-fd --repositories-file --repository --root "
            "--timeout --virtual --wait"
        ),
        families=_set("cache"),
        yes=_set("-s --simulate"),
        pinned=pins.apk,
        caches=("/var/cache/apk", "/etc/apk/cache"),
        cleans=frozenset({"cache clean", "cache purge"}),
        cleaner="rm -rf /var/cache/apk/*",
    ),
    "yum": _YUM,
    "dnf": _YUM._replace(programs=_set("dnf microdnf tdnf"), cleaner="dnf clean all"),
    # Any of them empties what another left: they share the directories, or are one program.
    "rpm caches": _YUM._replace(programs=_set("yum dnf microdnf tdnf")),
    "zypper": _ZYPPER,
    "pip": _PIP,
    "npm": Tool(
        _set("npm"),
        values=_set(
            "-C -w --audit-level --before --cache --cpu --fetch-retries --fetch-timeout --install-strategy --loglevel "
            "--lockfile-version --maxsockets --network-timeout --omit --include --only --os --libc --prefix --registry "
            "--save-prefix --script-shell --tag --userconfig --workspace"
        ),
        verbs={"i": "install", "add": "install", "in": "install", "ins": "install", "isntall": "install"},
        families=_set("cache config"),
        pinned=pins.npm,
    ),
    "yarn": _YARN,
    "gem": Tool(
        _set("gem"),
        values=_set(
            "-B -g -i -m -n -P -p -s -v --bindir --build-root --bulk-threshold --config-file --file --http-proxy "
            "--install-dir --platform --source --target-rbconfig --trust-policy --version"
        ),
        verbs={"i": "install"},
        files=_set("-g --file"),
        cuts=True,
        pinned=pins.gem,
    ),
    "go": Tool(
        _set("go"),
        values=_set(
            "-C -asmflags -buildmode -compiler -covermode -coverpkg -exec -gccgoflags -gcflags -installsuffix -ldflags "
            "-mod -modfile -o -overlay -p -pgo -pkgdir -tags -toolexec"
        ),
        families=_set("mod tool"),
        pinned=pins.go,
    ),
    "curl": Tool(
        _set("curl"),
        values=_set(
            "-A -b -c -C -d -D -e -E -F -H -K -m -o -P -Q -r -t -T -u -U -w -x -X -y -Y -z --cacert --capath --cert "
            "--ciphers --config --connect-timeout --cookie --cookie-jar --data --data-binary --data-raw --data-urlencode "
            "--form --header --key --max-time --output --output-dir --proto --proxy --range --referer --request --resolve "
            "--retry --retry-delay --retry-max-time --upload-file --url --user --user-agent --write-out"
        ),
    ),
    "wget": Tool(
        _set("wget"),
        values=_set(
            "-a -A -B -D -e -i -I -l -o -O -P -Q -R -t -T -U -w -X --append-output --ca-certificate "
            "--directory-prefix --header --input-file --limit-rate --method --output-document --output-file --password "
            "--post-data --post-file --referer --timeout --tries --user --user-agent --wait --waitretry"
        ),
    ),
    "rpm": Tool(_set("rpm"), values=_set("-D -E --dbpath --define --eval --prefix --relocate --root")),
    "git": Tool(
        _set("git"),
        values=_set("-b -c -C -o --branch --config --depth --git-dir --origin --work-tree"),
    ),
    "useradd": Tool(
        _set("useradd"),
        values=_set(
            "-b -c -d -e -f -g -G -k -K -p -P -R -s -u -Z --base-dir --comment --expiredate --gid --groups --home-dir "
            "--inactive --key --password --prefix --root --selinux-user --shell --skel --uid"
        ),
    ),
}
