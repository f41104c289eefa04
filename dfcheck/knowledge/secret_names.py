"""Secret names: which names of variables say that their value is a secret."""

from __future__ import annotations

WORDS = frozenset(
    "apikey auth credential credentials key password pword passwd secret token "
    "accesskey apitoken authtoken passphrase privatekey psw secretkey secrets tokens".split()
)
ENDINGS = ("password", "passwd", "secret")
INNOCENT = frozenset(("public", "file", "version"))
# What a name that ends so names: something about a secret.
ABOUT = frozenset(
    "algorithm alias backend backends cache dir directory domain driver enabled endpoint expiration expiry "
    "filter filters fingerprint fingerprints format fpr handler header host ids issuer length manager method mode "
    "module name option options path plugin policy port prefix prompt provider proxy realm realms scheme scope "
    "scopes server service size status strategy template timeout ttl type uri url usage user username".split()
)


def names_secret(name: str) -> bool:
    """Whether a variable's name says that its value is a secret."""
    words = name.strip("\"'").lower().split("_")
    if not INNOCENT.isdisjoint(words) or words[-1] in ABOUT:
        return False
    return not WORDS.isdisjoint(words) or words[-1] == "pass" or any(word.endswith(ENDINGS) for word in words)
