"""What each sandbox shows of this machine: programs, and the part of the course that serves it."""

import os
import sys

PROGRAMS = [
    os.path.realpath(sys.prefix),
    os.path.realpath(sys.base_prefix),
    "/course/course_lib",
    "/course/data",
    "/usr",
]
PROGRAMS += [f"/etc/{name}" for name in ("ld.so.cache", "alternatives", "localtime", "fonts", "mime.types")]
PROGRAMS += ["/proc", "/dev", "/lib32"]
