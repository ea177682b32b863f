"""What each sandbox shows of this machine: programs, and the part of the course that serves it; and what is seen of it
from outside while it runs."""

import contextlib
import os
import sys
import threading

PROGRAMS = [
    os.path.realpath(sys.prefix),
    os.path.realpath(sys.base_prefix),
    "/course/course_lib",
    "/course/data",
    "/usr",
]
PROGRAMS += [f"/etc/{name}" for name in ("ld.so.cache", "alternatives", "localtime", "fonts", "mime.types")]
PROGRAMS += ["/proc", "/dev", "/lib32"]


@contextlib.contextmanager
def sampled(look):
    """Calls a function again and again in another thread."""
    over = threading.Event()

    def run():
        while not over.wait(0.02):
            look()

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
