"""`run`: the table of claims, exit statuses and the copy that is kept, on small lessons of the test's own."""

import json

import nbformat
import pytest

from course_lib.errors import CourseError
from course_lib.tools import chapters, run

HEAD = "# ---\n# jupyter:\n#   kernelspec: {name: python3, display_name: Python 3, language: python}\n# ---\n\n# %%\nimport os\n\nfrom course_lib import claim\n\n"


@pytest.fixture
def course(tmp_path, monkeypatch):
    """A function that makes a course of one lesson with the given code."""
    monkeypatch.setattr(chapters, "CHAPTERS", tmp_path / "chapters")
    monkeypatch.setattr(run, "RUNS", tmp_path / "runs")
    monkeypatch.setenv("COLUMNS", "160")

    def make(code):
        folder = tmp_path / "chapters" / "01_small"
        folder.mkdir(parents=True)
        (folder / "01_lesson.py").write_text(HEAD + code, encoding="utf-8")
        return tmp_path / "runs" / "01_lesson.ipynb"

    return make


def test_claims_that_hold(course, capsys):
    kept = course('claim("Six by seven", 6 * 7, equals=42)\nclaim("Large", 0.75, at_least=0.5, unit="points")\n')
    assert run.main(["01"], 1) == 0
    out = capsys.readouterr().out
    assert "Six by seven" in out and "at least 0.5 points" in out and "0.75" in out and out.count(" ok ") == 2
    assert " s, peak memory 0." in out and "GB" in out
    assert "✓ Six by seven" in nbformat.read(kept, as_version=4).cells[0].outputs[0].text


def test_a_claim_that_fails(course, capsys):
    kept = course('claim("Small", 0.75, at_most=0.5)\nprint("not reached")\n')
    assert run.main([], 1) == 1
    out = capsys.readouterr().out
    assert "FAILED" in out and "stopped by ClaimFailed: Small: expected at most 0.5, measured 0.75" in out
    assert "not reached" not in json.dumps(nbformat.read(kept, as_version=4).cells[0].outputs)


def test_a_cell_that_fails(course, capsys):
    course("1 / 0\n")
    assert run.main([], 1) == 1 and "stopped by ZeroDivisionError" in capsys.readouterr().out


def test_seeds_give_mean_spread_and_margin_and_do_not_stop_at_a_failure(course, capsys):
    course('claim("Grows", 0.1 * int(os.environ["COURSE_SEED"]), at_most=0.15)\nclaim("Last", 1, equals=1)\n')
    assert run.main([], 3) == 1
    out = capsys.readouterr().out
    assert "FAILED 2/3" in out and "0.1 ± 0.1; 0.5" in out and "ok 3/3" in out


def test_the_margin_is_that_of_the_nearer_limit(course, capsys):
    course('claim("Between", 0.1 * int(os.environ["COURSE_SEED"]), between=(-0.7, 0.25))\n')
    assert run.main([], 3) == 0
    assert "0.1 ± 0.1; 1.5" in capsys.readouterr().out, "0.15 to the upper limit, 0.8 to the lower"


def test_a_training_that_blew_up_in_one_seed_is_named(course, capsys):
    course('claim("Error", float("nan") if os.environ["COURSE_SEED"] == "1" else 0.1, at_most=0.15)\n')
    assert run.main([], 3) == 1
    out = " ".join(capsys.readouterr().out.split())
    assert "FAILED 2/3" in out and "not a finite number in 1 of 3 runs" in out


def test_bad_surroundings_are_no_failed_claim(course):
    course('from course_lib import CourseError\n\nraise CourseError("the data file is damaged: get it back")\n')
    with pytest.raises(CourseError, match="^the data file is damaged: get it back$"):
        run.main([], 1)


KOREAN = """msgid ""
msgstr ""
"Language: ko\\n"
"Content-Type: text/plain; charset=utf-8\\n"

msgid "{n} of them hold"
msgstr "{n}개가 맞습니다"
"""


def test_either_language(course, capsys):
    from course_lib.tools import catalogues

    kept = course('n = 3\nclaim(f"{n} of them hold", n, at_least=2, unit="%")\n')
    folder = chapters.CHAPTERS / "01_small"
    (folder / "ko.po").write_text(KOREAN, encoding="utf-8")
    (folder / "ko.mo").write_bytes(catalogues._mo(folder))
    assert run.main(["01"], 1, "ko") == 0 and "3개가 맞습니다" in capsys.readouterr().out
    copy = nbformat.read(kept.with_name("01_lesson-ko.ipynb"), as_version=4)
    assert copy.cells[0].outputs[0].text == "✓ 3개가 맞습니다 (2 % 이상)\n"
    assert run.main(["01"], 1, "en") == 0 and run.main(["01"], 1) == 0
    assert capsys.readouterr().out.count("3 of them hold") == 2
    assert nbformat.read(kept, as_version=4).cells[0].outputs[0].text == "✓ 3 of them hold (at least 2 %)\n"
