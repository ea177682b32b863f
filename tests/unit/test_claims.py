import json

import numpy as np
import pytest

from course_lib import claims
from course_lib.claims import ClaimFailed, claim


@pytest.fixture(autouse=True)
def forget():
    claims._made.clear()


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
def test_holds(value, band):
    claim("it holds", value, **band)
    assert claims._made[0]["holds"]


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
def test_fails_and_says_what_was_measured(value, band):
    with pytest.raises(ClaimFailed, match="it fails: expected .*, measured"):
        claim("it fails", value, **band)
    assert not claims._made[0]["holds"]


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


def test_table_shows_measured_values_and_escapes_text(monkeypatch):
    import IPython.display

    shown = []
    monkeypatch.setattr(IPython.display, "display", shown.append)
    claim("a < b & c", 0.123456, at_most=1)
    claims.table()
    assert "a &lt; b &amp; c" in shown[0].data and "0.1235" in shown[0].data and "✓" in shown[0].data


def test_a_cell_that_is_run_again_replaces_its_claim():
    with pytest.raises(ClaimFailed):
        claim("text", 1, at_least=2)
    claim("text", 3, at_least=2)
    assert [(made["value"], made["holds"]) for made in claims._made] == [(3, True)]
