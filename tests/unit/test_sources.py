"""The tasks of a notebook, and the names of their cells."""

import json

import nbformat
import pytest

from course_lib import tasks
from course_lib.errors import CourseError
from course_lib.tools import sources

SOURCE = """# %%
ready = True

# %% task="one-test" role="solution"
### BEGIN SOLUTION
one = 1
### END SOLUTION

# %% task="one-test" role="check"
print(one)

# %% task="two" role="solution"
### BEGIN SOLUTION
two = 2
### END SOLUTION

# %% task="two" role="test" points=7
assert two == 2

# %% task="one-test" role="test" points=2.5
assert one == 1
"""


def test_tasks_come_with_their_cells_in_the_order_of_their_tests(tmp_path):
    (tmp_path / "source.py").write_text(SOURCE, encoding="utf-8")
    notebook = sources.convert(tmp_path / "source.py")
    for same in (notebook, json.loads(nbformat.writes(notebook, split_lines=False))):
        two, one = tasks.tasks(same)
        assert (two.name, two.points, two.check) == ("two", 7, None)
        assert (one.name, one.points, one.check["source"].splitlines()[-1]) == ("one-test", 2.5, "print(one)")
        assert "two = 2" in two.solution["source"] and "assert one == 1" in one.tests[0].cell["source"]
        assert [tasks.part_of(cell) for cell in same["cells"]][:3] == [
            ("", ""),
            ("one-test", "solution"),
            ("one-test", "check"),
        ]
    for cell in notebook.cells[1:]:
        assert tasks.grade_id(*tasks.part_of(cell)) == tasks.about(cell)["grade_id"] == cell.id


def test_a_task_in_parts_and_its_hints(tmp_path):
    hint = '# %% [markdown] tags=["{0}"] task="two" role="hint"\n# {1}\n\n'
    source = SOURCE + hint.format("ko", "힌트") + hint.format("en", "a hint")
    part = '# %% task="two" role="test" part="errors" points=1\nassert two != 3\n'
    (tmp_path / "source.py").write_text(source + part, encoding="utf-8")
    notebook = sources.convert(tmp_path / "source.py")
    two, one = tasks.tasks(notebook)
    assert [(part.name, part.points) for part in two.tests] == [("", 7), ("errors", 1)] and two.points == 8
    assert two.tests[1].cell.id == "two-test-errors" == tasks.grade_id("two", "test", "errors")
    assert [cell.metadata["hint"] for cell in notebook.cells if "hint" in cell.metadata] == ["two", "two"]
    for language in ("ko", "en"):
        assert not any("hint" in cell.metadata for cell in sources.learner_copy(notebook, language).cells)


@pytest.mark.parametrize("part", ["test", "Two Words", "a-b"])
def test_a_part_needs_a_plain_name(tmp_path, part):
    more = f'# %% task="two" role="test" part="{part}" points=1\nassert two != 3\n'
    (tmp_path / "source.py").write_text(SOURCE + more, encoding="utf-8")
    with pytest.raises(CourseError, match="part="):
        sources.convert(tmp_path / "source.py")
