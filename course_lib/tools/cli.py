"""The command line. Standard library only, until the environment is ready.

The exit status of every command:

    0    done
    1    what was looked at is not in order: a claim or a cell failed (`run`), a notebook is stale (`build --check`)
    2    the command could not do its work: wrong words, a CourseError, a disk that cannot be written
    130  stopped with Ctrl-C

`test` gives pytest's own: 0 all passed, 1 a test failed, 2 stopped, 3
an error of pytest, 4 wrong words, 5 no test found.
"""

import os
import sys

from course_lib.errors import CourseError
from course_lib.texts import say

NOT_IN_ORDER, COULD_NOT, STOPPED = 1, 2, 130


def execute(options):
    """Do what was asked for; returns the exit status. Imports stand here so that --help needs none of them.

    Raises:
        CourseError: it could not be done; the message says why.
    """
    from course_lib.tools import bootstrap, chapters, places

    if options.command == "list":
        return chapters.print_list()
    if options.command == "new":
        from course_lib.tools import new

        return new.main(options.folder)

    opened = [options.chapter] if options.command == "learn" and options.chapter else []
    for name in [*options.chapters, *options.fresh, *opened]:
        chapters.find(name)
    places.require_home()
    python = bootstrap.ready_python(
        development=options.command == "test",
        torch=options.with_torch,
        instructor=options.command in ("class", "book"),
    )
    if bootstrap.must_hand_over(python):
        return bootstrap.hand_over(python, sys.argv[1:])
    return _with_packages(options)


def _with_packages(options):
    """The commands that need the environment."""
    if options.command == "learn":
        from course_lib.tools import learn

        return learn.main(
            options.lang,
            options.port,
            not options.no_browser,
            options.fresh,
            not options.no_lab,
            chapter=options.chapter,
            ip=options.ip,
        )
    if options.command == "score":
        from course_lib.tools import score

        return score.main(options.chapters)
    if options.command == "serve":
        from course_lib import serving

        return serving.main(options.model, options.port, options.key, options.most, options.at_once)
    if options.command == "search":
        from course_lib.tools import search

        return search.main(options.question, options.count)
    if options.command == "fetch":
        from course_lib.tools import fetch

        return fetch.main(options.chapters)
    if options.command == "run":
        from course_lib.tools import run

        return run.main(options.chapters, options.seeds, options.lang)
    if options.command == "build":
        from course_lib.tools import build

        return build.main(options.chapters, options.check, options.lang)
    if options.command == "test":
        from course_lib.tools import testing

        return testing.main(options.chapters, options.pytest, options.robust)
    if options.command == "editions":
        from course_lib.tools import editions

        return editions.main(options.folder, options.lang, options.origin)
    if options.command == "book":
        from course_lib.tools.book import making

        return making.main(options.folder, options.open, options.record, options.origin, options.pdf)
    if options.command == "class":
        from course_lib.classroom import commands as classroom

        return classroom.main(options)
    from course_lib.tools import bench

    return bench.main(options.only, options.record)


def main():
    """The whole command; returns the exit status."""
    for stream in (sys.stdout, sys.stderr):  # a Windows console may not speak UTF-8 by itself
        stream.reconfigure(encoding="utf-8", errors="replace")

    from course_lib.tools import language, places
    from course_lib.tools.arguments import parsed

    words = sys.argv[1:]
    os.environ["COURSE_LANG"] = language.of_command(words, places.HOME)  # what is said from here on
    try:
        options = parsed(words)
        return COULD_NOT if options.command is None else execute(options)
    except CourseError as error:
        sys.stderr.write(f"course_lib: {error}\n")
        return COULD_NOT
    except OSError as error:  # a full or read-only disk, for example
        if isinstance(error, BrokenPipeError):  # `... list | head`
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return NOT_IN_ORDER
        if error.filename is None:
            raise
        advice = say(
            "free some space, or use a folder that you may write to (COURSE_HOME names that of workbook and packages)"
        )
        sys.stderr.write(f"course_lib: {error.filename}: {error.strerror}; {advice}\n")
        return COULD_NOT
    except KeyboardInterrupt:
        sys.stderr.write("\n" + say("stopped") + "\n")
        return STOPPED
