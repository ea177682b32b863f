"""The instructor's half: release, collect, grade, give feedback, report; on nbgrader's own course folder and gradebook.

Nothing here is imported for a learner; nbgrader and Dask come with requirements-instructor.txt.
"""

import sys
from pathlib import Path

from course_lib import texts

texts.add(Path(__file__).parent)

# jsonschema, which nbformat uses, builds this grammar when it is imported, for a format that no notebook uses: 3.6 s in every
# process that reads notebooks. It can do without the module, and None says that there is none.
sys.modules.setdefault("rfc3987_syntax", None)
