"""`score`: a learner's own copy, graded with the hidden tests as a class is."""

import contextlib
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import psutil
import pytest

from course_lib import record
from course_lib.classroom.sandbox import bubblewrap
from course_lib.classroom.sandbox.calls import conclude, question
from course_lib.classroom.sandbox.limits import Gone, Limits
from course_lib.classroom.sandbox.plain import Plain
from course_lib.errors import CourseError
from course_lib.tools import chapters, places, score
from course_lib.tools import workbook as placing
from course_lib.tools.chapters import Chapter

sys.path.append(str(Path(__file__).parent.parent / "classroom"))
import parted  # noqa: E402


@pytest.fixture
def chapter(tmp_path, monkeypatch):
    """A chapter of two tasks, one of them in three parts."""
    made = Chapter(tmp_path / "01_pads")
    made.folder.mkdir()
    made.exercises.write_text(parted.SOURCE, encoding="utf-8")
    monkeypatch.setattr(chapters, "every", lambda: [made])
    return made


@pytest.fixture
def workbook(tmp_path, monkeypatch, chapter):
    """A Korean workbook without notebooks; it is scored without a sandbox."""
    folder = tmp_path / "workbook"
    (folder / chapter.name).mkdir(parents=True)
    (folder / record.NOTE).write_text('{"language": "ko"}', encoding="utf-8")
    monkeypatch.setattr(placing, "place", lambda: (folder, "ko"))
    monkeypatch.setattr(bubblewrap, "available", lambda: "there is none")
    monkeypatch.setenv("COLUMNS", "200")
    return folder


def put(workbook, chapter, answers=None, name="01_exercises", age=0, language="ko"):
    path = workbook / chapter.name / f"{name}.ipynb"
    path.write_bytes(parted.answered(chapter.exercises, answers, language))
    return path


def scores(workbook):
    return [event for event in record.events(workbook) if event["kind"] == "score" and event.get("possible") == 15.5]


def test_points_and_a_sentence_for_each_task(workbook, chapter, capsys):
    put(workbook, chapter, {"pad": parted.NO_ERROR})
    assert score.main(["01"]) == 0
    said = capsys.readouterr().out
    lines = said.splitlines()
    (pad,), (area,) = ([line for line in lines if line.startswith(name)] for name in ("문제 1. 패딩", "문제 2. 넓이"))
    assert "7.5 / 10.5" in pad and "ValueError" in pad and "5 / 5" in area and "✓" in area
    assert "12.5 / 15.5" in lines[-1] and "01_exercises.ipynb" in lines[0]
    for secret in ("require", "default_rng", "expected[", "np.pad"):
        assert secret not in said
    event = scores(workbook)[-1]
    assert (event["chapter"], event["points"]) == ("01", 12.5) and event["tasks"] == {"pad": 7.5, "area": 5}
    assert (workbook / record.FILE).is_file()


@pytest.mark.skipif(bool(bubblewrap.available()), reason=str(bubblewrap.available()))
def test_the_sandbox_gives_the_same(workbook, chapter, capsys, monkeypatch):
    put(workbook, chapter, {"pad": parted.NO_ERROR})
    score.main(["01"])
    without = capsys.readouterr().out
    monkeypatch.undo()
    monkeypatch.setattr(chapters, "every", lambda: [chapter])
    monkeypatch.setattr(placing, "place", lambda: (workbook, "ko"))
    monkeypatch.setenv("COLUMNS", "200")
    score.main(["01"])
    assert capsys.readouterr().out == without
    assert [event["points"] for event in scores(workbook)] == [12.5, 12.5]


def test_without_a_name_what_was_begun(workbook, chapter, capsys):
    assert score.main([]) == 0 and "아직" in capsys.readouterr().out
    put(workbook, chapter, {"pad": None, "area": None})
    assert score.main([]) == 0 and not scores(workbook)
    put(workbook, chapter, {"pad": None})
    assert score.main([]) == 0 and "0 / 10.5" in capsys.readouterr().out
    assert scores(workbook)[-1]["points"] == 5, "a task that calls one without points is tried with the course's own"


