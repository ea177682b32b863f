"""A clone by Git for Windows, which turns line ends by default, is the same course; and the advice on damage helps."""

import json
import re
import shlex
import shutil
import subprocess

import pytest

from course_lib import data
from course_lib.data import store
from course_lib.errors import CourseError
from course_lib.files import COURSE, sha256, unchanged_by_git
from course_lib.tools import catalogues
from course_lib.tools.setup import folders

SHIPPED = list(data.manifest())
git = pytest.mark.skipif(
    not (shutil.which("git") and (COURSE / ".git").exists()), reason="needs git, and a course that was cloned"
)


@pytest.fixture(scope="module")
def clone(tmp_path_factory):
    folder = tmp_path_factory.mktemp("windows") / "my course"
    subprocess.run(["git", "clone", "-q", "-c", "core.autocrlf=true", str(COURSE), str(folder)], check=True)
    return folder


def texts(folder):
    """What Git takes for text, of what it knows."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=folder, capture_output=True, check=True).stdout.decode()
    paths = [folder / name for name in listed.split("\0") if name]
    return [path for path in paths if path.is_file() and b"\0" not in path.read_bytes()[:8000]]


@git
def test_a_clone_with_autocrlf_has_the_same_bytes(clone):
    turned = [path.name for path in texts(clone) if b"\r\n" in path.read_bytes()]
    assert [name for name in turned if not name.endswith((".cmd", ".bat"))] == []
    for name in SHIPPED:
        assert sha256(clone / "data" / name) == data.manifest()[name]["sha256"], name


@git
def test_what_is_summed_and_compared_bears_turned_line_ends(clone, tmp_path, monkeypatch):
    """Where .gitattributes came too late, or an editor or a mail program has turned them."""
    folder = tmp_path / "turned"
    shutil.copytree(clone, folder)
    for path in texts(folder):
        path.write_bytes(unchanged_by_git(path.read_bytes()).replace(b"\n", b"\r\n"))
    monkeypatch.setattr(store, "FOLDER", folder / "data")
    for name in SHIPPED:
        assert store.file(name) == folder / "data" / name
    requirements = [path.name for path in COURSE.glob("requirements*.txt")]
    before = folders.digests(requirements)
    monkeypatch.setattr(folders, "COURSE", folder)
    assert folders.digests(requirements) == before and len(folders.pins("requirements.txt")) > 100
    for name in ("course_lib", "course_lib/tools", "course_lib/classroom"):
        assert catalogues.read(folder / name) == catalogues.read(COURSE / name)
        assert (folder / name / "ko.mo").read_bytes() == (COURSE / name / "ko.mo").read_bytes()


def test_a_text_has_one_sum_and_bytes_have_their_own(tmp_path):
    sums = []
    for content in (b"one\ntwo\n", b"one\r\ntwo\r\n", b"one\ntwo\n\0", b"one\r\ntwo\r\n\0", b"one\ntwo!\n"):
        (tmp_path / "file").write_bytes(content)
        sums.append(sha256(tmp_path / "file"))
    assert sums[0] == sums[1] and len(set(sums)) == 4


@git
@pytest.mark.parametrize("name", ["degradation.json", "coffee.png"])
@pytest.mark.parametrize("harm", ["changed", "removed"])
def test_the_advice_gets_the_file_back(name, harm, clone, tmp_path, monkeypatch):
    """The command of the sentence is followed to the letter, from a folder elsewhere."""
    path = clone / "data" / name
    path.write_bytes(b"damaged") if harm == "changed" else path.unlink()
    monkeypatch.setattr(store, "FOLDER", clone / "data")
    with pytest.raises(CourseError) as told:
        store.file(name)
    command = re.search("`(.*)`", str(told.value)).group(1)
    subprocess.run(shlex.split(command), cwd=tmp_path, check=True)
    assert store.file(name) == path


def test_who_has_no_git_is_told_something_else(tmp_path, monkeypatch):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "MANIFEST.json").write_text(json.dumps(data.manifest()), encoding="utf-8")
    (tmp_path / "data" / "coffee.png").write_bytes(b"damaged")
    monkeypatch.setattr(store, "FOLDER", tmp_path / "data")
    with pytest.raises(CourseError, match="is damaged .*download the course once more.*data/coffee.png") as told:
        store.file("coffee.png")
    assert "checkout" not in str(told.value)
