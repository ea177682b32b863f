"""A student who works on the Korean copy: recognised, judged, and told in Korean throughout."""

import ast
import re

import nbformat
import pytest

from course_lib.classroom.judge import judge, labels, submission
from course_lib.classroom.judge.outcome import from_dict, spoken
from course_lib.classroom.judge.plan import read_plan
from course_lib.classroom.notebook_bytes import read
from course_lib.tools import chapters, places, sources

SOURCE = chapters.find("02").exercises  # NumPy only
ENGLISH = re.compile(r"(?<![\w`./-])(?:[A-Za-z]{2,} ){2,}[A-Za-z]{2,}")


def solved(language, answers=None):
    """The copy of a language with the solutions of its edition in it; `answers` (task -> code) replace them."""
    notebook = sources.convert(SOURCE)
    copy = sources.learner_copy(notebook, language)
    solutions = {cell.id: cell.source for cell in sources.edition(notebook, language).cells}
    for cell in copy.cells:
        if cell.metadata.get("nbgrader", {}).get("solution"):
            cell.source = (answers or {}).get(cell.id, solutions[cell.id])
    return nbformat.writes(copy).encode()


@pytest.fixture(scope="module")
def plan():
    return read_plan(SOURCE)


@pytest.mark.parametrize("language", ["ko", "en"])
def test_the_cells_of_a_copy_are_recognised(plan, language):
    cells, _ = read(solved(language))
    merged = submission.merge(plan, cells)
    assert merged.notes == [] and not merged.needs_look
    assert not [piece for piece in merged.pieces if piece.odd or piece.kind == "copy"]
    assert "setup" not in {cell.kind for cell in merged.run}, "the set-up cells are there already"
    shown = [piece.cell["source"] for piece in merged.pieces if piece.name and piece.name.endswith("-check")]
    assert all(bool(re.search("[가-힣]", text)) == (language == "ko") for text in shown)


def test_an_untouched_korean_stub_does_not_undo_an_answer_written_elsewhere(plan):
    notebook = nbformat.reads(solved("ko", {"blur_pool": ""}), as_version=4)
    stub = plan.korean.cells["blur_pool"].source
    assert "여기에 코드를 쓰세요" in stub
    for cell in notebook.cells:
        if cell.id == "blur_pool":
            cell.source = stub
    notebook.cells.append(nbformat.v4.new_code_cell("def blur_pool(image):\n    return image"))
    merged = submission.merge(plan, read(nbformat.writes(notebook).encode())[0])
    assert stub not in [cell.code for cell in merged.run]


@pytest.fixture(scope="module")
def outcome():
    """Of a Korean copy in which one answer is wrong."""
    wrong = {"blur_pool": "def blur_pool(image):\n    return image[::2, ::2]"}
    return judge.mark_here(solved("ko", wrong), SOURCE, trust=True)


def test_full_marks_for_what_is_right(outcome):
    assert outcome.notes == [] and not outcome.needs_look
    assert {mark.task for mark in outcome.tasks if mark.points < mark.possible} == {"blur_pool"}


def test_what_was_wrong_and_what_held_is_told_in_both_languages(outcome):
    [mark] = [mark for mark in outcome.tasks if mark.task == "blur_pool"]
    assert re.match(r"a \d+x\d+ image of \w+: ", mark.error["en"])
    assert re.match(r"\w+ 형식의 \d+x\d+ 이미지: ", mark.error["ko"])
    for mark in outcome.tasks:
        for label in mark.checks:
            assert not re.search("[가-힣]", spoken(label, "en")) and not ENGLISH.search(spoken(label, "ko")), label
    assert sum(not isinstance(label, str) for mark in outcome.tasks for label in mark.checks) > 10


def test_the_outcome_survives_its_file(outcome):
    import dataclasses
    import json

    assert from_dict(json.loads(json.dumps(dataclasses.asdict(outcome)))).tasks == outcome.tasks


NAMES = re.compile(r"Google Classroom|Microsoft Visual|VS Code|TensorFlow Hub|Google Colab")  # not translated


@pytest.mark.parametrize("folder", ["", "tools", "classroom"])
def test_korean_sentences_hold_no_english_words_in_a_row(folder):
    text = (places.COURSE / "course_lib" / folder / "ko.po").read_text(encoding="utf-8")
    found = re.findall(r'^msgid "(.+)"\nmsgstr "(.+)"$', text, re.MULTILINE)
    assert len(found) > 100
    for english, korean in found:
        said = NAMES.sub("", re.sub(r"`[^`]*`|\{[^}]*\}|%\(\w+\)s", "", korean))
        assert not re.search(r"(?<![\w./-])[A-Za-z]{2,} [A-Za-z]{2,}", said), korean
        assert set(re.findall(r"\{\w+", english)) == set(re.findall(r"\{\w+", korean)), korean


WORDS = re.compile(r"[A-Za-z]{3,} [A-Za-z]{2,}")


@pytest.mark.parametrize("folder", ["classroom", "feedback", "."])
def test_what_is_put_into_a_sentence_can_be_said_in_korean_too(folder):
    """A literal of several words that is handed to `say` as a fact would stay English."""
    for path in (places.COURSE / "course_lib" / folder).glob("*.py" if folder == "." else "**/*.py"):
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(call, ast.Call) and getattr(call.func, "id", "") in ("say", "NoAnswer"):
                facts = [inner for word in call.keywords for inner in ast.walk(word.value)]
                texts = [getattr(inner, "value", None) for inner in facts if isinstance(inner, ast.Constant)]
                assert not [text for text in texts if isinstance(text, str) and WORDS.search(text)], (path, call.lineno)


def test_how_a_file_was_read_is_told_in_korean():
    _, (note,) = read('\ufeff{"cells": []}'.encode())
    assert "바이트 순서 표시(BOM)가 있는 UTF-8" in note.to("ko") and "byte" in note.to("en")


TEST = """case = f"{n} rows"
for what in ("shape", "sum"):
    require(f"{case}: {what}", f(n), n)
require("plain", f(name="a word"), 3)
"""
KOREAN = """case = f"{n}행"
for what in ("형상", "합"):
    require(f"{case}: {what}", f(n), n)
require("그냥", f(name="한 단어"), 3)
"""


def test_labels_are_made_of_labels_and_the_code_sees_english():
    seen, called = [], []

    def f(*arguments, **keywords):
        called.append((arguments, keywords))
        assert all(type(value) is str for value in keywords.values())

    code = labels.compiled(TEST, KOREAN, "test")
    exec(code, {"n": 2, "f": f, "require": lambda label, *_: seen.append(label), labels.MAKE: labels.Label.of})
    assert seen == ["2 rows: shape", "2 rows: sum", "plain"] and called[-1] == ((), {"name": "a word"})
    assert [label.to("ko") for label in seen] == ["2행: 형상", "2행: 합", "그냥"]


def test_the_page_of_a_korean_student_has_no_english_sentence(outcome):
    import dataclasses

    from course_lib.classroom.classes import Student
    from course_lib.classroom.pages import feedback
    from course_lib.classroom.pages.page import titles

    content = dataclasses.asdict(outcome)
    record = {"outcome": content, "sha256": outcome.sha256, "notes": []}
    for language in ("ko", "en"):
        student = Student("1", "김민수", language)
        headings = titles(sources.convert(SOURCE), language)
        html = feedback.page(student, record, None, headings, content["tasks"])
        seen = re.sub(r"<(style|pre).*?</\1>|<[^>]+>", "\n", html, flags=re.DOTALL)
        assert bool(ENGLISH.search(seen)) == (language == "en"), ENGLISH.findall(seen)
