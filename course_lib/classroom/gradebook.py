"""nbgrader's gradebook, a SQLite file: what goes wrong with it is one sentence."""

import contextlib
import warnings

from course_lib.errors import CourseError
from course_lib.texts import say


@contextlib.contextmanager
def opened(path):
    """The gradebook of a class, for a `with` statement.

    Raises:
        CourseError: it is in use, damaged, or cannot be written.
    """
    from nbgrader.api import Gradebook
    from sqlalchemy.exc import DatabaseError

    with warnings.catch_warnings():
        # nbgrader 0.9.6 on SQLAlchemy 2.1: about the order in which it fills its own tables
        warnings.filterwarnings("ignore", message="Object of type .* not in session", module="nbgrader")
        try:
            with Gradebook(f"sqlite:///{path}") as gradebook:
                yield gradebook
        except DatabaseError as error:
            raise sentence(path, str(error.orig)) from error


@contextlib.contextmanager
def at_once(path):
    """`opened`, and all that is written in this block, by nbgrader's own steps, too, arrives together or not at all.

    They open the gradebook anew and write to disk for each cell, which takes as long as a submission's cells do.
    """
    from unittest import mock

    from nbgrader.preprocessors import latesubmissions, saveautogrades

    with opened(path) as gradebook:
        db = gradebook.db
        with (
            mock.patch.object(db, "commit", db.flush),
            mock.patch.object(gradebook, "close", lambda: None),
            mock.patch.object(saveautogrades, "Gradebook", lambda url: gradebook),
            mock.patch.object(latesubmissions, "Gradebook", lambda url: gradebook),
        ):
            yield gradebook
        db.commit()


def sentence(path, reason):
    """The CourseError for what SQLite says."""
    if "locked" in reason:
        return CourseError(
            say("{path} is in use by another program: wait for it or close it, and run the command again", path=path)
        )
    if "readonly" in reason or "unable to open" in reason:
        return CourseError(
            say("{path} cannot be written: give yourself the right to, and run the command again", path=path)
        )
    if "malformed" in reason or "not a database" in reason:
        return CourseError(say("{path} is damaged ({reason}): restore it from a backup", path=path, reason=reason))
    return CourseError(say("{path} cannot be used ({reason})", path=path, reason=reason))


@contextlib.contextmanager
def by_library():
    """nbgrader asks the command `alembic` for the version of a new gradebook, and that reads a file which it
    cannot always read: with a % in its path, or Korean and another locale. Here its library is asked."""
    from alembic.script import ScriptDirectory
    from nbgrader import api, dbutil

    before = api.get_alembic_version
    api.get_alembic_version = ScriptDirectory(dbutil.ALEMBIC_DIR).get_current_head
    try:
        yield
    finally:
        api.get_alembic_version = before


def names(name):
    """nbgrader's two fields of a name: "Lovelace, Ada" and "Ada Lovelace"
    alike; a name of one word is the last name."""
    last, comma, first = name.partition(",")
    if not comma:
        first, _, last = name.rpartition(" ")
    return {"first_name": first.strip(), "last_name": last.strip()}
