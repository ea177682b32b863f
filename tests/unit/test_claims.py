import json
from xml.etree import ElementTree

import IPython.display
import numpy as np
import pytest

from course_lib import claims
from course_lib.claims import ClaimFailed, claim, identity


@pytest.fixture
def table(monkeypatch):
    """A function that returns the table of claims as a reader sees it: a list of texts per row, without the head."""
    claims.forget()
    shown = []
    monkeypatch.setattr(IPython.display, "display", shown.append)

    def read():
        claims.table()
        head, *rows = ElementTree.fromstring(shown.pop().data).iter("tr")
        assert [cell.text for cell in head] == [None, "claim", "expected", "measured here", None]
        return [[cell.text for cell in row] for row in rows]

    yield read
    claims.forget()


@pytest.mark.parametrize(
    "value, band",
    [
        (5, dict(equals=5)),
        ([1, 2], dict(equals=[1.0, 2.0])),
        ("a", dict(equals="a")),
        (0.5, dict(at_least=0.5)),
        (np.float32(0.5), dict(at_most=0.5)),
        (np.int64(3), dict(between=(3, 4))),
        (4, dict(between=(3, 4))),
    ],
)
def test_holds(table, value, band):
    claim("it holds", value, **band)
    assert [row[-1] for row in table()] == ["✓"]


@pytest.mark.parametrize(
    "value, band",
    [
        (5, dict(equals=6)),
        ([1, 2], dict(equals=[1, 3])),
        (0.4999, dict(at_least=0.5)),
        (0.5001, dict(at_most=0.5)),
        (2, dict(between=(3, 4))),
        (float("nan"), dict(at_least=0)),
        (float("nan"), dict(at_most=1)),
        (float("nan"), dict(between=(0, 1))),
    ],
)
def test_fails_and_says_what_was_measured(table, value, band):
    with pytest.raises(ClaimFailed) as failed:
        claim("it fails", value, **band)
    [[_, text, expected, _, mark]] = table()
    assert mark == "✗" and str(failed.value) == f"{text}: expected {expected}, measured {value}"
    assert failed.value._render_traceback_() == [f"claim failed: {failed.value}"]


@pytest.mark.parametrize(
    "band, words",
    [
        (dict(equals=3), "= 3 points"),
        (dict(at_least=2), "at least 2 points"),
        (dict(at_most=4), "at most 4 points"),
        (dict(between=(2, 4)), "2 to 4 points"),
    ],
)
def test_band_in_words_and_in_the_report(table, tmp_path, monkeypatch, capsys, band, words):
    monkeypatch.setenv("COURSE_CLAIMS", str(tmp_path / "report"))
    claim("it holds", 3, **band, unit="points")
    assert table() == [["1", "it holds", words, "3", "✓"]]
    assert capsys.readouterr().out == f"✓ it holds ({words})\n"
    [[name, limit]] = band.items()
    limits = {"equals": [limit], "at_least": [limit, None], "at_most": [None, limit], "between": [*np.ravel(limit)]}[
        name
    ]
    made = {"text": "it holds", "value": 3, "band": words, "limits": limits, "holds": True}
    assert json.loads((tmp_path / "report").read_text(encoding="utf-8")) == made


@pytest.mark.parametrize("band", [{}, dict(at_least=0, at_most=1), dict(equals=0, at_least=0)])
def test_needs_exactly_one_band(band):
    with pytest.raises(TypeError, match="exactly one"):
        claim("text", 0, **band)


@pytest.mark.parametrize("value", ["3", np.ones(2), None])
def test_band_needs_a_number(value):
    with pytest.raises(TypeError, match="needs one number"):
        claim("text", value, at_least=0)


def test_line_is_the_same_for_every_measurement(capsys):
    claim("text", 0.71, at_least=0.5, unit="points")
    claim("text", 0.93, at_least=0.5, unit="points")
    first, second = capsys.readouterr().out.splitlines()
    assert first == second == "✓ text (at least 0.5 points)"


def test_report_for_run(tmp_path, monkeypatch):
    monkeypatch.setenv("COURSE_CLAIMS", str(tmp_path / "report"))
    claim("first", 1, equals=1)
    with pytest.raises(ClaimFailed):
        claim("second", 1, equals=2)
    first, second = (json.loads(line) for line in (tmp_path / "report").read_text(encoding="utf-8").splitlines())
    assert (first["text"], first["holds"], second["text"], second["holds"]) == ("first", True, "second", False)


