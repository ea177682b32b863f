"""What a chapter's source asks of a submission: its tasks with their tests, and the cells that a learner was given."""

import ast
import functools
from dataclasses import dataclass
from pathlib import Path

from course_lib.errors import CourseError


@dataclass(frozen=True)
class Task:
    """A graded task of the source: its functions, its test, the set-up cells that stand before the test."""

    name: str
    possible: float
    functions: tuple[str, ...]
    solution: str
    test: str
    setups: tuple[str, ...]


@dataclass(frozen=True)
class Plan:
    """What a source asks for. `cells` are those of the learner's copy by grade_id, in order; `setups` the ungraded code cells;
    `modules` the names of what these import."""

    tasks: tuple[Task, ...]
    cells: dict
    setups: tuple[str, ...]
    modules: tuple[str, ...]


def read_plan(source):
    """The Plan of a source file.

    Raises:
        CourseError: the file is not a source, or a graded task has no solution that defines a function.
    """
    source = Path(source)
    try:
        state = source.stat()
    except OSError as error:
        raise CourseError(
            f"{source} cannot be read ({error.strerror}): give the .py source of a chapter's exercises"
        ) from None
    return _read_plan(source, state.st_mtime_ns, state.st_size)


@functools.lru_cache(maxsize=32)
def _read_plan(source, *_):
    from course_lib.tools import sources

    notebook = sources.convert(source)
    learner = sources.learner_copy(notebook, "en")
    cells, setups, solutions, tasks, learner_setups = {}, [], {}, [], []
    for cell in learner.cells:
        if cell.cell_type == "code":
            graded = cell.metadata.get("nbgrader")
            if graded:
                cells[graded["grade_id"]] = {"source": cell.source, "metadata": dict(graded)}
            elif cell.source.strip():
                learner_setups.append(cell.source)
    for cell in notebook.cells:
        if cell.cell_type != "code":
            continue
        graded = cell.metadata.get("nbgrader")
        if not graded:
            setups.append(cell.source)
        elif graded["solution"]:
            names = [node.name for node in ast.parse(cell.source).body if isinstance(node, ast.FunctionDef)]
            solutions[graded["grade_id"]] = (tuple(names), cell.source)
        elif graded["grade"]:
            name = graded["grade_id"].removesuffix("-test")
            functions, solution = solutions.get(name, ((), ""))
            if not functions:
                raise CourseError(
                    f'{source}: no cell with task="{name}" role="solution" before its test defines a function; a task asks for functions, so write one'
                )
            tasks.append(Task(name, graded["points"], functions, solution, cell.source, tuple(setups)))
    return Plan(tuple(tasks), cells, tuple(learner_setups), tuple(_imports(learner_setups)))


def _imports(codes):
    """Names of the modules that cells import, each once, in order."""
    names = {}
    for node in (node for code in codes for node in ast.walk(ast.parse(code))):
        if isinstance(node, ast.Import):
            names |= dict.fromkeys(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            names[node.module] = None
    return list(names)
