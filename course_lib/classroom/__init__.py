"""The instructor's half: release, collect, grade, give feedback, report; on nbgrader's own course folder and gradebook.

Nothing here is imported for a learner; nbgrader and Dask come with requirements-instructor.txt.
"""

import sys
from pathlib import Path

from course_lib import texts

texts.add(Path(__file__).parent)

# jsonschema, below nbformat, builds this grammar at import for a format that no notebook uses: 3.6 s in every process,
# each worker's too. It does without where the module is not there, and None says so.
sys.modules.setdefault("rfc3987_syntax", None)
