"""What the check cells of an exercise notebook use."""

from course_lib.checks import check, check_raises

__all__ = ["check", "check_raises", "checking"]


def checking(chapter, task):
    """The checks of a task begin.

    Args:
        chapter: its number, such as "01".
        task: name of the task.
    """