def test_run_goes_on_after_a_claim_that_fails(table, monkeypatch, capsys):
    monkeypatch.setenv("COURSE_CLAIMS_GO_ON", "1")
    claim("it fails", 1, equals=2)
    assert capsys.readouterr().out == "✗ it fails (= 2)\n" and table() == [["1", "it fails", "= 2", "1", "✗"]]


def test_table_shows_measured_values_and_escapes_text(table):
    claim("a < b & c", 0.123456, at_most=1)
    claim("of a set", {"<b>"}, equals={"<b>"})
    claim("large", 123456, at_least=0)
    assert table() == [
        ["1", "a < b & c", "at most 1", "0.1235", "✓"],
        ["2", "of a set", "= {'<b>'}", "{'<b>'}", "✓"],
        ["3", "large", "at least 0", "123456", "✓"],
    ]


def test_a_cell_that_is_run_again_replaces_its_claim(table):
    with pytest.raises(ClaimFailed):
        claim("text", 1, at_least=2)
    claim("other", 1, equals=1)
    claim("text", 3, at_least=2)
    assert [row[1:] for row in table()] == [["other", "= 1", "1", "✓"], ["text", "at least 2", "3", "✓"]]


def test_forget_starts_the_table_over(table):
    claim("text", 1, equals=1)
    claims.forget()
    assert table() == []
    claim("other", 1, equals=1)
    assert [row[:2] for row in table()] == [["1", "other"]]


@pytest.fixture
def workbook(tmp_path, monkeypatch):
    """A function that makes the current folder lie in a workbook of a language."""

    def make(language):
        (tmp_path / ".course.json").write_text(json.dumps({"language": language}), encoding="utf-8")
        (tmp_path / "01_small").mkdir()
        monkeypatch.chdir(tmp_path / "01_small")

    return make


@pytest.mark.parametrize("language, sentence", [("en", "your change broke this claim"), ("ko", "이 주장이 깨졌습니다")])
def test_in_a_workbook_a_broken_claim_is_told_and_the_notebook_goes_on(workbook, table, capsys, language, sentence):
    workbook(language)
    claim("it fails", 0.123456, at_least=0.5, unit="points")
    line, told = capsys.readouterr().out.splitlines()
    assert line.startswith("✗ it fails (") and sentence in told and "0.1235" in told


def test_bands_and_table_in_korean(workbook, monkeypatch, capsys):
    workbook("ko")
    claims.forget()
    shown = []
    monkeypatch.setattr(IPython.display, "display", shown.append)
    claim("하나", 3, equals=3)
    claim("둘", 3, at_least=2, unit="퍼센트포인트")
    claim("셋", 3, at_most=4, unit="%")
    claim("넷", 3, between=(2, 4), unit="%")
    bands = ["= 3", "2퍼센트포인트 이상", "4 % 이하", "2에서 4 %까지"]
    assert capsys.readouterr().out == "".join(
        f"✓ {text} ({band})\n" for text, band in zip("하나 둘 셋 넷".split(), bands)
    )
    claims.table()
    head, *rows = ElementTree.fromstring(shown.pop().data).iter("tr")
    assert [cell.text for cell in head] == [None, "주장", "기대한 범위", "여기서 잰 값", None]
    assert [row[2].text for row in rows] == bands
    claims.forget()


def test_a_failure_can_be_said_in_both_languages():
    from course_lib.texts import both

    with pytest.raises(ClaimFailed) as failed:
        claim("text", 1, at_least=2, unit="%")
    said = both(failed.value)
    assert said["en"] == "text: expected at least 2 %, measured 1" and "2 % 이상" in said["ko"]


def test_an_identity_is_no_claim(table, capsys):
    identity("Two ways agree", np.eye(2), [[1, 0], [0, 1]])
    identity("Rounding is borne", 0.1 + 0.2, 0.3, tolerance=1e-9)
    assert capsys.readouterr().out == "= Two ways agree\n= Rounding is borne\n" and table() == []


@pytest.mark.parametrize("found", [[1, 3], [[1, 2]], [1.0, float("nan")], [1, 2, 3]])
def test_an_identity_that_does_not_hold_is_an_error(found):
    with pytest.raises(ClaimFailed, match="Two ways: the two do not agree"):
        identity("Two ways", found, [1, 2], tolerance=0.5)


def test_a_learner_who_breaks_an_identity_reads_so_and_goes_on(tmp_path, monkeypatch, capsys):
    (tmp_path / ".course.json").write_text('{"language": "en"}', encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    identity("Two ways", [1, 3], [1, 2])
    assert capsys.readouterr().out.startswith("✗ Two ways: the two do not agree")
