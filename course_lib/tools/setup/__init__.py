"""The parts of the set-up, which makes .venv; `course_lib.tools.bootstrap` puts them together.

Standard library only, and no more of it than Python 3.8 has: this runs before anything is installed, with whatever
Python a learner types the first command.
"""
