import pytest

from dfcheck.cli.options import Option, UsageError, Verb, number, read

VERB = Verb(
    "try",
    "Try.",
    "PATH",
    (
        Option("--select", "rules", "CODES"),
        Option("--format", "how", "F", short="-f", choices=("full", "json")),
        Option("--jobs", "how many", "N", short="-j"),
        Option("--fix", "mend"),
    ),
)


def test_options_and_operands_mix():
    got = read(["a", "--select", "X,Y", "--fix", "b", "--select=Z", "-qv", "-j4", "-f=json", "-"], VERB)
    assert got.operands == ["a", "b", "-"]
    assert got.listed("--select") == ("X", "Y", "Z")
    assert got.every("--select") == ("X,Y", "Z")
    assert (got.count("--fix"), got.count("--quiet"), got.count("--verbose")) == (1, 1, 1)
    assert number(got, "--jobs") == 4
    assert got.last("--format") == "json"


def test_two_dashes_end_the_options():
    assert read(["--", "--fix", "-q"], VERB).operands == ["--fix", "-q"]


def test_a_value_may_begin_with_a_dash():
    assert read(["--select", "-x"], VERB).last("--select") == "-x"


def test_the_last_value_counts():
    assert read(["--format", "json", "-f", "full"], VERB).last("--format") == "full"


@pytest.mark.parametrize(
    ("argv", "message"),
    [
        (["--selct", "x"], "unknown option --selct; did you mean `--select`?"),
        (["--zzzzz"], "unknown option --zzzzz; `dfcheck try --help` lists them"),
        (["-x"], "unknown option -x; `dfcheck try --help` lists them"),
        (["-qx"], "unknown option -x; `dfcheck try --help` lists them"),
        (["--select"], "--select needs a value: --select CODES"),
        (["--fix=yes"], "--fix takes no value"),
        (["--format=jsn"], "--format is one of full, json, not `jsn`; did you mean `json`?"),
        (["--format", ""], "--format is one of full, json, not ``"),
    ],
)
def test_what_cannot_be_followed_is_said_in_one_line(argv, message):
    with pytest.raises(UsageError) as error:
        read(argv, VERB)
    assert str(error.value) == message


@pytest.mark.parametrize("value", ["0", "-1", "x", "1.5", "٣"])
def test_a_number_is_whole_and_positive(value):
    with pytest.raises(UsageError, match="--jobs is a whole number from 1"):
        number(read(["--jobs", value], VERB), "--jobs")
