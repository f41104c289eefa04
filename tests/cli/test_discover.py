import shutil
import subprocess

import pytest

from dfcheck.cli.discover import Search, discover, is_dockerfile


def found(*paths, gitignore=True, exclude=lambda path: False, force=False, notes=None):
    search = Search(gitignore, exclude, force, (notes if notes is not None else []).append)
    return [file.path for file in discover(map(str, paths), search)]


def tree(root, *names):
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("FROM scratch\n")


@pytest.mark.parametrize(
    "name",
    [
        "Dockerfile",
        "dockerfile",
        "DOCKERFILE",
        "Containerfile",
        "Dockerfile.dev",
        "Dockerfile-dev",
        "Dockerfile_dev",
        "dev.Dockerfile",
        "dev-dockerfile",
        "app.containerfile",
        "Dockerfile.prod.dev",
        "Dockerfile.go",
    ],
)
def test_names_of_dockerfiles(name):
    assert is_dockerfile(name)


@pytest.mark.parametrize(
    "name",
    [
        "Dockerfile.dockerignore",
        "Dockerfile.md",
        "dockerfile.go",
        "Dockerfile.j2",
        "Dockerfile~",
        "myDockerfile",
        "Dockerfiles",
        "Dockerfile.dev.bak",
        "dockerfile.yaml",
        "Makefile",
        ".dockerignore",
        "my.Dockerfile.txt",
    ],
)
def test_other_names(name):
    assert not is_dockerfile(name)


def test_directory_is_searched_in_order_and_without_foreign_directories(tmp_path, monkeypatch):
    tree(
        tmp_path,
        "b/Dockerfile",
        "Dockerfile",
        "a/x.Dockerfile",
        "a/Containerfile",
        "node_modules/p/Dockerfile",
    )
    tree(tmp_path, ".git/Dockerfile", ".venv/Dockerfile", "a/README")
    monkeypatch.chdir(tmp_path)
    assert found(".") == ["Dockerfile", "a/Containerfile", "a/x.Dockerfile", "b/Dockerfile"]


def test_named_file_is_taken_whatever_its_name_and_once(tmp_path):
    tree(tmp_path, "build.txt", "Dockerfile")
    assert found(tmp_path / "build.txt", tmp_path, tmp_path / "Dockerfile", tmp_path / "build.txt") == [
        str(tmp_path / "build.txt"),
        str(tmp_path / "Dockerfile"),
    ]


def test_linked_directories_are_not_followed(tmp_path):
    tree(tmp_path, "a/Dockerfile")
    (tmp_path / "a" / "loop").symlink_to(tmp_path)
    (tmp_path / "a" / "Dockerfile.gone").symlink_to(tmp_path / "nowhere")
    assert found(tmp_path) == [str(tmp_path / "a" / "Dockerfile")]


def test_unreadable_directory_is_noted(tmp_path):
    tree(tmp_path, "a/Dockerfile", "Dockerfile")
    notes = []
    (tmp_path / "a").chmod(0)
    try:
        (tmp_path / "a" / "Dockerfile").exists()
        pytest.skip("this user may read everything")
    except PermissionError:
        assert found(tmp_path, notes=notes) == [str(tmp_path / "Dockerfile")]
        assert notes == [f"{tmp_path / 'a'}: Permission denied; not searched"]
    finally:
        (tmp_path / "a").chmod(0o755)


NAMES = [
    "Dockerfile",
    "gen/Dockerfile",
    "gen/keep/Dockerfile",
    "sub/Dockerfile.dev",
    "sub/Dockerfile.prod",
    "sub/deep/gen/Dockerfile",
    "sub/deep/Dockerfile.prod",
    "sub/deep/Dockerfile",
    "odd/Dockerfile",
]
IGNORES = {
    ".gitignore": "gen/\n!\n\\\n# comment\nDockerfile.prod\n/odd\n",
    "sub/.gitignore": "*.dev\n!Dockerfile.prod\n",
    "sub/deep/.gitignore": "!gen/\n",
}


@pytest.fixture
def repository(tmp_path):
    if shutil.which("git") is None:
        pytest.skip("needs git")
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    tree(tmp_path, *NAMES)
    for name, text in IGNORES.items():
        (tmp_path / name).write_text(text)
    return tmp_path


def test_gitignore_files_count_as_in_git(repository, monkeypatch):
    monkeypatch.chdir(repository)
    listed = ["git", "ls-files", "--others", "--exclude-standard"]
    done = subprocess.run(listed, check=True, capture_output=True, text=True)
    assert sorted(found(".")) == sorted(name for name in done.stdout.split() if "Dockerfile" in name)
    assert "sub/Dockerfile.prod" in found(".")
    assert "gen/Dockerfile" not in found(".")


def test_gitignore_files_above_the_directory_count(repository):
    assert found(repository / "sub" / "deep") == [
        str(repository / "sub/deep/Dockerfile"),
        str(repository / "sub/deep/Dockerfile.prod"),
        str(repository / "sub/deep/gen/Dockerfile"),
    ]


def test_an_ignored_directory_that_is_named_is_searched(repository):
    assert found(repository / "gen") == [
        str(repository / "gen/Dockerfile"),
        str(repository / "gen/keep/Dockerfile"),
    ]


def test_gitignore_can_be_set_aside(repository):
    assert len(found(repository, gitignore=False)) == len(NAMES)


def test_gitignore_below_an_unversioned_directory_counts(tmp_path):
    tree(tmp_path, "Dockerfile", "a/Dockerfile")
    (tmp_path / ".gitignore").write_text("a\n")
    assert found(tmp_path) == [str(tmp_path / "Dockerfile")]


def test_unreadable_gitignore_is_noted(tmp_path):
    tree(tmp_path, "Dockerfile")
    (tmp_path / ".gitignore").mkdir()
    notes = []
    assert found(tmp_path, notes=notes) == [str(tmp_path / "Dockerfile")]
    assert notes == [f"{tmp_path / '.gitignore'}: Is a directory; not respected"]


def test_exclude_counts_for_named_files_only_when_forced(tmp_path):
    tree(tmp_path, "Dockerfile", "a/Dockerfile")
    inner = str(tmp_path / "a" / "Dockerfile")
    assert found(tmp_path, exclude=lambda path: path == inner) == [str(tmp_path / "Dockerfile")]
    assert found(inner, exclude=lambda path: path == inner) == [inner]
    assert found(inner, exclude=lambda path: path == inner, force=True) == []
