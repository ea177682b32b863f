"""What a person types: `python -m course_lib COMMAND`. Notebooks import nothing of this."""

from pathlib import Path

from course_lib import texts

texts.add(Path(__file__).parent)
