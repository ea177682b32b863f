"""Files that appear whole or not at all, also where several write the same one at once."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from course_lib import files

WRITE = """
import sys
from pathlib import Path
from course_lib.files import write_text
for _ in range(200):
    write_text(Path(sys.argv[1]), sys.argv[2] * 1000)
"""


def test_several_processes_and_threads_write_the_same_file(tmp_path):
    path = tmp_path / "same.json"
    command = lambda letter: [sys.executable, "-c", WRITE, str(path), letter]
    running = [subprocess.Popen(command(letter), cwd=files.COURSE, stderr=subprocess.PIPE) for letter in "abc"]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: files.write_text(path, "d" * 1000), range(400)))
    for process in running:
        _, complaint = process.communicate()
        assert process.returncode == 0, complaint.decode()
    content = path.read_text(encoding="utf-8")
    assert len(content) == 1000 and len(set(content)) == 1
    assert list(tmp_path.iterdir()) == [path]


def test_what_cannot_be_written_leaves_nothing(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("before", encoding="utf-8")

    def full(self, content):
        self.touch()
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files.Path, "write_bytes", full)
    with pytest.raises(OSError, match="No space left"):
        files.write_text(tmp_path / "file", "after")
    assert [path.name for path in tmp_path.iterdir()] == ["file"]
    assert (tmp_path / "file").read_text(encoding="utf-8") == "before"
