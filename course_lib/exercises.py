"""What the cells of an exercise notebook use."""

import sys

from course_lib.checks import check, check_raises
from course_lib.experiments import check_experiment
from course_lib.feedback import cells, marked
from course_lib.feedback.guarded import watched
from course_lib.feedback.hints import hint, solution

__all__ = ["check", "check_experiment", "check_raises", "checking", "hint", "solution"]


def checking(chapter, task, graded=False):
    """The checks of a task begin: each further statement of this cell is tried by itself, and the result counted.

    Outside of a notebook a check cell is plain Python; there, too, the function must not change what it is given.

    Args:
        chapter: its number, such as "01".
        task: name of the task.
        graded: whether this notebook was handed out to a class; then `solution` shows nothing.
    """
    marked.last.update(chapter=chapter, task=task, graded=graded)
    frame = sys._getframe(1)
    if cells.shell():
        marked.unprepared(frame)
    elif callable(frame.f_globals.get(task)):
        frame.f_globals[task] = watched(frame.f_globals[task])
