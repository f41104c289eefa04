"""Sensitive: files that do not belong into an image, told by name or, where that does not suffice, by first bytes."""

from __future__ import annotations

from dfcheck.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dfcheck.simulate.model import Entry
    from dfcheck.simulate.tree import Node


class Kind(Value):
    """Why a path is noted.

    Attributes:
        name: Short, for machines: `secret`, `history`, `packages`, `cache`.
        text: What it is, for people.
        folder: Whether it is a directory.
    """

    name: str
    text: str
    folder: bool = False


FOLDERS = {
    ".git": Kind("history", "the repository's whole history", True),
    ".hg": Kind("history", "the repository's whole history", True),
    ".svn": Kind("history", "the working copy's records", True),
    "node_modules": Kind("packages", "installed packages, made for this machine", True),
    ".venv": Kind("packages", "a virtual environment, made for this machine", True),
    "venv": Kind("packages", "a virtual environment, made for this machine", True),
    "__pycache__": Kind("cache", "compiled Python files", True),
    ".mypy_cache": Kind("cache", "a tool's cache", True),
    ".pytest_cache": Kind("cache", "a tool's cache", True),
    ".ruff_cache": Kind("cache", "a tool's cache", True),
    ".terraform": Kind("cache", "Terraform's downloads", True),
    ".ssh": Kind("secret", "SSH keys", True),
    ".aws": Kind("secret", "AWS credentials", True),
    ".gnupg": Kind("secret", "GnuPG keys", True),
    ".kube": Kind("secret", "Kubernetes credentials", True),
}
KEY = Kind("secret", "a private key")
CREDENTIALS = Kind("secret", "credentials")
FILES = {
    "id_rsa": KEY,
    "id_dsa": KEY,
    "id_ecdsa": KEY,
    "id_ed25519": KEY,
    ".netrc": CREDENTIALS,
    "_netrc": CREDENTIALS,
    ".git-credentials": CREDENTIALS,
    ".dockercfg": CREDENTIALS,
    ".pypirc": CREDENTIALS,
    ".pgpass": CREDENTIALS,
    ".my.cnf": CREDENTIALS,
    ".htpasswd": Kind("secret", "hashed passwords"),
    "terraform.tfstate": Kind("secret", "Terraform's state, which holds secrets in clear text"),
}
ENDINGS = (
    (".p12", KEY),
    (".pfx", KEY),
    (".jks", Kind("secret", "a key store")),
    (".keystore", Kind("secret", "a key store")),
    (".kdbx", Kind("secret", "a password store")),
    (".ppk", KEY),
)
# Endings and names whose first bytes decide.
LOOKED_INTO = (
    ((".pem", ".key"), b"PRIVATE KEY-----", KEY),
    ((".npmrc", ".yarnrc.yml"), b"_auth", Kind("secret", "a registry's access token")),
    ((".yarnrc.yml",), b"npmAuthToken", Kind("secret", "a registry's access token")),
)
EXAMPLES = ("example", "sample", "template", "dist", "defaults")
LOOK = 8192  # bytes


def kind_of(path: str, node: Node | Entry) -> Kind | None:
    """Why `path` should not be in an image, or None.

    Args:
        path: From the context's root.
        node: What stands there.

    Raises:
        OSError: A file whose bytes decide cannot be read.
    """
    name = path.rpartition("/")[2]
    if node.type == "dir":
        return FOLDERS.get(name)
    if node.type != "file" or not node.size:
        return None
    if name in FILES:
        return FILES[name]
    lower = name.lower()
    if (lower == ".env" or lower.startswith(".env.")) and not lower.endswith(EXAMPLES):
        return Kind("secret", "environment variables, which may be secrets")
    if path.endswith(".docker/config.json"):
        return CREDENTIALS
    for ending, kind in ENDINGS:
        if lower.endswith(ending):
            return kind
    return _by_content(lower, node)


def _by_content(lower: str, node: Node | Entry) -> Kind | None:
    for endings, wanted, kind in LOOKED_INTO:
        if lower.endswith(endings) and node.content is not None:
            with node.content() as stream:
                if wanted in (stream.read(min(LOOK, node.size)) or b""):
                    return kind
    return None
