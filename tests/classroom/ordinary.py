"""A program run as an ordinary user, also where the tests run as root."""

import os
import subprocess
import sys
from pathlib import Path

from course_lib.tools.places import COURSE


def run(program):
    """What a program in Python does as user 65534; returns the finished process.

    It sees this machine with one change: this Python and the checkout can
    be reached, even if they lie in a home folder.
    """
    view = ["bwrap", "--dev-bind", "/", "/", "--cap-add", "ALL"]
    for prefix in dict.fromkeys(os.path.realpath(one) for one in (sys.base_prefix, sys.prefix, COURSE)):
        top = "/" + Path(prefix).parts[1]
        if top != "/usr" and not Path(top).stat().st_mode & 0o001:
            view += ["--tmpfs", top]
            for parent in reversed(Path(prefix).parents[:-2]):
                view += ["--dir", str(parent)]
            view += ["--ro-bind", prefix, prefix]
    user = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--inh-caps=-all"]
    python = [
        f"{os.path.realpath(sys.prefix)}/bin/python",
        "-c",
        f"import sys\nsys.path.insert(0, {str(COURSE)!r})\n{program}",
    ]
    return subprocess.run([*view, *user, *python], capture_output=True, text=True, cwd="/tmp")
