"""The instructor's half: release, collect, grade, give feedback, report; on nbgrader's own course folder and gradebook.

Nothing here is imported for a learner; nbgrader and Dask come with requirements-instructor.txt.
"""

from pathlib import Path

import course_lib.tools  # noqa: F401  before all else, since it keeps the import of nbformat fast
from course_lib import texts

texts.add(Path(__file__).parent)
