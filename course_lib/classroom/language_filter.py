"""The first step of nbgrader's conversion for a language: the cells of the other language go."""

from nbgrader.preprocessors import NbGraderPreprocessor
from traitlets import Enum

from course_lib.tools import sources


class LanguageEdition(NbGraderPreprocessor):
    """Drops the cells that are tagged with the other language; such cells carry no grading metadata."""

    language = Enum(("ko", "en"), default_value="en", help="The language that stays.").tag(config=True)

    def preprocess(self, nb, resources):
        return sources.edition(nb, self.language), resources
