"""What a class's folder tells nbgrader."""

import json

from course_lib.files import write_text

MADE = "Made by `class new`"
CONFIG = f'''"""Settings of nbgrader for this class. {MADE}; yours to change, it is not written again."""

from nbgrader.preprocessors import ClearHiddenTests, GetGrades
from nbconvert.preprocessors import CSSHTMLHeaderPreprocessor

c = get_config()  # noqa: F821  nbgrader defines it
c.ClearSolutions.code_stub = {{"python": "# YOUR CODE HERE\\nraise NotImplementedError"}}  # as in the workbook
c.OverwriteCells.add_missing_cells = True  # a test that a student has deleted is put back
c.GenerateFeedback.preprocessors = [GetGrades, ClearHiddenTests, CSSHTMLHeaderPreprocessor]  # pages of stock nbgrader without hidden tests
# c.LateSubmissionPlugin.penalty_method = "zero"  # what comes after the due date; set the date in formgrader
'''
# Makes formgrader's Autograde button and `nbgrader autograde` mark as `class grade` does. It is a file of its own, in
# JSON, because nbgrader ignores a nbgrader_config.py that fails, and would then run submissions without a sandbox.
AUTOGRADE = "nbgrader_config.json"
PLUGIN = {
    "Autograde": {
        "exporter_class": "course_lib.classroom.plugin.Marked",
        "sanitize_preprocessors": [],
        "autograde_preprocessors": [
            "nbgrader.preprocessors.SaveAutoGrades",
            "nbgrader.preprocessors.AssignLatePenalties",
            "nbgrader.preprocessors.CheckCellMetadata",
        ],
    }
}


def write(folder):
    """The settings of a new class; those that a person has made before stay as they are."""
    if not (folder / "nbgrader_config.py").exists():
        write_text(folder / "nbgrader_config.py", CONFIG)
        write_text(folder / AUTOGRADE, json.dumps(PLUGIN, indent=1) + "\n")


def guard(folder):
    """Make nbgrader's own autograding use the sandbox in a class made by an earlier version, and say so. Where the
    settings were a person's before the folder became a class, which may have other assignments, only say what to do."""
    if (folder / AUTOGRADE).exists():
        return
    config = folder / "nbgrader_config.py"
    if config.exists() and MADE not in config.read_text(encoding="utf-8", errors="replace"):
        print(
            f"stock `nbgrader autograde` runs submissions in {folder} without a sandbox: to have it mark as `class grade` does, write {json.dumps(PLUGIN)} into {AUTOGRADE}"
        )
    else:
        write_text(folder / AUTOGRADE, json.dumps(PLUGIN, indent=1) + "\n")
        print(
            f"{folder / AUTOGRADE} is new: formgrader and `nbgrader autograde` mark as `class grade` does from now on"
        )
