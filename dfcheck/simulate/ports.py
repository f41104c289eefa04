"""Ports: what EXPOSE writes into the config."""

from __future__ import annotations

from dfcheck.resolve.ports import PortError, read_port
from dfcheck.simulate.history import plain_list
from dfcheck.simulate.state import Stop, commit, go_quote
from dfcheck.syntax.words import ExpansionError, Unknown, expand_words

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dfcheck.simulate.state import Setting, State
    from dfcheck.syntax.nodes import Expose


def expose(state: State, node: Expose, setting: Setting) -> State:
    """EXPOSE: arguments in the order of their texts, each expanded, split at blanks, and its range spelled out.

    Raises:
        Stop: A port is none.
    """
    ports: list[str] = []
    written: list[str] = []
    unknown: Unknown | None = None
    lookup = state.lookup()
    for port in sorted(node.ports, key=lambda port: port.text.encode("utf-8", "surrogateescape")):
        words = expand_words(port.words, lookup, escape=setting.escape)
        if isinstance(words, ExpansionError):
            raise Stop(f"failed to process {go_quote(port.text)}: it {words.message.removeprefix('fails: ')}")
        if isinstance(words, Unknown):
            unknown = unknown or words
            written.append(port.text)
            continue
        found = [item for word in words for item in port_range(word)]
        ports += found
        written += found
    config = state.config
    more = tuple(dict.fromkeys(port for port in ports if port not in config.ports))
    config = config._replace(ports=config.ports + more, rest=config.rest or unknown)
    return commit(
        state._replace(config=config), f"EXPOSE {plain_list(written)}", setting, known=unknown is None
    )


def port_range(text: str) -> list[str]:
    """`8000-8002/udp` as `8000/udp` and so on; what stands before the last colon is checked and dropped.

    Raises:
        Stop: It is no port.
    """
    try:
        port = read_port(text)
    except PortError as error:
        raise Stop(f"invalid port: {go_quote(text)} {error}") from error
    return [f"{number}/{port.protocol.lower() or 'tcp'}" for number in range(port.first, port.last + 1)]
