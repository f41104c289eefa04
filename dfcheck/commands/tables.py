"""Tables: the options of the programs that build and run images: which take a value, which are switches.

As the programs define them: docker's command line, buildx, buildah (whose build podman's is), nerdctl. Where a table
is complete, the program refuses an option that is not in it.
"""

from __future__ import annotations

from dfcheck.value import Value


class Table(Value):
    """The options of a command.

    Attributes:
        values: Long names of options that take a value.
        switches: Long names of those that take none, though `=true` and `=false` may be joined to them.
        shorts: Long names by their letters.
        complete: Whether an option that is not listed is surely refused.
    """

    values: frozenset[str]
    switches: frozenset[str]
    shorts: dict[str, str]
    complete: bool = True


LIMITS = (
    "cgroup-parent cpu-period cpu-quota cpu-shares cpuset-cpus cpuset-mems memory memory-swap shm-size ulimit"
)
# Options before the subcommand.
GLOBAL = Table(
    frozenset(
        "config context host log-level tlscacert tlscert tlskey builder address namespace snapshotter root runroot"
        " storage-driver storage-opt connection url identity ssh cgroup-manager events-backend tmpdir"
        " registries-conf registries-conf-dir runtime conmon data-root hosts-dir short-name-alias-conf userns-uid-map"
        " userns-gid-map cni-path cni-netconfpath cpu-profile memory-profile cdi-spec-dirs network-cmd-path volumepath"
        " module hooks-dir imagestore transient-store default-mounts-file".split()
    ),
    frozenset(
        "debug tls tlsverify version help debug-full experimental insecure-registry remote syslog".split()
    ),
    {
        "c": "context",
        "H": "host",
        "D": "debug",
        "l": "log-level",
        "n": "namespace",
        "a": "address",
        "r": "remote",
    },
    complete=False,
)
BUILD = Table(
    frozenset(
        "add-host allow annotation attest build-arg build-context builder cache-from cache-to call file iidfile"
        " isolation label metadata-file network no-cache-filter output platform policy print progress provenance"
        f" resource sbom secret security-opt source-policy-file ssh tag target buildkit-host {LIMITS}".split()
    ),
    frozenset(
        "check compress debug disable-content-trust force-rm help load no-cache pull push quiet rm squash"
        " stream".split()
    ),
    {
        "D": "debug",
        "c": "cpu-shares",
        "f": "file",
        "h": "help",
        "m": "memory",
        "o": "output",
        "q": "quiet",
        "t": "tag",
    },
)
BUILDAH = Table(
    frozenset(
        "add-host annotation arch authfile blob-cache build-arg build-arg-file build-context cache-from cache-to"
        " cache-ttl cap-add cap-drop cdi-config-dir cert-dir cgroupns compression-format compression-level cpp-flag"
        " creds cw decryption-key device dns dns-option dns-search env file format from hooks-dir ignorefile iidfile"
        " iidfile-raw ipc isolation jobs label layer-label logfile loglevel manifest metadata-file mount network os"
        " os-feature os-version output pid platform retry retry-delay runtime runtime-flag rusage-logfile sbom"
        " sbom-image-output sbom-image-purl-output sbom-merge-strategy sbom-output sbom-purl-output"
        " sbom-scanner-command sbom-scanner-image secret security-opt sign-by signature-policy source-date-epoch"
        " source-policy-file ssh tag target timestamp unsetannotation unsetenv unsetlabel userns userns-gid-map"
        " userns-gid-map-group userns-uid-map userns-uid-map-user uts variant volume progress builder"
        f" attest provenance {LIMITS}".split()
    ),
    frozenset(
        "all-platforms compat-volumes compress created-annotation disable-compression disable-content-trust"
        " force-compression force-rm help http-proxy identity-label inherit-annotations inherit-labels layers load"
        " log-rusage logsplit no-cache no-hostname no-hosts omit-history pull pull-always pull-never quiet"
        " rewrite-timestamp rm save-stages skip-unused-stages squash squash-all stage-labels stdin tls-verify"
        " push".split()
    ),
    {
        "D": "disable-compression",
        "c": "cpu-shares",
        "f": "file",
        "h": "help",
        "m": "memory",
        "o": "output",
        "q": "quiet",
        "t": "tag",
        "v": "volume",
    },
)
RUN = Table(
    frozenset(
        "add-host annotation attach blkio-weight blkio-weight-device cap-add cap-drop cgroupns cidfile cpu-count"
        " cpu-percent cpu-rt-period cpu-rt-runtime cpus detach-keys device device-cgroup-rule device-read-bps"
        " device-read-iops device-write-bps device-write-iops dns dns-opt dns-option dns-search domainname entrypoint"
        " env env-file expose gpus group-add health-cmd health-interval health-retries health-start-interval"
        " health-start-period health-timeout hostname io-maxbandwidth io-maxiops ip ip6 ipc isolation kernel-memory"
        " label label-file link link-local-ip log-driver log-opt mac-address memory-reservation memory-swappiness"
        " mount name net net-alias network network-alias oom-score-adj pid pids-limit platform publish pull restart"
        " runtime security-opt stop-signal stop-timeout storage-opt sysctl tmpfs user userns uts volume volume-driver"
        f" volumes-from workdir {LIMITS}"
        # podman's own
        " arch authfile chrootdirs conmon-pidfile decryption-key env-merge gidmap hostuser image-volume init-ctr"
        " init-path os passwd-entry group-entry personality pidfile pod pod-id-file preserve-fd preserve-fds"
        " rdt-class requires retry retry-delay sdnotify seccomp-policy secret shm-size-systemd subgidname subuidname"
        " systemd timeout tz uidmap umask unsetenv variant".split()
    ),
    frozenset(
        "detach disable-content-trust help init interactive no-healthcheck oom-kill-disable privileged publish-all"
        " quiet read-only rm sig-proxy tty use-api-socket"
        " env-host http-proxy no-hostname no-hosts passwd read-only-tmpfs replace rmi rootfs tls-verify"
        " unsetenv-all".split()
    ),
    {
        "P": "publish-all",
        "a": "attach",
        "c": "cpu-shares",
        "d": "detach",
        "e": "env",
        "h": "hostname",
        "i": "interactive",
        "l": "label",
        "m": "memory",
        "p": "publish",
        "q": "quiet",
        "t": "tty",
        "u": "user",
        "v": "volume",
        "w": "workdir",
    },
    complete=False,
)
BUILDS = {"docker": BUILD, "nerdctl": BUILD, "podman": BUILDAH, "buildah": BUILDAH}
# Words between the program and its options, and what they do.
SUBCOMMANDS: dict[str, dict[tuple[str, ...], str]] = {
    "docker": {
        ("build",): "build",
        ("image", "build"): "build",
        ("builder", "build"): "build",
        ("buildx", "build"): "build",
        ("buildx", "b"): "build",
        ("run",): "run",
        ("create",): "run",
        ("container", "run"): "run",
        ("container", "create"): "run",
    },
    "buildah": {("build",): "build", ("bud",): "build", ("build-using-dockerfile",): "build"},
}
SUBCOMMANDS["podman"] = SUBCOMMANDS["nerdctl"] = SUBCOMMANDS["docker"]
