"""The door of `python -m course_lib`, and of the script `learn`.

This file must be *readable* by a Python that is too old, so that such a Python can be told so.
"""

import os
import sys

OLDEST = (3, 8)  # that can start the set-up, which finds or brings a Python from 3.11 to 3.13


def check_python(version):
    """One sentence about a Python that cannot even start the course, or None."""
    if tuple(version[:2]) >= OLDEST:
        return None
    return (
        "this is Python %d.%d, and the course needs 3.11 to 3.13 (any from %d.%d on can start it and brings the right one): "
        "install Python 3.13 and run the command with it, for example python3.13 -m course_lib learn"
        % (tuple(version[:2]) + OLDEST)
    )


def main():
    complaint = check_python(sys.version_info)
    if complaint:
        sys.stderr.write("course_lib: " + complaint + "\n")
        return 2
    from course_lib.tools import cli

    return cli.main()


def learn():
    """The script `learn`, so that `uv run learn` does what `python -m course_lib learn` does."""
    sys.argv.insert(1, "learn")
    return main()


if __name__ == "__main__":
    if not __package__:  # `python3 course_lib`: what is on the path is this folder, not the one around it
        sys.path[0] = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    sys.exit(main())
