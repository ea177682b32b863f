"""From source to notebook: headers, ids, editions, and errors that name what is wrong."""

import json
import os
import sys

import nbformat
import pytest

from course_lib.errors import CourseError
from course_lib.tools import build, chapters, sources

HEAD = "# ---\n# jupyter:\n#   kernelspec: {name: python3, display_name: Python 3, language: python}\n# ---\n\n"
TASK = '''# %% [markdown] tags=["ko"]
r"""
둘을 더하세요. $\\sum$
"""

# %% [markdown] tags=["en"]
r"""
Add the two. $\\sum$
"""

# %% task="add" role="solution"
def add(a, b):
    ### BEGIN SOLUTION
    return a + b
    ### END SOLUTION


# %% task="add" role="check"
assert add(1, 2) == 3

# %% task="add" role="test" points=5
assert add(5, 7) == 12
'''


@pytest.fixture
def source(tmp_path):
    path = tmp_path / "01_exercises.py"
    path.write_text(HEAD + TASK, encoding="utf-8")
    return path


def test_metadata_of_nbgrader(source):
    cells = sources.convert(source).cells
    keys = ("grade_id", "grade", "solution", "locked")
    assert [tuple(cell.metadata.nbgrader[key] for key in keys) for cell in cells[2:]] == [
        ("add", False, True, False),
        ("add-check", False, False, True),
        ("add-test", True, False, True),
    ]
    assert cells[4].metadata.nbgrader.points == 5 and "points" not in cells[3].metadata.nbgrader
    assert all(cell.metadata.nbgrader.schema_version == 3 for cell in cells[2:])
    assert cells[4].source.startswith("# 5 points: hidden tests")
    assert cells[4].source.endswith("\n### BEGIN HIDDEN TESTS\nassert add(5, 7) == 12\n### END HIDDEN TESTS")
    assert "\\sum" in cells[0].source and "\\\\sum" not in cells[0].source
    assert not any(key in cell.metadata for cell in cells for key in ("task", "role", "points"))


def test_nbgrader_itself_accepts_the_metadata():
    from nbgrader.nbgraderformat import MetadataValidator

    for chapter in chapters.every():
        for path in chapter.sources:
            MetadataValidator().validate_nb(nbformat.read(path.with_suffix(".ipynb"), as_version=4))


@pytest.mark.parametrize(
    "old, new, complaint",
    [
        (" points=5", "", "needs role="),
        ('role="check"', 'role="chek"', "needs role="),
        ('role="check"', 'role="check" points=3', "needs role="),
        ("### BEGIN SOLUTION", "", "has no ### BEGIN SOLUTION"),
    ],
)
def test_incomplete_header_is_named(source, old, new, complaint):
    source.write_text((HEAD + TASK).replace(old, new), encoding="utf-8")
    with pytest.raises(
        CourseError, match=f"01_exercises.py: .*add.*{complaint}" if "has no" in complaint else complaint
    ):
        sources.convert(source)


def test_ids_follow_from_content(source):
    first, second = sources.convert(source), sources.convert(source)
    assert [cell.id for cell in first.cells] == [cell.id for cell in second.cells]
    source.write_text((HEAD + TASK).replace("Add the two", "Add both"), encoding="utf-8")
    changed = [a.id != b.id for a, b in zip(first.cells, sources.convert(source).cells)]
    assert changed == [False, True, False, False, False]
    source.write_text(HEAD + "# %%\nx = 1\n\n# %%\nx = 1\n", encoding="utf-8")
    ids = [cell.id for cell in sources.convert(source).cells]
    assert ids[1] == f"{ids[0]}-2"


@pytest.mark.parametrize(
    "language, there, gone", [("ko", "둘을 더하세요", "Add the two"), ("en", "Add the two", "둘을 더하세요")]
)
def test_editions_and_learners_copies(source, language, there, gone):
    notebook = sources.convert(source)
    copy = sources.learner_copy(notebook, language)
    text = "\n".join(cell.source for cell in copy.cells)
    assert there in text and gone not in text
    solution, check, test = copy.cells[1:]
    here = {"ko": "여기에 코드를 쓰세요", "en": "YOUR CODE HERE"}[language]
    assert solution.source == f"def add(a, b):\n    # {here}\n    raise NotImplementedError"
    assert check.source.endswith("\nassert add(1, 2) == 3") and test.source.startswith("# 5")
    assert (
        check.metadata.editable is False and check.metadata.deletable is False and "editable" not in solution.metadata
    )
    assert solution.metadata.deletable is False and test.metadata.editable is False and test.metadata.deletable is False
    assert "BEGIN SOLUTION" in notebook.cells[2].source, "the notebook itself must not change"
    nbformat.validate(copy)


