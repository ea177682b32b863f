"""A program run as an ordinary user, also where the tests run as root."""

import os
import subprocess
import sys
from pathlib import Path

from course_lib.tools.places import COURSE

LIMITED = """
import ctypes, os
def limited(number):
    '''In this process, an ordinary user may make no more user namespaces than these.'''
    ready, go = os.pipe(), os.pipe()
    below = os.fork()
    if below:
        os.read(ready[0], 1)
        for name in ("uid_map", "gid_map"):
            with open(f"/proc/{below}/{name}", "w") as file:
                file.write("0 0 65536")
        os.write(go[1], b"x")
        os._exit(os.waitstatus_to_exitcode(os.waitpid(below, 0)[1]))
    ctypes.CDLL(None).unshare(0x10000000)
    os.write(ready[1], b"x")
    os.read(go[0], 1)
    with open("/proc/sys/user/max_user_namespaces", "w") as file:
        file.write(str(number))
    os.setgroups([])
    os.setresgid(65534, 65534, 65534)
    os.setresuid(65534, 65534, 65534)
limited(%d)
"""


def run(program, namespaces=None):
    """What a program in Python does as user 65534; returns the finished process.

    It sees this machine with one change: this Python and the checkout can be reached, also in a home folder.

    Args:
        namespaces: how many user namespaces there may be; None for as many as this machine allows.
    """
    view = ["bwrap", "--die-with-parent", "--dev-bind", "/", "/", "--cap-add", "ALL"]
    for prefix in dict.fromkeys(os.path.realpath(one) for one in (sys.base_prefix, sys.prefix, COURSE)):
        top = "/" + Path(prefix).parts[1]
        if top != "/usr" and not Path(top).stat().st_mode & 0o001:
            view += ["--tmpfs", top]
            for parent in reversed(Path(prefix).parents[:-2]):
                view += ["--dir", str(parent)]
            view += ["--ro-bind", prefix, prefix]
    if namespaces is None:
        user = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--inh-caps=-all"]
    else:
        user, program = [], LIMITED % namespaces + program
    python = [
        f"{os.path.realpath(sys.prefix)}/bin/python",
        "-c",
        f"import sys\nsys.path.insert(0, {str(COURSE)!r})\n{program}",
    ]
    return subprocess.run([*view, *user, *python], capture_output=True, text=True, cwd="/tmp")
