"""The rules for lessons, and that each of them bites."""

import nbformat
import pytest
from lessons import minutes, open_answers, reused

from course_lib.tools import chapters, sources

LESSONS = {chapter.number: chapter.lesson.with_suffix(".ipynb") for chapter in chapters.every()}
IN_ORDER = ("01", "02", "03", "04")  # lessons that ask by `predict`; the others still ask in prose

GOOD = [
    ("markdown", "How many weights have four $3 \\times 3$ kernels on three channels?", []),
    ("code", "from course_lib import predict\npredict('weights', 'How many weights?')", []),
    ("code", "kernels = np.zeros((3, 3, 3, 4))", []),
    (
        "code",
        "reveal('weights', kernels.size)\nclaim('There are 108', kernels.size, equals=108)",
        ["reveal"],
        "Answer: 108\n✓\n",
    ),
    ("markdown", "These are $3 \\cdot 3 \\cdot 3 \\cdot 4 = 108$.", []),
    ("code", "predict('who', 'Who wins?', choices=['the MLP', 'the CNN'])", []),
    ("code", "reveal('who', best)", [], "Answer: the CNN\n"),
]


def notebook(cells):
    made = nbformat.v4.new_notebook()
    for kind, source, tags, *output in cells:
        cell = getattr(nbformat.v4, f"new_{kind}_cell")(source, metadata={"tags": tags})
        if output:
            cell.outputs = [nbformat.v4.new_output("stream", text=output[0])]
        made.cells.append(cell)
    return made


def test_a_good_notebook():
    assert open_answers(notebook(GOOD)) == []


@pytest.mark.parametrize(
    "place, cell, complaint",
    [
        (3, (*GOOD[3][:2], [], GOOD[3][3]), "a claim in"),
        (2, ("code", "expected = 108", []), "'weights' stands open: 108"),
        (2, ("code", "x = 1  # 108 of them", []), "'weights' stands open: 108"),
        (2, ("code", "print('there are 108')", []), "'weights' stands open: 108"),
        (2, ("markdown", "It is 108.", []), "'weights' stands open: 108"),
        (2, ("code", "claim('another thing', 1, equals=1)", []), "'weights' stands open: a claim"),
        (2, ("code", "plot.image_grid(x, title='So many', alt='')", []), "'weights' stands open: title"),
        (2, ("code", "plot.image_grid(x, alt=f'{n} kernels')", []), "'weights' stands open: alt"),
        (2, ("code", "def f():\n    'Returns 108.'", []), "'weights' stands open: 108"),
        (6, ("code", "reveal('who', 'the CNN')", [], "Answer: the CNN\n"), "'who' stands open: the CNN"),
        (5, ("code", "predict('who', 'Who wins?')\nbest = 3", []), "does not stand alone"),
        (5, ("code", "predict('weights', 'Who wins?')", []), "'weights' is asked twice"),
        (6, ("code", "reveal('weights', best)", [], "Answer: 108\n"), "'weights' is answered twice"),
        (6, ("code", "x = 1", []), "'who' is never answered"),
        (6, ("code", "reveal('who', best)", []), "not in the cell's output"),
        (5, ("code", "x = 1", []), "'who' has no question before it"),
    ],
)
def test_what_gives_an_answer_away_is_noticed(place, cell, complaint):
    broken = [*GOOD[:place], cell, *GOOD[place + 1 :]]
    assert any(complaint in found for found in open_answers(notebook(broken)))


@pytest.mark.parametrize(
    "source, tags, between, noticed",
    [
        ("shirts = y == 6", [], "So it learned.", True),
        ("bags = y == 8", [], "So it learned.", False),
        ("shirts = y == 6", ["reveal"], "So it learned.", False),
        ("shirts = y == 6", [], "## The next section", False),
    ],
)
def test_a_name_before_a_question_gives_its_answer_away(source, tags, between, noticed):
    cells = [
        ("code", source, tags),
        ("markdown", between, []),
        ("code", "predict('hardest', 'Which class?', choices=['Bag', 'Shirt'])", []),
        ("code", "reveal('hardest', worst)", [], "Answer: Shirt\n"),
    ]
    found = ["the answer to 'hardest' stands open: the name 'shirts' in 'shirts = y == 6'"]
    assert open_answers(notebook(cells)) == (found if noticed else [])


def test_thousands_are_one_number():
    cells = [
        ("code", "predict('n', 'How many?')", []),
        ("code", "x = 2416", []),
        ("code", "reveal('n', n)", [], "Answer: 2,416 weights\n"),
    ]
    assert any("2,416 weights in 'x = 2416'" in found for found in open_answers(notebook(cells)))


@pytest.mark.parametrize("number", LESSONS)
def test_no_answer_of_a_lesson_stands_open(number):
    assert open_answers(nbformat.read(LESSONS[number], as_version=4)) == []


@pytest.mark.parametrize("number", IN_ORDER)
def test_a_lesson_asks_and_can_be_run_again(number):
    lesson = nbformat.read(LESSONS[number], as_version=4)
    written = [cell.source for cell in lesson.cells if cell.cell_type == "code"]
    assert sum(source.startswith("predict(") for source in written) >= 10
    assert any("predictions.table()" in source for source in written)
    assert reused(lesson) == []


@pytest.mark.parametrize("number", LESSONS)
def test_the_minutes_of_reading_are_those_of_its_words_and_code(number):
    lesson = nbformat.read(LESSONS[number], as_version=4)
    assert lesson.metadata["course"]["minutes"] == pytest.approx(minutes(lesson), abs=3)


@pytest.mark.parametrize(
    "cells, name",
    [
        (["a = 1", "print(a)", "a = 2"], "a"),
        (["import a", "a.b()", "for a in range(3): pass"], "a"),
        (["def a(): pass", "a()", "a = [b for b in range(3)]"], "a"),
        (["weights = 1", "weights = {}", "def f():\n    return weights"], "weights"),
    ],
)
def test_a_name_that_changes_its_meaning_is_noticed(cells, name):
    assert [f"the name {name!r}" in found for found in reused(notebook([("code", cell, []) for cell in cells]))] == [
        True
    ]


@pytest.mark.parametrize(
    "cells",
    [
        ["for i in range(3): print(i)", "for i in range(2): print(i)"],
        ["a = 1\nprint(a)", "a = 2\nprint(a)"],
        ["a = 1", "def f(a):\n    return a", "b = [a for a in range(3)]", "print(a)"],
        ["def f():\n    x = 1\n    return x", "x = 1", "print(x)"],
    ],
)
def test_names_that_are_used_where_they_are_given_are_good(cells):
    assert reused(notebook([("code", cell, []) for cell in cells])) == []


def test_minutes_count_english_and_code():
    cells = [("markdown", "하나 " * 900, ["ko"]), ("markdown", "one " * 400, ["en"]), ("code", "x = 1\n" * 60, [])]
    assert minutes(notebook(cells)) == pytest.approx(5)


@pytest.mark.parametrize("language", ["ko", "en"])
def test_cells_that_give_an_answer_away_are_folded_in_what_learners_get(language):
    cells = [("code", "predict('n', 'How many?')", []), ("code", "reveal('n', 1)", ["reveal"]), ("code", "x = 1", [])]
    copy = sources.learner_copy(notebook(cells), language)
    hidden = [cell.metadata.get("jupyter", {}).get("source_hidden", False) for cell in copy.cells]
    assert hidden == [False, True, False]
