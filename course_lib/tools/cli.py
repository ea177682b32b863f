"""The command line. Standard library only, until the environment is ready.

The exit status of every command:

    0    done
    1    what was looked at is not in order: a claim or a cell failed (`run`), a notebook is stale (`build --check`)
    2    the command could not do its work: wrong words, a CourseError, a disk that cannot be written
    130  stopped with Ctrl-C

`test` gives pytest's own: 0 all passed, 1 a test failed, 2 stopped, 3
an error of pytest, 4 wrong words, 5 no test found.
"""

import argparse
import os
import sys

DONE, NOT_IN_ORDER, COULD_NOT, STOPPED = 0, 1, 2, 130


def positive(text):
    """A whole number, 1 or more, for argparse."""
    if not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"must be a whole number, 1 or more; found {text!r}")
    return int(text)


def arguments():
    """The parser of all commands."""
    from course_lib.classroom import commands as classroom
    from course_lib.tools import bench

    parser = argparse.ArgumentParser(
        prog="python3 -m course_lib",
        description="A workbook of deep learning. The first command that needs them installs the pinned packages into .venv.",
    )
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")

    def command(name, text, chapters=None):
        sub = commands.add_parser(name, help=text, description=text[0].upper() + text[1:] + ".")
        if chapters:
            sub.add_argument("chapters", nargs="*", metavar="CHAPTER", help=f"chapters such as 01; {chapters}")
        return sub

    learn = command("learn", "make or complete your workbook/ and open it in JupyterLab")
    learn.add_argument(
        "--lang",
        choices=("ko", "en"),
        help="language of the workbook and of JupyterLab (default: that of your workbook, else of your system)",
    )
    learn.add_argument("--port", type=int, help="port of JupyterLab (default: the first free one from 8888)")
    learn.add_argument("--no-browser", action="store_true", help="print the address, open no browser")
    learn.add_argument("--no-lab", action="store_true", help="only make or complete the workbook; start nothing")
    learn.add_argument(
        "--fresh",
        metavar="CHAPTER",
        action="append",
        default=[],
        help="add a clean copy of a chapter beside yours, under a new name",
    )

    run = command(
        "run", "execute lessons without a browser and print the table of their claims", "all if none is named"
    )
    run.add_argument(
        "--seeds",
        type=positive,
        default=1,
        metavar="N",
        help="run each lesson with N seeds and print mean, spread and margin of every claim",
    )

    build = command(
        "build", "make the notebooks of chapters/ from their sources: convert, execute, write", "all if none is named"
    )
    build.add_argument(
        "--check", action="store_true", help="write nothing; fail if a notebook does not match its source"
    )

    command("list", "list the chapters: title, minutes, seconds, exercises")

    test = command(
        "test",
        "run every test and every notebook; what stands after a -- is passed on to pytest",
        "only what concerns them is tested",
    )
    test.add_argument(
        "--robust",
        action="store_true",
        help="also run the notebooks as on other processors: AVX2 only, without oneDNN, in float32, in bfloat16, with one thread",
    )
    test.add_argument(
        "--with-torch",
        action="store_true",
        help="also install PyTorch (several GB on some systems) and run the tests that need it",
    )

    measure = command("bench", f"measure speed: {', '.join(bench.TOPICS)}")
    measure.add_argument(
        "--record",
        action="store_true",
        help="write the lessons' times to chapters/measured.json, from which the README's table is made",
    )
    measure.add_argument("--only", choices=sorted(bench.TOPICS), help="measure only a part")

    new = command("new", "make a chapter of your own: a template that builds, and whose missing parts the tests name")
    new.add_argument("folder", metavar="NAME", help="number and name of the chapter, for example 14_my_topic")

    classroom.add_arguments(
        command("class", "for instructors: release, collect, grade, give feedback, report"), positive
    )
    return parser


def parsed(words):
    """The options that the words of a command line ask for; `pytest` is what stands after a "--"."""
    parser = arguments()
    at = words.index("--") if "--" in words else len(words)
    options = parser.parse_args(words[:at], argparse.Namespace(chapters=[], fresh=[], with_torch=False))
    options.pytest = words[at + 1 :]
    if options.pytest and options.command != "test":
        parser.error("only `test` passes words after a -- on")
    if options.command is None:
        parser.print_help()
    return options


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

    for name in options.chapters + options.fresh:
        chapters.find(name)
    places.require_home()
    python = bootstrap.ready_python(
        development=options.command == "test", torch=options.with_torch, instructor=options.command == "class"
    )
    if bootstrap.must_hand_over(python):
        return bootstrap.hand_over(python, sys.argv[1:])
    return _with_packages(options)


def _with_packages(options):
    """The commands that need the environment."""
    if options.command == "learn":
        from course_lib.tools import learn

        return learn.main(options.lang, options.port, not options.no_browser, options.fresh, not options.no_lab)
    if options.command == "run":
        from course_lib.tools import run

        return run.main(options.chapters, options.seeds)
    if options.command == "build":
        from course_lib.tools import build

        return build.main(options.chapters, options.check)
    if options.command == "test":
        from course_lib.tools import testing

        return testing.main(options.chapters, options.pytest, options.robust)
    if options.command == "class":
        from course_lib.classroom import commands as classroom

        return classroom.main(options)
    from course_lib.tools import bench

    return bench.main(options.only, options.record)


def main():
    """The whole command; returns the exit status."""
    for stream in (sys.stdout, sys.stderr):  # a Windows console may not speak UTF-8 by itself
        stream.reconfigure(encoding="utf-8", errors="replace")

    from course_lib.errors import CourseError

    options = parsed(sys.argv[1:])
    if options.command is None:
        return COULD_NOT
    try:
        return execute(options)
    except CourseError as error:
        sys.stderr.write(f"course_lib: {error}\n")
        return COULD_NOT
    except OSError as error:  # a full or read-only disk, for example
        if isinstance(error, BrokenPipeError):  # `... list | head`
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return NOT_IN_ORDER
        if error.filename is None:
            raise
        sys.stderr.write(
            f"course_lib: {error.filename}: {error.strerror}; "
            "free some space, or use a folder that you may write to (COURSE_HOME names that of workbook and packages)\n"
        )
        return COULD_NOT
    except KeyboardInterrupt:
        sys.stderr.write("\nstopped\n")
        return STOPPED
