"""The command line of `class`. Standard library only above: --help needs nothing installed."""

from course_lib.texts import say


def add_arguments(command, positive, sentence_of):
    """Add the subcommands of `class` to its parser.

    Args:
        positive: argparse type of whole numbers from 1 on.
        sentence_of: makes a sentence of a help text.

    Returns:
        dict: name of each part -> its parser.
    """
    parts = command.add_subparsers(dest="part", metavar=say("PART"))

    def part(name, text, chapter=True):
        parser = parts.add_parser(name, help=text, description=sentence_of(text))
        if chapter:
            parser.add_argument("chapter", metavar=say("CHAPTER"), help=say("a chapter such as 01"))
            parser.add_argument(
                "--course",
                metavar=say("DIR"),
                help=say("the class's folder (default: the one around the current folder, else the only one there is)"),
            )
        return parser

    new = part("new", say("make a class: a course folder of nbgrader's, with gradebook and roster"), chapter=False)
    new.add_argument(
        "folder", metavar=say("DIR"), help=say("the folder to make, or one made before whose roster has changed")
    )
    new.add_argument(
        "--roster",
        metavar=say("FILE"),
        required=True,
        help=say("CSV file with the columns id,name,language (and email, lms_id)"),
    )
    new.add_argument(
        "--lang", choices=("ko", "en"), default="en", help=say("language of students whose line names none")
    )

    release = part("release", say("make what students get: no solutions, no hidden tests; one zip per language"))
    release.add_argument(
        "--lang",
        choices=("ko", "en"),
        action="append",
        default=[],
        help=say("a language to make; may be given twice (default: those of the roster)"),
    )

    collect = part(
        "collect", say("take submissions from a folder or zip as Moodle, Canvas or Google Classroom give it")
    )
    collect.add_argument("path", metavar=say("PATH"), help=say("the downloaded folder, zip, or single file"))
    collect.add_argument("--student", metavar="ID", help=say("all of it belongs to this student"))

    grade = part("grade", say("grade what was collected and is not graded yet"))
    where = grade.add_mutually_exclusive_group()
    where.add_argument(
        "--workers",
        type=positive,
        metavar="N",
        help=say("submissions marked at a time on this machine (default: by cores and memory)"),
    )
    where.add_argument(
        "--scheduler", metavar=say("ADDRESS"), help=say("a running Dask scheduler, for example tcp://host:8786")
    )
    grade.add_argument("--student", metavar="ID", help=say("grade this student alone"))
    grade.add_argument("--again", action="store_true", help=say("grade also what is graded already"))
    grade.add_argument(
        "--trust-submissions",
        action="store_true",
        help=say("run submissions without a sandbox: their code can then do whatever you can do on this machine"),
    )

    part("feedback", say("write a page per student, in the student's language"))

    report = part("report", say("write the instructor's page, and grades for the LMS"))
    report.add_argument("--csv", metavar=say("FILE"), help=say("also write the grades to this CSV file"))
    return parts.choices


def main(options):
    """Do what `class ...` was asked for; returns the exit status."""
    from course_lib.classroom import classes

    if options.part == "new":
        classes.new(options.folder, options.roster, options.lang)
        return 0
    klass, assignment = classes.locate(options.course), classes.Assignment(options.chapter)
    if options.part == "release":
        from course_lib.classroom import release

        release.run(klass, assignment, options.lang)
    elif options.part == "collect":
        from course_lib.classroom.intake import collect

        collect.run(klass, assignment, options.path, options.student)
    elif options.part == "grade":
        from course_lib.classroom import grade

        grade.run(
            klass,
            assignment,
            count=options.workers,
            scheduler=options.scheduler,
            only=options.student,
            again=options.again,
            trust=options.trust_submissions,
        )
    elif options.part == "feedback":
        from course_lib.classroom.pages import feedback

        feedback.run(klass, assignment)
    else:
        from course_lib.classroom.pages import report

        report.run(klass, assignment, options.csv)
    return 0
