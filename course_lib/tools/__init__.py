"""What a person types: `python -m course_lib COMMAND`. Notebooks import nothing of this."""

import sys
from pathlib import Path

from course_lib import texts

texts.add(Path(__file__).parent)

# jsonschema, below nbformat, builds this grammar at import for a format that no notebook uses: 3.6 s in every process
# that reads notebooks, each worker's too. It does without where the module is not there, and None says so.
sys.modules.setdefault("rfc3987_syntax", None)
