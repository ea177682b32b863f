"""What the cells of an exercise notebook use."""

import sys

from course_lib import marked
from course_lib.checks import check, check_raises
from course_lib.experiments import check_experiment
from course_lib.hints import hint, solution

__all__ = ["check", "check_experiment", "check_raises", "checking", "hint", "solution"]


def checking(chapter, task, graded=False):
    """The checks of a task begin: each further statement of this cell is tried by itself, and the result counted.

    Args:
        chapter: its number, such as "01".
        task: name of the task.
        graded: whether this notebook was handed out to a class; then `solution` shows nothing.
    """
    marked.last.update(chapter=chapter, task=task, graded=graded)
    marked.unprepared(sys._getframe(1))
