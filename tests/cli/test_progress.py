import io

from dfcheck.cli import progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def drawn(monkeypatch, stream, seconds_each):
    """What drawing ten items writes to `stream` when each takes that long."""
    now = [0.0]
    monkeypatch.setattr(progress.time, "monotonic", lambda: now[0])
    monkeypatch.setattr(progress.sys, "stderr", stream)

    def work():
        for item in range(10):
            now[0] += seconds_each
            yield item

    assert list(progress.shown(work(), 10)) == list(range(10))
    return stream.getvalue()


def test_a_long_wait_shows_a_bar_and_takes_it_away(monkeypatch):
    text = drawn(monkeypatch, Terminal(), 0.4)
    assert text.startswith("\r[#########.....................] 3/10 files\r[")
    assert text.endswith("\r[##############################] 10/10 files\r\x1b[K")


def test_a_short_wait_shows_nothing(monkeypatch):
    assert drawn(monkeypatch, Terminal(), 0.01) == ""


def test_a_pipe_gets_nothing(monkeypatch):
    assert drawn(monkeypatch, io.StringIO(), 5) == ""
