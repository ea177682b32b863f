"""The command line of `class`. Standard library only above: --help needs nothing installed."""


def add_arguments(command, positive):
    """Add the subcommands of `class` to its parser.

    Args:
        positive: argparse type of whole numbers from 1 on.
    """
    parts = command.add_subparsers(dest="part", metavar="PART", required=True)

    def part(name, text, chapter=True):
        parser = parts.add_parser(name, help=text, description=text[0].upper() + text[1:] + ".")
        if chapter:
            parser.add_argument("chapter", metavar="CHAPTER", help="a chapter such as 01")
            parser.add_argument(
                "--course",
                metavar="DIR",
                help="the class's folder (default: the one around the current folder, else the only one there is)",
            )
        return parser

    new = part("new", "make a class: a course folder of nbgrader's, with gradebook and roster", chapter=False)
    new.add_argument("folder", metavar="DIR", help="the folder to make, or one made before whose roster has changed")
    new.add_argument(
        "--roster", metavar="FILE", required=True, help="CSV file with the columns id,name,language (and email, lms_id)"
    )
    new.add_argument("--lang", choices=("ko", "en"), default="en", help="language of students whose line names none")

    release = part("release", "make what students get: no solutions, no hidden tests; one zip per language")
    release.add_argument(
        "--lang",
        choices=("ko", "en"),
        action="append",
        default=[],
        help="a language to make; may be given twice (default: those of the roster)",
    )

    collect = part("collect", "take submissions from a folder or zip as Moodle, Canvas or Google Classroom give it")
    collect.add_argument("path", metavar="PATH", help="the downloaded folder, zip, or single file")
    collect.add_argument("--student", metavar="ID", help="all of it belongs to this student")

    grade = part("grade", "grade what was collected and is not graded yet")
    where = grade.add_mutually_exclusive_group()
    where.add_argument(
        "--workers",
        type=positive,
        metavar="N",
        help="submissions marked at a time on this machine (default: by cores and memory)",
    )
    where.add_argument("--scheduler", metavar="ADDRESS", help="a running Dask scheduler, for example tcp://host:8786")
    grade.add_argument("--student", metavar="ID", help="grade this student alone")
    grade.add_argument("--again", action="store_true", help="grade also what is graded already")
    grade.add_argument(
        "--trust-submissions",
        action="store_true",
        help="run submissions without a sandbox: their code can then do whatever you can do on this machine",
    )

    part("feedback", "write a page per student, in the student's language")

    report = part("report", "write the instructor's page, and grades for the LMS")
    report.add_argument("--csv", metavar="FILE", help="also write the grades to this CSV file")


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
