"""The tasks of a notebook, and the names of their cells."""

import json

import nbformat

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
        two, one = sources.tasks(same)
        assert (two.name, two.points, two.check) == ("two", 7, None)
        assert (one.name, one.points, one.check["source"]) == ("one-test", 2.5, "print(one)")
        assert "two = 2" in two.solution["source"] and "assert one == 1" in one.test["source"]
        assert [sources.part_of(cell) for cell in same["cells"]][:3] == [
            ("", ""),
            ("one-test", "solution"),
            ("one-test", "check"),
        ]
    for cell in notebook.cells[1:]:
        assert sources.grade_id(*sources.part_of(cell)) == sources.about(cell)["grade_id"] == cell.id
