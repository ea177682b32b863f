"""What the course says of its exercises, read without converting anything."""

from desk import course, forget

from course_lib.feedback import built, points
from course_lib.tasks import tasks
from course_lib.tools import chapters, sources


def test_the_outline_is_that_of_the_converted_notebooks():
    for chapter in chapters.every():
        converted = {task.name: task.points for task in tasks(sources.convert(chapter.exercises))}
        assert built.outline(chapter.number) == converted and list(built.outline(chapter.number)) == list(converted)


def test_points_are_right_before_the_notebook_is_built_again(tmp_path, monkeypatch):
    course(tmp_path, monkeypatch)
    monkeypatch.chdir(tmp_path)
    forget(monkeypatch)
    source = built.CHAPTERS / "01_small" / "01_exercises.py"
    source.write_text(source.read_text(encoding="utf-8").replace("points=30", "points=7.5"), encoding="utf-8")
    assert points.line("01", "double") == "Task 1 done, 7.5 of 77.5 points; next: task 2"


def test_what_is_not_there_has_no_outline(tmp_path, monkeypatch):
    course(tmp_path, monkeypatch)
    assert built.outline("09") == {} and points.line("09", "double") is None and points.line("01", "other") is None
