"""Things to drag, type or draw whose effect is seen at once; a still picture where nobody watches."""

from course_lib.widgets.picture import ask, read

__all__ = ["ask", "read"]
