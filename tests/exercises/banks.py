"""The banks of answers: answers_NN.py holds WRONG and RIGHT (task -> name -> code), and HIDDEN_ONLY (task -> name of a
wrong answer -> why no visible check can notice it)."""

import ast
import runpy
from pathlib import Path

from grading import namespace_of, passes

from course_lib.checks import CheckFailed
from course_lib.feedback.guarded import watched
from course_lib.tasks import tasks
from course_lib.tools import chapters, sources

SOURCES = {chapter.number: chapter.exercises for chapter in chapters.every() if chapter.exercises.exists()}
NOTEBOOKS = {number: sources.convert(source) for number, source in SOURCES.items()}
PATHS = {number: Path(__file__).with_name(f"answers_{number}.py") for number in SOURCES}
BANKS = {number: runpy.run_path(str(path)) if path.exists() else {} for number, path in PATHS.items()}
WRONG, RIGHT, HIDDEN_ONLY = (
    {number: bank.get(kind, {}) for number, bank in BANKS.items()} for kind in ("WRONG", "RIGHT", "HIDDEN_ONLY")
)
TASKS = {(number, task.name): task for number, notebook in NOTEBOOKS.items() for task in tasks(notebook)}
KERAS = {
    "02": {"class_maps"},
    "03": {"vgg", "residual_block", "grouped"},
    "04": {"unfreeze", "replace_head", "fine_tune"},
    "05": {"vit_input"},
    "08": {"moving_average"},
    "09": {"decoder_layer"},
    "10": {"tied_autoencoder"},
    "11": {"adaptive_scale"},
    "12": {"small_gpt"},
    "13": {"lora_model"},
}  # models, not numbers


def is_model(number, task):
    return task in KERAS.get(number, ())


def answers(bank):
    return [(number, task, name) for number, task in TASKS for name in bank[number].get(task, {})]


def noticed(number, task, code):
    """The error of the visible check when this is the answer; None if it lets it pass."""
    namespace = namespace_of(NOTEBOOKS[number], {task: code}, task)
    return passes(TASKS[number, task].check.source, namespace)


def messages(number, task, code):
    """What the visible check says when this is the answer: a message for each statement that does not hold, with the
    label of the check before what is no sentence of the course."""
    namespace, found = namespace_of(NOTEBOOKS[number], {task: code}, task), []
    namespace[task] = watched(namespace[task])
    for statement in ast.parse(TASKS[number, task].check.source).body:
        try:
            exec(compile(ast.Module([statement], []), task, "exec"), namespace)
        except Exception as error:
            words = [one.value for one in ast.walk(statement) if isinstance(one, ast.Constant)]
            label = next((word for word in words if isinstance(word, str)), "")
            found.append(str(error) if isinstance(error, CheckFailed) else f"{label}: {error}")
    return found
