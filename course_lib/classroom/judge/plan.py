"""What a chapter's source asks of a submission: its tasks and tests, the cells that were handed out, the limits.

For authors. The code of a student runs in a sandbox, and a test reaches it only by calling the functions of its task.
Only plain data crosses: numbers, text, lists, tuples, dicts, NumPy arrays. A Keras model, or a layer, that a function
returns stays in the sandbox, whatever it is made of, and the test asks it by Keras's names (remote.py). What it says of
itself may be a lie, so a test sets weights of its own and compares what comes out for inputs of its own. It calls a
model once before it looks at the weights, since a class of the student's may make them then, and finds out by their
shapes which is which. Where shapes cannot tell, as in chapters on Transformers, VAEs or GPT, a task asks for a
*function* that builds what it needs, sets the weights that it is given, and returns arrays:

    def attention_block(x, weights):  # x: (batch, length, width), weights: dict of arrays
        ...
        return y  # (batch, length, width)

A model that a test gives to a function goes in as configuration and weights, so it consists of Keras's own layers.

What a submission may use is set in the header of the exercises where the usual limits do not do:

    #   course:
    #     limits: {memory_mb: 6000, call_s: 20}
"""

import ast
import dataclasses
import functools
from dataclasses import dataclass
from pathlib import Path

from course_lib.classroom.sandbox.limits import Limits
from course_lib.errors import CourseError
from course_lib.tasks import about, part_of, tasks
from course_lib.tools import sources


@dataclass(frozen=True)
class PartPlan:
    """A hidden test of a task: the name of the part that it is for ("" for the first or only one), its points; `korean`
    is the test as the Korean edition has it, for its labels."""

    name: str
    possible: float
    test: str
    korean: str = ""


@dataclass(frozen=True)
class TaskPlan:
    """How a graded task is judged: its functions, its parts, the set-up cells that stand before the last of them."""

    name: str
    functions: tuple[str, ...]
    solution: str
    parts: tuple[PartPlan, ...]
    setups: tuple[str, ...]

    @property
    def possible(self):
        """Points of all parts together."""
        return sum(part.possible for part in self.parts)


@dataclass(frozen=True)
class Given:
    """A cell of a task as it was handed out. `role` is "solution", "check" or "test"; `metadata` are nbgrader's."""

    task: str
    role: str
    source: str
    metadata: dict


@dataclass(frozen=True)
class Plan:
    """What a source asks for. `name` is that of its notebook; `cells` are the tasks' cells of the learner's copy by
    grade_id, in order; `setups` the other code cells; `modules` the names of what these import; `korean` is the Plan
    with the cells and set-ups of the Korean copy, None where that has the same ones."""

    tasks: tuple[TaskPlan, ...]
    cells: dict[str, Given]
    setups: tuple[str, ...]
    modules: tuple[str, ...]
    limits: Limits
    korean: "Plan | None" = None
    name: str = ""


def read_plan(source):
    """The Plan of a source file.

    Raises:
        CourseError: the file is not a source, a graded task has no solution that defines a function, or the header
            names a limit that is none.
    """
    source = Path(source)
    try:
        state = source.stat()
    except OSError as error:
        raise CourseError(
            f"{source} cannot be read ({error.strerror}): give the .py source of a chapter's exercises"
        ) from None
    return _read_plan(source, state.st_mtime_ns, state.st_size)


def limits(source):
    """The Limits of a chapter's exercises: what the header of this source sets, the usual ones for the rest.

    Raises:
        CourseError: as for `read_plan`.
    """
    return read_plan(source).limits


@functools.lru_cache(maxsize=32)
def _read_plan(source, *_):
    notebook = sources.convert(source)
    cells, given = _handed_out(notebook, "en")
    korean = {cell.id: cell.source for cell in sources.edition(notebook, "ko").cells if cell.cell_type == "code"}
    graded = {task.name: task for task in tasks(notebook)}
    planned, setups, functions = {}, [], {}
    for cell in (cell for cell in notebook.cells if cell.cell_type == "code"):
        name, role = part_of(cell)
        if not role:
            setups.append(cell.source)
        elif role == "solution":
            functions[name] = tuple(
                node.name for node in ast.parse(cell.source).body if isinstance(node, ast.FunctionDef)
            )
        elif role == "test":
            if not functions.get(name):
                raise CourseError(
                    f'{source}: no cell with task="{name}" role="solution" before its test defines a function; a task asks for functions, so write one'
                )
            task = graded[name]
            parts = tuple(
                PartPlan(part.name, part.points, part.cell.source, korean[part.cell.id]) for part in task.tests
            )
            planned[name] = TaskPlan(name, functions[name], task.solution.source, parts, tuple(setups))
    plan = Plan(
        tuple(planned.values()),
        cells,
        tuple(given),
        tuple(_imports(given)),
        _limits(source, notebook),
        name=source.stem,
    )
    cells, given = _handed_out(notebook, "ko")
    if (cells, tuple(given)) == (plan.cells, plan.setups):
        return plan
    return dataclasses.replace(plan, korean=dataclasses.replace(plan, cells=cells, setups=tuple(given)))


def _handed_out(notebook, language):
    """The tasks' cells of a learner's copy, a Given by grade_id, and the sources of its other code cells."""
    cells, given = {}, []
    for cell in sources.learner_copy(notebook, language).cells:
        task, role = part_of(cell)
        if cell.cell_type == "code" and role:
            known = dict(about(cell))
            cells[known["grade_id"]] = Given(task, role, cell.source, known)
        elif cell.cell_type == "code" and cell.source.strip():
            given.append(cell.source)
    return cells, given


def _imports(codes):
    """Names of the modules that cells import, each once, in order."""
    names = {}
    for node in (node for code in codes for node in ast.walk(ast.parse(code))):
        if isinstance(node, ast.Import):
            names |= dict.fromkeys(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            names[node.module] = None
    return list(names)


def _limits(source, notebook):
    """The Limits that the header of a source sets under `course: limits:`."""
    wanted = notebook.metadata.get("course") or {}
    wanted = wanted.get("limits", {}) if isinstance(wanted, dict) else wanted
    known = {one.name: one.type for one in dataclasses.fields(Limits) if one.default is not None}
    if not isinstance(wanted, dict):
        raise CourseError(
            f"{source}: course: limits: in the header is {wanted!r}, and must name limits: {', '.join(known)}"
        )
    for name, value in wanted.items():
        if name not in known:
            raise CourseError(
                f"{source}: course: limits: in the header names {name!r}, which is no limit; there are {', '.join(known)}"
            )
        whole = known[name] is int
        right = isinstance(value, int) or not whole and isinstance(value, float)
        if isinstance(value, bool) or not right or not 0 < value < float("inf"):
            must = "a whole number, 1 or more" if whole else "a number of seconds greater than 0"
            raise CourseError(f"{source}: course: limits: {name}: in the header is {value!r}, and must be {must}")
    return Limits(**wanted)
