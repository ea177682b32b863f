"""The instructor's half: release, collect, grade, give feedback, report; on nbgrader's own course folder and gradebook.

Nothing here is imported for a learner; nbgrader and Dask come with requirements-instructor.txt.
"""

import contextlib
from pathlib import Path

from course_lib import texts

with contextlib.suppress(ModuleNotFoundError):  # a submission's sandbox has no tools, and imports no nbformat
    import course_lib.tools  # noqa: F401  before all else, since it keeps the import of nbformat fast

texts.add(Path(__file__).parent)
