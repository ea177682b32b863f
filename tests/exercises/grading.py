"""Grade an exercise notebook in this process: learner's cells first, then each task's graded cells, points for those that pass."""

import ast
import contextlib
import io

from course_lib.tools import sources


def cells_of(notebook, task, role):
    """Sources of a task's cells of one role, in order."""
    name = task if role == "solution" else f"{task}-{role}"
    return [cell for cell in notebook.cells if cell.metadata.get("nbgrader", {}).get("grade_id", "") == name]


def tasks(notebook):
    """Names of the graded tasks, in order."""
    return list(
        dict.fromkeys(
            cell.metadata["nbgrader"]["grade_id"].removesuffix("-test")
            for cell in notebook.cells
            if cell.metadata.get("nbgrader", {}).get("grade")
        )
    )


def namespace_of(notebook, answers=None):
    """Run imports and answers of a notebook, not its checks or tests; `answers` (task -> code) replace the notebook's own."""
    namespace = {"__name__": "__main__"}
    for cell in notebook.cells:
        if cell.cell_type != "code" or cell.metadata.get("nbgrader", {}).get("locked"):
            continue
        task = cell.metadata.get("nbgrader", {}).get("grade_id")
        exec((answers or {}).get(task, cell.source), namespace)
    return namespace


def passes(code, namespace):
    """Whether a check or test cell runs without an error; returns the error or None."""
    with contextlib.redirect_stdout(io.StringIO()):
        try:
            exec(code, dict(namespace))
        except Exception as error:
            return error
    return None


def grade(notebook, answers=None, only=None):
    """task -> (points, possible points, the first error or None); for one task alone if `only` names it."""
    namespace = namespace_of(notebook, answers)
    result = {}
    for task in tasks(notebook) if only is None else [only]:
        errors = [
            (passes(cell.source, namespace), cell.metadata.nbgrader.points) for cell in cells_of(notebook, task, "test")
        ]
        if not errors:
            raise KeyError(f"no graded cells of a task {task!r}")
        result[task] = (
            sum(points for error, points in errors if error is None),
            sum(points for _, points in errors),
            next((error for error, _ in errors if error), None),
        )
    return result


def arguments_of(notebook, task):
    """Names of a task's arguments, read from its code without running it (running may load Keras)."""
    (cell,) = cells_of(notebook, task, "solution")
    (function,) = (
        node for node in ast.parse(cell.source).body if isinstance(node, ast.FunctionDef) and node.name == task
    )
    return [argument.arg for argument in function.args.args]


def learner(source):
    return sources.learner_copy(sources.convert(source), "en")
