"""Predictions on a page: a question that is answered by a click, and the answer below it, folded until then."""

import ast
import re
from dataclasses import dataclass, field
from html import escape, unescape

from course_lib import predictions
from course_lib.errors import CourseError
from course_lib.texts import say

CHOICE = re.compile(r"○&nbsp;(.*?)(?= &emsp; |</div>)")
ANSWER = re.compile(r"^Answer: (.*)$", re.MULTILINE)


@dataclass(frozen=True)
class Question:
    """What a call of `predict` asks, as it is written."""

    key: str
    text: str
    unit: str = ""
    choices: tuple = ()
    number: bool = True
    computed: bool = False  # its choices are those that the cell has shown, not written out


@dataclass(frozen=True)
class Answer:
    """What a cell with `reveal` has answered: the text that it printed, and how far from a number a guess may be."""

    text: str
    tolerance: float = 0


@dataclass(frozen=True)
class Answers:
    """The answers of a notebook, and the choices that its questions have in English, by the question's key."""

    found: dict = field(default_factory=dict)
    choices: dict = field(default_factory=dict)


def asked(cell):
    """The questions of an executed cell that asks only; none of any other cell.

    Raises:
        CourseError: a question is not written out, so that nobody can say what it asks without executing it.
    """
    calls = called(cell.source, "predict")
    if not calls or len(calls) != len(ast.parse(cell.source).body):
        return []
    shown = "".join(output.get("data", {}).get("text/html", "") for output in cell.outputs)
    try:
        return [_question(call, shown) for call in calls]
    except (ValueError, TypeError) as error:
        raise CourseError(
            say("a question is not written out, {reason}: {code}", reason=error, code=cell.source)
        ) from None


def revealed(code):
    """The keys of the questions that a cell answers."""
    return [
        call.args[0].value for call in called(code, "reveal") if call.args and isinstance(call.args[0], ast.Constant)
    ]


def answers(notebook):
    """What the cells of an executed notebook in English have answered, and the choices that they had.

    Args:
        notebook: whose outputs are in English.
    """
    known = Answers()
    for cell in notebook.cells:
        if cell.cell_type != "code":
            continue
        for question in asked(cell):
            known.choices[question.key] = question.choices
        printed = "".join(output.get("text", "") for output in cell.outputs if output.output_type == "stream")
        for call, text in zip(called(cell.source, "reveal"), ANSWER.findall(printed)):
            known.found[call.args[0].value] = Answer(text, _tolerance(call))
    return known


def page(question, known, language, printed):
    """The HTML of a question.

    Args:
        question: in the page's language.
        known: the notebook's `Answers`.
        language: "ko" or "en".
        printed: the language of what cells have printed.
    """
    answer, right = known.found.get(question.key), ""
    if answer and question.choices and answer.text in known.choices[question.key]:
        right = str(known.choices[question.key].index(answer.text))
    elif answer and question.number and not question.choices:
        right = _number(answer.text)
    facts = {"key": question.key, "right": right, "tolerance": answer.tolerance if answer else 0, "unit": question.unit}
    told = " ".join(f'data-{name}="{escape(str(value))}"' for name, value in facts.items())
    name = f"question-{question.key}"
    lines = [
        f'<div class="question" role="group" aria-labelledby="{name}" {told}>',
        f'<p id="{name}">{escape(question.text)}</p>',
    ]
    if question.choices:
        spoken = f' lang="{printed}"' if question.computed and printed != language else ""
        lines += [
            f'<p class="choices"{spoken}>',
            *(f'<button type="button">{escape(one)}</button>' for one in question.choices),
            "</p>",
        ]
    elif right:
        label, compare = say("Your prediction").to(language), say("Compare").to(language)
        lines += [
            f'<p class="choices"><label>{label} <input inputmode="decimal" size="8" autocomplete="off"></label> {escape(question.unit)}',
            f'<button type="button">{compare}</button></p>',
        ]
    return "\n".join([*lines, '<p class="verdict" role="status"></p>', "</div>"])


def called(code, name):
    """The calls of a function that are statements of a cell, also below an `if`, in their order."""
    if name not in code:
        return []
    try:
        statements = [node for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Expr)]
    except SyntaxError:  # IPython's magic
        return []
    calls = [node.value for node in statements if isinstance(node.value, ast.Call)]
    named = [call for call in calls if isinstance(call.func, ast.Name) and call.func.id == name]
    return sorted(named, key=lambda call: call.lineno)


def _question(call, shown):
    """What a call asks; choices that are computed are those that the cell has shown."""
    words = [ast.literal_eval(one) for one in call.args]
    named = {one.arg: one.value for one in call.keywords}
    choices = named.pop("choices", None)
    named = {name: ast.literal_eval(value) for name, value in named.items()}
    if choices is not None:
        try:
            named["choices"] = tuple(ast.literal_eval(choices) or ())
        except ValueError:
            named["choices"], named["computed"] = tuple(map(unescape, CHOICE.findall(shown))), True
    return Question(*words, **named)


def _tolerance(call):
    for one in call.keywords:
        if one.arg == "tolerance" and isinstance(one.value, ast.Constant):
            return one.value.value
    return 0


def _number(text):
    try:
        return str(predictions.number(text))
    except ValueError:
        return ""
