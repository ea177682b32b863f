"""Predictions: the question that stays readable, the guess that is kept, the answer, the sum at the end."""

import json

import pytest

from course_lib import predict, predictions, record, reveal
from course_lib.record import Prediction


@pytest.fixture
def workbook(tmp_path, monkeypatch):
    (tmp_path / ".course.json").write_text('{"language": "en"}', encoding="utf-8")
    (tmp_path / "01_cnn_basics").mkdir()
    monkeypatch.chdir(tmp_path / "01_cnn_basics")
    return tmp_path


@pytest.fixture(autouse=True)
def fresh(monkeypatch):
    monkeypatch.setattr(record, "_here", [])
    monkeypatch.setattr(predictions, "_asked", {})


class Page:
    """What stands below the cells: questions by display id, and widgets."""

    def __init__(self, monkeypatch):
        self.outputs, self.widgets = {}, []
        monkeypatch.setattr("IPython.display.display", self.display)

    def display(self, thing, raw=False, display_id=None):
        if not raw:
            self.widgets.append(thing)
        self.outputs[len(self.outputs)] = thing
        return Handle(self.outputs, len(self.outputs) - 1)

    def texts(self):
        """What is left on the page that is no widget."""
        return [thing["text/plain"] for thing in self.outputs.values() if isinstance(thing, dict)]


class Handle:
    def __init__(self, outputs, place):
        self.outputs, self.place = outputs, place

    def update(self, thing, raw=False):
        assert raw
        self.outputs[self.place] = thing


@pytest.fixture
def page(monkeypatch):
    return Page(monkeypatch)


@pytest.fixture
def watched(page, monkeypatch):
    monkeypatch.setattr(predictions, "somebody_watches", lambda: True)
    return page


def entry(page, which=-1):
    """The field or the buttons of a question, and the line below them."""
    tools, told = page.widgets[which].children
    return tools.children[0], told


def restart(monkeypatch):
    """A new kernel: what it knows is gone, the record is not."""
    monkeypatch.setattr(predictions, "_asked", {})


def test_where_nobody_watches_it_reads_as_a_question_and_an_answer(page, capsys):
    predict("size", "How large is the map?", unit="pixels")
    predict("who", "Which <network> wins?", choices=["the MLP", "the CNN"])
    reveal("size", 26)
    reveal("who", "the CNN")
    predictions.table()
    assert not page.widgets
    assert page.outputs[0]["text/plain"] == "❓ How large is the map?"
    assert page.outputs[1]["text/plain"] == "❓ Which <network> wins?\n   ○ the MLP\n   ○ the CNN"
    html = page.outputs[1]["text/html"]
    assert "Which &lt;network&gt; wins?" in html and "○&nbsp;the CNN" in html
    assert capsys.readouterr().out.splitlines() == [
        "Answer: 26 pixels",
        "Answer: the CNN",
        "2 questions asked for a prediction; none was made.",
    ]


def test_a_guess_is_kept_compared_and_summed_up(workbook, watched, capsys):
    predict("size", "How large is the map?", unit="pixels")
    field, told = entry(watched)
    field.value = "about 25 pixels"
    assert told.value.startswith("Kept") and "Your prediction: 25 pixels" in watched.outputs[0]["text/html"]
    field.value = "26"
    predict("who", "Which network wins?", choices=["the MLP", "the CNN"])
    buttons, _ = entry(watched)
    buttons.value = "the MLP"
    reveal("size", 26)
    reveal("who", "the CNN")
    predictions.table()
    assert capsys.readouterr().out.splitlines() == [
        "Answer: 26 pixels",
        "You predicted 26 pixels: right.",
        "Answer: the CNN",
        "You predicted the MLP: not this time.",
        "1 of 2 predictions were right; these were not:",
        "- Which network wins? You: the MLP. Answer: the CNN.",
    ]
    kinds = [(event["kind"], event.get("key"), event.get("right")) for event in record.events(workbook)]
    assert kinds[-3:] == [("answer", "size", True), ("answer", "who", False), ("lesson", None, None)]


def test_a_guess_after_the_answer_does_not_count_and_is_told_so(workbook, watched, monkeypatch, capsys):
    predict("size", "How large?")
    field, told = entry(watched)
    field.value = "25"
    reveal("size", 26)
    assert watched.texts()[-1] == "The answer has been shown: your prediction 25 stays."
    assert all(isinstance(thing, dict) for thing in watched.outputs.values()), "a widget is left on the page"
    for _ in range(2):  # the same cells again, then in a new kernel
        predict("size", "How large?")
        field.value = "26"  # on a page that is still open elsewhere
        assert "your prediction 25 stays" in told.value
        reveal("size", 26)
        restart(monkeypatch)
    assert len(watched.widgets) == 1 and "26: right" not in capsys.readouterr().out
    assert predictions.standings()["size"] == Prediction(25, True, 26, False)
    assert sum(event["kind"] == "answer" for event in record.events()) == 1


def test_restart_and_run_all_keeps_guesses(workbook, watched, monkeypatch, capsys):
    predict("size", "How large?")
    entry(watched)[0].value = "26"
    restart(monkeypatch)
    predict("size", "How large?")
    assert entry(watched)[0].value == "26" and watched.texts()[-1].endswith("Your prediction: 26")
    reveal("size", 26)
    assert "You predicted 26: right." in capsys.readouterr().out