def test_what_cannot_be_scored_is_told(workbook, chapter, capsys):
    assert score.main(["01"]) == 0 and "learn" in capsys.readouterr().out
    path = put(workbook, chapter)
    path.write_text(path.read_text(encoding="utf-8")[:-40], encoding="utf-8")
    assert score.main(["01"]) == 0
    assert "JSON" in capsys.readouterr().out and not scores(workbook)
    with pytest.raises(CourseError):
        score.main(["99"])


def test_no_workbook_yet(tmp_path, monkeypatch, chapter):
    monkeypatch.setattr(placing, "place", lambda: (tmp_path / "none", "en"))
    monkeypatch.chdir(tmp_path)
    with pytest.raises(CourseError, match="no workbook yet"):
        score.main([])


def test_of_several_copies_the_one_worked_on_last(workbook, chapter):
    first = put(workbook, chapter)
    fresh = put(workbook, chapter, {"pad": None, "area": None}, name="01_exercises-fresh-1")
    assert score.copy_of(workbook, chapter) == first, "the fresh one is untouched"
    put(workbook, chapter, name="01_exercises-fresh-1")
    for path, when in ((first, 100), (fresh, 200)):
        set_time(path, when)
    assert score.copy_of(workbook, chapter) == fresh
    set_time(first, 300)
    assert score.copy_of(workbook, chapter) == first
    for path in (first, fresh):
        path.unlink()
    assert score.copy_of(workbook, chapter) is None


def set_time(path, when):
    import os

    os.utime(path, (when, when))


def test_stopping_leaves_nothing_behind(workbook, chapter, monkeypatch):
    put(workbook, chapter)

    def stop(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(score, "bar", lambda **_: Stopped())
    with pytest.raises(KeyboardInterrupt):
        score.main(["01"])
    assert not plain_processes() and not scores(workbook)


class Stopped:
    """A bar that a person has stopped at the first task."""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        return False

    def update(self):
        assert plain_processes()
        raise KeyboardInterrupt


def plain_processes():
    found = []
    for one in psutil.Process().children():
        with contextlib.suppress(psutil.NoSuchProcess):  # it ends between two questions
            found += [one] * ("course_lib.classroom.sandbox.plain" in one.cmdline())
    return found


def test_it_needs_no_packages_of_instructors():
    code = (
        "import sys\nfor name in ('nbgrader', 'distributed', 'dask', 'sqlalchemy'): sys.modules[name] = None\n"
        "from course_lib.tools import score\n"
        "from course_lib.classroom.judge import assistant, judge\n"
        "from course_lib.classroom.pages.page import titles\n"
        "from course_lib.classroom.sandbox.plain import Plain"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=places.COURSE)


# the process without walls


def ask(kernel, name, *arguments, answer=None):
    reply, blobs = kernel.ask(*question(name, arguments, {}), answer=answer)
    return conclude(reply, blobs, arguments, {})


def test_cells_and_calls_in_an_ordinary_process():
    kernel = Plain(Limits(call_s=20))
    try:
        assert kernel.run("import numpy as np\nprint('seen by nobody')\ndef double(x):\n    return 2 * x") == ([], None)
        assert kernel.run("%matplotlib inline\n1 / 0")[1].startswith("ZeroDivisionError")
        assert kernel.run("def half(:")[1].startswith("SyntaxError")
        assert np.array_equal(ask(kernel, "double", np.arange(5)), 2 * np.arange(5))
        assert kernel.ask({"call": "nothing", "given": []})[0]["missing"]
        with pytest.raises(TypeError):
            ask(kernel, "double", None)
    finally:
        kernel.close()
    assert not plain_processes() and not Path(kernel._folder.name).exists()


@pytest.mark.parametrize("body, reason", [("while True: pass", "time"), ("import os; os._exit(1)", "ended")])
def test_what_never_comes_back_is_stopped(body, reason):
    kernel = Plain(Limits(call_s=1))
    kernel.run(f"def stuck():\n    {body}", 30)
    started = time.monotonic()
    with pytest.raises(Gone) as gone:
        ask(kernel, "stuck")
    assert gone.value.reason == reason and kernel.closed and time.monotonic() - started < 30
