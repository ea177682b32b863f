"""The door of `python -m course_lib`.

This file must be *readable* by a Python that is too old, so that such a Python can be told so.
"""

import os
import sys

OLDEST, NEWEST = (3, 11), (3, 13)


def check_python(version):
    """One sentence about a Python that will not do, or None."""
    if OLDEST <= tuple(version[:2]) <= NEWEST:
        return None
    return (
        "this is Python %d.%d, and TensorFlow here needs %d.%d to %d.%d: run the command with one of those, for example python%d.%d -m course_lib"
        % (tuple(version[:2]) + OLDEST + NEWEST + NEWEST)
    )


def main():
    complaint = check_python(sys.version_info)
    if complaint:
        sys.stderr.write("course_lib: " + complaint + "\n")
        return 2
    from course_lib.tools import cli

    return cli.main()


if __name__ == "__main__":
    if not __package__:  # `python3 course_lib`: what is on the path is this folder, not the one around it
        sys.path[0] = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    sys.exit(main())