def test_an_answer_without_a_guess_is_counted_apart_until_one_begins_anew(workbook, watched, capsys):
    predict("size", "How large?")
    reveal("size", 26)
    assert "would not count" in watched.texts()[-1] and "predictions.forget()" in watched.texts()[-1]
    closed = [thing["text/html"] for thing in watched.outputs.values() if isinstance(thing, dict)][-1]
    assert "<code>predictions.forget()</code>" in closed
    predict("sum", "Which sum?")
    entry(watched)[0].value = "9"
    reveal("sum", 9)
    predictions.table()
    assert capsys.readouterr().out.splitlines()[-2:] == ["1 of 1 predictions were right.", "Without a prediction: 1."]
    predictions.forget()
    assert predictions.standings() == {}
    predict("size", "How large?")
    entry(watched)[0].value = "26"
    reveal("size", 26)
    assert predictions.standings()["size"].right is True


def test_what_is_no_number_is_told(workbook, watched):
    predict("size", "How large?")
    field, told = entry(watched)
    field.value = "big"
    assert told.value == "Type one number, such as 12 or 0.5; found 'big'"
    assert predictions.standings() == {}


@pytest.mark.parametrize(
    "text, unit, expected",
    [
        ("26", "", 26),
        (" 1,024 weights", "weights", 1024),
        ("0.5", "", 0.5),
        ("1/4", "", 0.25),
        ("-3", "", -3),
        ("−3", "", -3),
        (".5", "", 0.5),
        ("２６", "", 26),
        ("26개쯤", "", 26),
        ("1e3", "", 1000),
        ("9 3x3", "3x3", 9),
    ],
)
def test_numbers_as_people_type_them(text, unit, expected):
    assert predictions.number(text, unit) == expected


@pytest.mark.parametrize("text", ["", "none", "3 to 4", "1/0"])
def test_what_is_not_one_number_is_refused(text):
    with pytest.raises(ValueError):
        predictions.number(text)


@pytest.mark.parametrize("guess, right", [("84", True), ("86.4", True), ("86.6", False)])
def test_a_tolerance(workbook, watched, guess, right):
    predict("accuracy", "How many percent?", unit="%")
    entry(watched)[0].value = guess
    reveal("accuracy", 85.4, tolerance=1.4 if guess == "84" else 1.0)
    assert predictions.standings()["accuracy"].right is right


@pytest.mark.parametrize("value, expected", [(0.4, "under 1"), (1.0, "1 to 4"), (3.9, "1 to 4"), (40, "over 4")])
def test_choices_that_are_ranges(page, capsys, value, expected):
    predict("lead", "By how many points?", choices=["under 1", "1 to 4", "over 4"])
    reveal("lead", value, limits=[1, 4])
    assert capsys.readouterr().out == f"Answer: {expected}\n"


def test_an_answer_that_is_no_choice_is_an_error_of_the_author(page):
    predict("who", "Which?", choices=["the MLP", "the CNN"])
    with pytest.raises(ValueError, match="none of the choices"):
        reveal("who", "the RNN")


def test_a_sentence_is_judged_by_its_author(workbook, watched, monkeypatch, capsys):
    predict("why", "Why is that?", number=False)
    entry(watched)[0].value = "because of the kernel"
    reveal("why", "Because the kernel is the same everywhere.")
    assert capsys.readouterr().out.endswith("You predicted: because of the kernel\n")
    assert predictions.standings()["why"].right is None
    predictions.table()
    assert "Not judged by you yet: 1." in capsys.readouterr().out
    [buttons] = watched.widgets[-1].children
    buttons.value = True
    assert predictions.standings()["why"].right is True


def test_numpy_values_are_kept_as_json(workbook, page):
    import numpy as np

    predict("n", "How many?")
    reveal("n", np.int64(3))
    lines = (workbook / record.FILE).read_text(encoding="utf-8").splitlines()
    assert json.loads(lines[-1])["value"] == 3


def test_an_answer_without_its_question_is_still_an_answer(page, capsys):
    reveal("n", 12345)
    assert capsys.readouterr().out == "Answer: 12,345\n"


def test_chapters_are_kept_apart_and_foreign_events_do_no_harm(workbook, page, monkeypatch):
    predict("n", "How many?")
    reveal("n", 3)
    (workbook / "02_pooling").mkdir()
    monkeypatch.chdir(workbook / "02_pooling")
    record.note("answer", chapter="02", key=None)
    record.note("answer", chapter="02")
    assert predictions.standings() == {} and list(predictions.standings("01")) == ["n"]


def test_korean(workbook, watched, monkeypatch, capsys):
    monkeypatch.setenv("COURSE_LANG", "ko")
    predict("size", "특징 맵의 크기는?", unit="픽셀")
    field, told = entry(watched)
    field.value = "25"
    reveal("size", 26)
    predictions.table()
    said = capsys.readouterr().out + told.value + watched.outputs[0]["text/plain"] + field.placeholder
    assert not [word for word in ("Answer", "You", "prediction", "right", "Kept") if word in said], said


def test_a_saved_notebook_holds_questions_guesses_and_answers_but_no_widget(workbook):
    """Through a real kernel, as a person's front end would run it."""
    import nbformat

    from course_lib.tools import build

    cells = [
        "from course_lib import predict, predictions, reveal\npredictions.somebody_watches = lambda: True",
        "predict('size', 'How large?')",
        "predictions._asked['size'].field.entry.value = '25'",
        "reveal('size', 26)",
        "predict('size', 'How large?')",
    ]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    build.execute(notebook, workbook / "01_cnn_basics")
    saved = nbformat.writes(notebook)
    assert "widget-view" not in saved
    asked, answered = notebook.cells[1].outputs, notebook.cells[3].outputs
    assert asked[0]["data"]["text/plain"] == "❓ How large?\nYour prediction: 25"
    assert asked[1]["data"]["text/plain"] == "The answer has been shown: your prediction 25 stays."
    assert answered[0]["text"] == "Answer: 26\nYou predicted 25: not this time.\n"