def test_a_failing_cell_writes_nothing_and_is_named(tmp_path):
    path = tmp_path / "01_lesson.py"
    path.write_text(HEAD + "# %%\n1 / 0\n", encoding="utf-8")
    with pytest.raises(CourseError, match="(?s)01_lesson.py: a cell failed, so nothing was written.*ZeroDivisionError"):
        build.built(path)
    assert [file.name for file in tmp_path.iterdir()] == ["01_lesson.py"]


def test_a_dying_kernel_is_told(tmp_path):
    path = tmp_path / "01_lesson.py"
    path.write_text(HEAD + "# %%\nimport os\n\nos.write(2, b'no more memory')\nos._exit(1)\n", encoding="utf-8")
    with pytest.raises(CourseError, match="(?s)did not get through: Kernel died.*no more memory"):
        build.built(path)


def test_a_kernel_that_is_stopped_says_nothing(tmp_path, capfd):
    """Whatever it writes beside its cells, a log line of its own included: none of it is the reader's."""
    notebook = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell("import sys\nprint('torn down', file=sys.__stderr__, flush=True)")]
    )
    build.execute(notebook, tmp_path)
    assert "torn down" not in "".join(capfd.readouterr())


LANGUAGE = """import os

from course_lib.checks import check

try:
    check("one", None, 1)
except AssertionError as error:
    print(error, "COURSE_CLAIMS_GO_ON" in os.environ)
"""


def test_built_in_english_whatever_the_author_speaks(tmp_path, monkeypatch):
    path = tmp_path / "01_lesson.py"
    path.write_text(f"{HEAD}# %%\n{LANGUAGE}", encoding="utf-8")
    monkeypatch.setenv("COURSE_LANG", "ko")
    monkeypatch.setenv("COURSE_CLAIMS_GO_ON", "1")
    [cell] = build.built(path).cells
    assert cell.outputs[0].text == "one: nothing came back (None): is the `return` missing? False\n"


def test_the_kernel_is_that_of_this_environment(tmp_path, monkeypatch):
    """Whatever the user has registered as python3; and nothing in this process changes."""
    (tmp_path / "kernels" / "python3").mkdir(parents=True)
    spec = {"argv": ["no-such-python", "{connection_file}"], "display_name": "mine", "language": "python"}
    (tmp_path / "kernels" / "python3" / "kernel.json").write_text(json.dumps(spec), encoding="utf-8")
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path))
    monkeypatch.delenv("JUPYTER_PREFER_ENV_PATH", raising=False)
    before = dict(os.environ)
    path = tmp_path / "01_lesson.py"
    path.write_text(HEAD + "# %%\nimport sys\n\nprint(sys.executable)\n", encoding="utf-8")
    assert build.built(path).cells[0].outputs[0].text.strip() == sys.executable
    assert dict(os.environ) == before


def test_progress_is_seen_by_people_and_not_by_outputs(tmp_path):
    """Without a front end that names its cells there is no bar; with one, there is."""
    path = tmp_path / "01_lesson.py"
    path.write_text(
        HEAD
        + "# %%\nfrom course_lib.progress import bar, somebody_watches\n\nfor _ in bar(range(3)):\n    pass\nprint(somebody_watches())\n",
        encoding="utf-8",
    )
    [cell] = build.built(path).cells
    assert [output.text for output in cell.outputs] == ["False\n"]

    from jupyter_client.manager import start_new_kernel

    manager, client = start_new_kernel(kernel_name="python3")
    try:
        message = client.session.msg(
            "execute_request",
            {
                "code": cell.source,
                "silent": False,
                "store_history": True,
                "user_expressions": {},
                "allow_stdin": False,
                "stop_on_error": True,
            },
            metadata={"cellId": cell.id, "deletedCells": []},
        )
        client.shell_channel.send(message)
        seen = []
        while True:
            reply = client.get_iopub_msg(timeout=30)
            if reply["parent_header"].get("msg_id") == message["header"]["msg_id"]:
                seen.append(reply)
                if reply["msg_type"] == "status" and reply["content"]["execution_state"] == "idle":
                    break
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
    kinds = {reply["msg_type"] for reply in seen}
    assert "True\n" in [reply["content"].get("text") for reply in seen] and (
        "display_data" in kinds or "comm_open" in kinds or any("it/s" in str(reply["content"]) for reply in seen)
    )
