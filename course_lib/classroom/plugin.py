"""nbgrader's own autograding, from formgrader's button or its command line, marks as `class grade`
does. `class new` names this in nbgrader_config.json.

nbgrader converts a submission twice: from submitted/ to autograded/, which for it means to put the tests back in, and
then from autograded/ to itself, to run the notebook and read its points. Here the first conversion marks the file,
whatever is in it, in the sandbox; the second only has to read the points.
"""

from pathlib import Path

from nbconvert.exporters import NotebookExporter

from course_lib.classroom import grade, workers
from course_lib.classroom.classes import Assignment, ClassFolder
from course_lib.classroom.judge import plan
from course_lib.errors import CourseError


class Marked(NotebookExporter):
    """Gives the marked notebook of a submission.

    Raises:
        CourseError: nothing of it has been run: there is no sandbox, the assignment is no chapter of
            the course or has changed since its release, or the student is not in the roster. nbgrader
            shows it as the failure of this submission.
    """

    def from_filename(self, filename, resources=None, **options):
        about = resources["nbgrader"]
        klass = ClassFolder(self.parent.coursedir.root)
        with klass.alone():
            records = grade.opened(klass, Assignment(about["assignment"]))
            student = klass.student(about["student"])
            folder = klass.path("autograded", about["student"], about["assignment"])
            if Path(filename).parent.resolve() == folder.resolve():
                converted = super().from_filename(filename, resources, **options)
                records.conclude(records.read(student.id))
                return converted
            return self.from_notebook_node(_marked(klass, records, student), resources, **options)


def _marked(klass, records, student):
    grade.require_sandbox(klass)
    handed = records.handed_in(student)
    if handed is None:
        raise CourseError(f"{student.id} has handed in no folder of {records.assignment.name}")
    source, outcome = records.assignment.source, records.nothing()
    if handed["sha256"]:
        outcome = workers.work(handed["content"], source, plan.limits(source), trust=False)
    return records.autograded(student, records.note(student, handed, outcome)["outcome"])
