"""What grading has found: outcomes/, nbgrader's gradebook, autograded/."""

import datetime
import hashlib
import json
import logging
import warnings
from dataclasses import asdict

from course_lib.classroom import harmless
from course_lib.classroom.classes import graded_cells
from course_lib.classroom.intake import upload
from course_lib.classroom.intake.ledger import recorded
from course_lib.classroom.intake.what import known_cells, pick
from course_lib.classroom.intake.who import STAMP
from course_lib.classroom.judge.outcome import PartMark, from_dict, spoken, summed
from course_lib.files import sha256, write_text
from course_lib.tasks import points_of
from course_lib.texts import both, say, told
from course_lib.tools import sources


class Records:
    """Where the outcomes of one assignment go: outcomes/, the gradebook, autograded/."""

    def __init__(self, klass, assignment, notebook):
        self.klass, self.assignment = klass, assignment
        self.tasks = points_of(notebook)
        self.tests = graded_cells(notebook)
        self.source = sha256(assignment.source)
        self.config = klass.config()
        self.collected = recorded(klass, assignment)
        self._notebook, self._ids, self._cells = notebook, None, None

    def _outcome_path(self, student_id):
        return self.klass.folder / "outcomes" / self.assignment.name / f"{student_id}.json"

    def read(self, student_id):
        """What grading found for a student, or None."""
        try:
            record = json.loads(self._outcome_path(student_id).read_text(encoding="utf-8"))
            return {**record, "outcome": asdict(from_dict(record["outcome"]))}
        except FileNotFoundError:
            return None
        except (ValueError, TypeError, KeyError):
            return None  # not ours, or damaged: graded anew

    def entered(self):
        """Ids of the students whose submission the gradebook knows."""
        with self.klass.gradebook() as gradebook:
            return {submission.student_id for submission in gradebook.assignment_submissions(self.assignment.name)}

    def grades(self):
        """What the gradebook says: student -> {"score", "penalty", "late", "tasks": {task: [(score, by hand) of each
        part]}, "comments": {task: text}}."""
        found = {}
        with self.klass.gradebook() as gradebook:
            for submission in gradebook.notebook_submissions(self.assignment.notebook, self.assignment.name):
                found[submission.student.id] = {
                    "score": submission.score,
                    "penalty": submission.late_submission_penalty or 0.0,
                    "late": submission.assignment.total_seconds_late > 0,
                    "tasks": self._by_task(submission.grades),
                    "comments": {
                        comment.name: comment.manual_comment
                        for comment in submission.comments
                        if comment.manual_comment
                    },
                }
        return found

    def _by_task(self, grades):
        """task -> [(score, by hand) of each part], from the gradebook's rows of one submission."""
        rows = {
            grade.name: (grade.score, grade.manual_score is not None or bool(grade.extra_credit)) for grade in grades
        }
        found = {task: [] for task in self.tasks}
        for name, (task, *_) in self.tests.items():
            found[task].append(rows.get(name, (0.0, False)))
        return found

    def marks(self, text=None):
        """A TaskMark as a dict for each task, without points.

        Args:
            text: why there are none, or None.
        """
        parts = {task: [] for task in self.tasks}
        for task, part, points in self.tests.values():
            parts[task].append(PartMark(part, 0, points, text and both(text)))
        return [asdict(summed(task, those)) for task, those in parts.items()]

    def nothing(self):
        """The outcome where there is nothing to run."""
        tasks = self.marks(say("There is no notebook to grade."))
        return {"sha256": "", "tasks": tasks, "notes": [], "needs_look": True, "seconds": 0.0, "notebook": None}

    def handed_in(self, student):
        """What lies in submitted/ for a student, or None: content, sha256, late,
        timestamp, notes (each {"en":, "ko":})."""
        folder = self.klass.path("submitted", student.id, self.assignment.name)
        record = self.collected.get(student.id)
        if not folder.is_dir() or folder.is_symlink():
            return None
        # a time stamp in a folder or zip of the student's is none of nbgrader's
        files = [entry for entry in upload.entries(folder) if entry.parts[-1] != STAMP or entry.parts == (STAMP,)]
        if record and record["sha256"]:
            main = next((entry for entry in files if entry.parts == (f"{self.assignment.notebook}.ipynb",)), None)
            try:
                content = main.read() if main else b""
            except upload.Refused:
                content = b""
            if hashlib.sha256(content).hexdigest() == record["sha256"]:
                return {**record, "content": content}
        elif record and not any(entry.parts[-1] for entry in files):
            return {**record, "content": None}
        self._ids = self._ids or known_cells()  # it came by another way than `collect`: nbgrader's, or a person's hand
        taken = pick(student.id, files, self.assignment, self._ids)
        return {
            "content": taken.content,
            "sha256": hashlib.sha256(taken.content).hexdigest() if taken.content is not None else None,
            "late": False,
            "timestamp": taken.timestamp,
            "notes": taken.notes,
            "needs_look": taken.needs_look,
        }

    def note(self, student, handed, outcome):
        """Write down what grading found; returns the record that `enter` takes.

        Args:
            handed: what `handed_in` gave.
            outcome: of the marker, as a dict.
        """
        outcome = asdict(from_dict(outcome))
        outcome["needs_look"] |= handed.get("needs_look", False)
        record = {
            "student": student.id,
            "sha256": handed["sha256"],
            "source": self.source,
            "graded_at": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
            "late": handed["late"],
            "timestamp": handed["timestamp"],
            "notes": handed["notes"] + [_whole(note) for note in outcome["notes"]],
            "points": sum(task["points"] for task in outcome["tasks"]),
            "outcome": outcome,
        }
        self._write(record, entered=False)
        return record

    def enter(self, student, record):
        """Write a record into the gradebook and to autograded/; returns the points. Repeating it changes nothing."""
        notebook = self.autograded(student, record["outcome"])
        self._grade(record, notebook)
        target = self.klass.path("autograded", student.id, self.assignment.name) / f"{self.assignment.notebook}.ipynb"
        target.parent.mkdir(parents=True, exist_ok=True)
        sources.write(notebook, target)
        stamp = target.with_name("timestamp.txt")
        if record["timestamp"]:
            write_text(stamp, record["timestamp"])
        else:
            stamp.unlink(missing_ok=True)
        self.conclude(record)
        return record["points"]

    def conclude(self, record):
        """Note that a record has arrived everywhere. Not before: what is noted so is never entered again."""
        self._write(record, entered=True)

    def _write(self, record, entered):
        path = self._outcome_path(record["student"])
        path.parent.mkdir(parents=True, exist_ok=True)
        write_text(path, json.dumps({**record, "entered": entered}, ensure_ascii=False))

    def _grade(self, record, notebook):
        """The gradebook's rows: nbgrader's own steps read them from the notebook's outputs."""
        from nbgrader.preprocessors import AssignLatePenalties, SaveAutoGrades

        about = {
            "notebook": self.assignment.notebook,
            "assignment": self.assignment.name,
            "student": record["student"],
            "db_url": self.klass.db_url,
        }
        with self.klass.gradebook_at_once() as gradebook:
            gradebook.update_or_create_student(about["student"])
            gradebook.update_or_create_submission(about["assignment"], about["student"], timestamp=record["timestamp"])
            for step in (SaveAutoGrades, AssignLatePenalties):
                step(config=self.config).preprocess(notebook, {"nbgrader": about})

    # the notebook that formgrader shows

    def _canonical(self):
        """grade id -> (cell as released, its source with hidden tests, its checksum), in order."""
        if self._cells is None:
            with self.klass.gradebook() as gradebook:
                known = {
                    cell.name: (cell.source, cell.checksum)
                    for cell in gradebook.find_notebook(self.assignment.notebook, self.assignment.name).source_cells
                }
            self._cells = {
                cell.metadata.nbgrader.grade_id: (cell, *known[cell.metadata.nbgrader.grade_id])
                for cell in self._notebook.cells
                if cell.metadata.get("nbgrader", {}).get("grade_id") in known
            }
        return self._cells

    def autograded(self, student, outcome):
        """The student's cells with the graded cells of the source, whose outputs say what came of them."""
        import nbformat

        # without an output, nbgrader would give all points to a part that was not there yet when this was graded
        parts = {
            (task["task"], part["name"]): part
            for task in self.marks(say("not graded yet")) + outcome["tasks"]
            for part in task["parts"]
        }
        marks = {name: parts[task, part] for name, (task, part, _) in self.tests.items()}
        if outcome["notebook"]:
            try:
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")  # of ids, which are made anew below
                    given = nbformat.reads(json.dumps(outcome["notebook"]), as_version=4)
                notebook = self._merged(given, marks, student.language)
                nbformat.validate(notebook)
                return notebook
            except Exception as error:  # whatever a student's notebook holds: points do not hang on how it can be shown
                logging.getLogger(__name__).debug("%s: %r", student.id, error)
        return self._merged(sources.learner_copy(self._notebook, student.language), marks, student.language)

    def _merged(self, base, marks, language):
        import nbformat

        canonical = self._canonical()
        cells, seen = [], set()
        # Wherever the notebook comes from: an instructor's browser is about to show it.
        for known, shown in zip(base.cells, harmless.notebook(base.cells), strict=True):
            grade_id, given = known.metadata.get("nbgrader", {}).get("grade_id"), nbformat.from_dict(shown)
            if grade_id in canonical and grade_id not in seen:
                seen.add(grade_id)
                cells.append(self._graded_cell(grade_id, given, marks, language))
            else:
                cells.append(given)
        order = list(canonical)
        for index, grade_id in enumerate(order):
            if grade_id not in seen:  # deleted by the student: back to where it was
                at = {cell.metadata.get("nbgrader", {}).get("grade_id"): place for place, cell in enumerate(cells)}
                place = at.get(order[index - 1], len(cells) - 1) + 1 if index else 0
                cells.insert(place, self._graded_cell(grade_id, None, marks, language))
        for number, cell in enumerate(cells):
            cell.id = f"cell-{number}"  # students' ids may be doubled, missing or no ids at all
        notebook = nbformat.v4.new_notebook(cells=cells, metadata=self._notebook.metadata)
        notebook.nbformat, notebook.nbformat_minor = 4, 5
        return notebook

    def _graded_cell(self, grade_id, given, marks, language):
        import nbformat

        cell, source, checksum = self._canonical()[grade_id]
        about = cell.metadata.nbgrader
        if about.solution and given is not None:
            source = given.source
        outputs = given.get("outputs", []) if given is not None else []
        if grade_id in marks:
            outputs = outputs_of(marks[grade_id], language)
        elif about.locked:
            outputs = []
        # not by new_code_cell, which validates each cell: the whole notebook is validated once
        return nbformat.from_dict(
            {
                "cell_type": "code",
                "execution_count": None,
                "metadata": {
                    "nbgrader": {**about, "checksum": checksum},
                    "editable": not about.locked,
                    "deletable": False,
                },
                "outputs": outputs,
                "source": source,
            }
        )


def outputs_of(part, language):
    """Outputs of a graded cell from which nbgrader reads the points of a part's mark."""
    import nbformat

    held = "".join(f"✓ {spoken(label, language)}\n" for label in part["checks"])
    outputs = [nbformat.v4.new_output("stream", name="stdout", text=held)] if held else []
    sentence = part["error"][language] if part["error"] else told(say("no points"), language)
    if part["points"] <= 0 < part["possible"]:
        outputs.append(
            nbformat.v4.new_output("error", ename="CheckFailed", evalue=sentence, traceback=[f"✗ {sentence}"])
        )
    elif part["points"] < part["possible"]:
        outputs.append(nbformat.v4.new_output("stream", name="stdout", text=f"✗ {sentence}\n"))
        outputs.append(
            nbformat.v4.new_output("execute_result", {"text/plain": str(float(part["points"]))}, execution_count=1)
        )
    return outputs


def _whole(note):
    """A note as a sentence that stands by itself, in both languages."""
    return {
        language: text[:1].upper() + text[1:] + ("" if text.endswith((".", "?", "!")) else ".")
        for language, text in note.items()
    }
