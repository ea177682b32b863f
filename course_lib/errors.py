"""The one kind of error that is told to a person as a sentence, without a traceback."""


class CourseError(Exception):
    """Bad input or surroundings: the message says what was found, what was expected and what to do."""

    def _render_traceback_(self):  # IPython shows this instead of a traceback
        return [str(self)]
