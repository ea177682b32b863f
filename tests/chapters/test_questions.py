"""The lint of questions bites: whatever tells an answer before `reveal` must be noticed."""

import nbformat
import pytest
from questions import open_answers

GOOD = [
    ("markdown", "How many weights have four $3 \\times 3$ kernels on three channels?", []),
    ("code", "from course_lib import predict\npredict('weights', 'How many weights?')", []),
    ("code", "kernels = np.zeros((3, 3, 3, 4))", []),
    ("code", "reveal('weights', kernels.size)\nclaim('There are 108', kernels.size, equals=108)", ["reveal"], "Answer: 108\n✓\n"),
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


def test_thousands_are_one_number():
    cells = [
        ("code", "predict('n', 'How many?')", []),
        ("code", "x = 2416", []),
        ("code", "reveal('n', n)", [], "Answer: 2,416 weights\n"),
    ]
    assert any("2,416 weights in 'x = 2416'" in found for found in open_answers(notebook(cells)))
