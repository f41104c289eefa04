import subprocess
import sys

HEAVY = (
    "argparse asyncio concurrent.futures dataclasses difflib importlib.metadata inspect json lark logging "
    "multiprocessing pathlib pathspec pydantic subprocess tempfile tomllib tree_sitter typing unicodedata "
    "dfcheck.commands dfcheck.commands.model"
).split()
SCRIPT = """
import sys
before = set(sys.modules)
from dfcheck.cli.main import main
code = main(["check", "--isolated", "--no-cache", "Dockerfile"])
print(code, *sorted(set(sys.argv[1:]) & set(sys.modules) - before))
"""


def test_checking_a_file_loads_nothing_heavy(place):
    place.write("Dockerfile", "FROM alpine\nENV a=b\n")
    command = [sys.executable, "-c", SCRIPT, *HEAVY]
    done = subprocess.run(command, cwd=place.root, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "1"


def test_only_the_chosen_verb_is_loaded(place):
    script = "import sys; from dfcheck.cli.main import main; main(['version']); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    loaded = [name for name in done.stdout.split() if name.startswith("dfcheck.")]
    assert not [
        name for name in loaded if name.startswith(("dfcheck.lint", "dfcheck.syntax", "dfcheck.report.full"))
    ]
