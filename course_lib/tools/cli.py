"""The command line. Standard library only, until the environment is ready."""

import argparse
import os
import sys


def chapter_argument(parser, text):
    parser.add_argument("chapters", nargs="*", metavar="CHAPTER", help=text)


def positive(text):
    """A whole number from 1 on, for argparse."""
    if not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"must be a whole number, 1 or more; found {text!r}")
    return int(text)


def arguments():
    parser = argparse.ArgumentParser(
        prog="python3 -m course_lib",
        description="A workbook of deep learning. The first command that needs them installs the pinned packages into .venv.",
    )
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")

    def command(name, text):
        return commands.add_parser(name, help=text, description=text[0].upper() + text[1:] + ".")

    learn = command("learn", "make or complete your workbook/ and open it in JupyterLab")
    learn.add_argument(
        "--lang",
        choices=("ko", "en"),
        help="language of the workbook and of JupyterLab (default: that of your workbook, else of your system)",
    )
    learn.add_argument("--port", type=int, help="port of JupyterLab (default: the first free one from 8888)")
    learn.add_argument("--no-browser", action="store_true", help="print the address, open no browser")
    learn.add_argument(
        "--fresh",
        metavar="CHAPTER",
        action="append",
        default=[],
        help="add a clean copy of a chapter beside yours, under a new name",
    )

    run = command("run", "execute lessons without a browser and print the table of their claims")
    chapter_argument(run, "chapters such as 01; all if none is named")
    run.add_argument(
        "--seeds",
        type=positive,
        default=1,
        metavar="N",
        help="run each lesson with N seeds and print mean, spread and margin of every claim",
    )

    build = command("build", "make the notebooks of chapters/ from their sources: convert, execute, write")
    chapter_argument(build, "chapters such as 01; all if none is named")
    build.add_argument(
        "--check", action="store_true", help="write nothing; fail if a notebook does not match its source"
    )

    command("list", "list the chapters: title, minutes, seconds, exercises")

    test = command("test", "run every test and every notebook")
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
    test.add_argument("pytest", nargs="*", metavar="PYTEST_ARGUMENT", help="passed on to pytest, after a --")

    bench = command("bench", "measure speed: training, throughput, import, lessons, models, transfer, grading")
    bench.add_argument(
        "--record",
        action="store_true",
        help="write the lessons' times to chapters/measured.json, from which the README's table is made",
    )
    bench.add_argument(
        "--only", choices=("grading", "lessons", "models", "training", "transfer"), help="measure only a part"
    )

    new = command("new", "make a chapter of your own: a template that builds, and whose missing parts the tests name")
    new.add_argument("folder", metavar="NAME", help="number and name of the chapter, for example 14_my_topic")

    from course_lib.classroom import commands as classroom

    classroom.add_arguments(
        command("class", "for instructors: release, collect, grade, give feedback, report"), positive
    )
    return parser


def execute(options):
    """Do what was asked for; returns the exit status. Imports stand here so that --help needs none of them."""
    if options.command == "list":
        from course_lib.tools import chapters

        return chapters.print_list()
    if options.command == "new":
        from course_lib.tools import new

        return new.main(options.folder)

    from course_lib.tools import bootstrap

    for name in getattr(options, "chapters", []) + getattr(options, "fresh", []):
        from course_lib.tools import chapters

        chapters.find(name)
    python = bootstrap.ready_python(
        development=options.command == "test",
        torch=getattr(options, "with_torch", False),
        instructor=options.command == "class",
    )
    if not bootstrap.is_this(python):
        return bootstrap.hand_over(python, sys.argv[1:])

    if options.command == "learn":
        from course_lib.tools import learn

        return learn.main(options.lang, options.port, not options.no_browser, options.fresh)
    if options.command == "run":
        from course_lib.tools import run

        return run.main(options.chapters, options.seeds)
    if options.command == "build":
        from course_lib.tools import build

        return build.main(options.chapters, options.check)
    if options.command == "test":
        from course_lib.tools import testing

        return testing.main(options.pytest, options.robust)
    if options.command == "class":
        from course_lib.classroom import commands as classroom

        return classroom.main(options)
    from course_lib.tools import bench

    return bench.main(options.only, options.record)


def main():
    for stream in (sys.stdout, sys.stderr):  # a Windows console may not speak UTF-8 by itself
        stream.reconfigure(encoding="utf-8", errors="replace")

    from course_lib.errors import CourseError

    parser = arguments()
    options = parser.parse_args()
    if options.command is None:
        parser.print_help()
        return 2
    try:
        return execute(options)
    except CourseError as error:
        sys.stderr.write(f"course_lib: {error}\n")
        return 2
    except OSError as error:  # a full or read-only disk, for example
        if isinstance(error, BrokenPipeError):  # `... list | head`
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return 1
        if error.filename is None:
            raise
        sys.stderr.write(
            f"course_lib: {error.filename}: {error.strerror}; free some space, or copy the checkout to a folder that you may write to\n"
        )
        return 2
    except KeyboardInterrupt:
        sys.stderr.write("\nstopped\n")
        return 130
