"""Builds course_lib as flit does; only the line that tells Python where an editable course_lib lies is another one.

Flit writes the bare path. Before 3.12.4 Python reads such a file in the encoding of the system, so that it does not
even start where a Korean Windows finds UTF-8. A line of ASCII that begins with `import` is read alike everywhere.
"""

from flit_core import wheel
from flit_core.buildapi import *  # noqa: F403  the functions that installers call


def line(path):
    """The content of the .pth file for a folder."""
    return f"import sys; sys.path.append({str(path)!a})\n"


def _add_pth(self):
    with self._write_to_zip(self.module.name + ".pth") as file:
        file.write(line(self.module.source_dir.resolve()))


wheel.WheelBuilder.add_pth = _add_pth
