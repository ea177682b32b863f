"""Series of measurements, and the sentences of two languages."""

import importlib
import lzma
import re
import subprocess
import sys

import numpy as np
import pytest

from course_lib import data
from course_lib.data import time_series
from course_lib.errors import CourseError
from course_lib.files import COURSE


@pytest.mark.parametrize(
    "name, count, first, last, step",
    [
        ("sunspots", 309, (1700, 5), (2008, 2.9), 1),
        ("co2", 452, (1964 + 4 / 12, 322.0), (2001 + 11 / 12, 371.02), 1 / 12),
        ("elnino", 732, (1950, 23.11), (2010 + 11 / 12, 22.07), 1 / 12),
    ],
)
def test_series(name, count, first, last, step):
    found = data.series(name)
    assert len(found) == len(found.time) == count and found.name == name and found.unit and found.season in (11, 12)
    assert found.values.dtype == found.time.dtype == "float64" and np.isfinite(found.values).all()
    assert (found.time[0], found.values[0]) == pytest.approx(first)
    assert (found.time[-1], found.values[-1]) == pytest.approx(last)
    np.testing.assert_allclose(np.diff(found.time), step)
    assert str(count) in data.series.__doc__ and name in data.series.__doc__


def test_gaps_of_co2_are_no_numbers():
    found = data.series("co2", gaps=True)
    assert len(found) == 526 and found.time[0] == 1958 + 2 / 12
    missing = found.time[np.isnan(found.values)]
    np.testing.assert_allclose(missing, [1958 + 5 / 12, 1958 + 9 / 12, *(1964 + np.array([1, 2, 3]) / 12)])
    np.testing.assert_array_equal(found.values[-452:], data.series("co2").values)


def test_they_are_what_they_are_said_to_be():
    """Seasons where there are some: a month is nearer to the one a year before than to the one half a year before."""
    co2 = data.series("co2").values
    assert 1 < np.diff(co2.reshape(-1)[: 37 * 12].reshape(37, 12).mean(axis=1)).mean() < 2, "ppm a year"
    sea = data.series("elnino").values
    assert np.abs(sea[12:] - sea[:-12]).mean() < 0.5 * np.abs(sea[6:] - sea[:-6]).mean()
    assert 20 < sea.mean() < 25 and data.series("sunspots").values.min() >= 0


def test_an_unknown_series_is_one_sentence():
    with pytest.raises(CourseError, match="no series 'nile': there are sunspots, co2, elnino"):
        data.series("nile")
    assert data.SERIES is time_series.SERIES


def test_sentences_are_pairs():
    korean, english = data.help_sentences("ko"), data.help_sentences("en")
    assert len(korean) == len(english) == len(set(korean)) == len(set(english)) > 4500
    assert all(re.fullmatch(r"[^\n]+다\.", line) and 15 <= len(line) <= 80 for line in korean)
    assert all(re.fullmatch(r"[A-Z][ -~“”‘’]+\.", line) for line in english)
    assert "LibreOffice" in " ".join(korean) and "LibreOffice" in " ".join(english)
    assert len(set("".join(korean))) < 550 and len(set("".join(english))) < 90
    for number, numeral in enumerate(re.findall(r"\d+", line) for line in korean[:500]):
        assert set(numeral) <= set(re.findall(r"\d+", english[number])) | {"0"}, "the same paragraph"


def test_parts_of_the_sentences():
    for language in ("ko", "en"):
        parts = [data.help_sentences(language, part) for part in ("train", "validation", "test")]
        assert sum(parts, []) == data.help_sentences(language)
        assert [round(10 * len(part) / len(data.help_sentences())) for part in parts] == [8, 1, 1]
    known = set("".join(data.help_sentences("ko", "train")))
    assert set("".join(data.help_sentences("ko", "test"))) <= known, "every sign of the test part can be learned"


@pytest.mark.parametrize(
    "arguments, words",
    [
        (("de",), "no sentences in 'de': there are ko, en"),
        (("ko", "dev"), "no part 'dev': there are train, validation"),
    ],
)
def test_unknown_sentences_are_one_sentence(arguments, words):
    with pytest.raises(CourseError, match=words):
        data.help_sentences(*arguments)


def test_pairs_for_translation():
    pairs = data.help_pairs()
    assert len(pairs) > 10_000 and len({pair.ko for pair in pairs}) == len({pair.en for pair in pairs}) == len(pairs)
    for pair in pairs:
        assert re.search("[가-힣]", pair.ko) and re.fullmatch("[ -~“”‘’…→]+", pair.en), pair
        assert sorted(re.findall(r"\d+", pair.ko)) == sorted(re.findall(r"\d+", pair.en)), pair
    assert ("표시 설정을" in pairs[0].ko) and pairs[0].en.startswith("Specifies the display settings")
    parts = [data.help_pairs(part) for part in ("train", "validation", "test")]
    assert sum(parts, []) == pairs and [round(10 * len(part) / len(pairs)) for part in parts] == [8, 1, 1]
    with pytest.raises(CourseError, match="no part 'dev'"):
        data.help_pairs("dev")


def test_a_python_without_lzma_has_all_other_data():
    code = "import sys; sys.modules['lzma'] = None; from course_lib import data; print(len(data.help_sentences()))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=COURSE)
    assert done.stdout == f"{len(data.help_sentences())}\n", done.stderr


@pytest.fixture
def makers():
    sys.path.insert(0, str(COURSE / "data"))
    yield importlib.import_module("makers").families()
    sys.path.remove(str(COURSE / "data"))


def test_series_are_made_from_the_sources_rows(makers, monkeypatch):
    series = makers["series"]
    sources = {
        "sunspots": [["1700", "5"]],
        "co2": [["19580503", "1"], ["19580510", ""], ["19580517", "2.01"], ["19580607", ""]],
        "elnino": [["1950", *map(str, range(12))]],
    }
    monkeypatch.setattr(series, "rows", sources.get)
    lines = series.make().decode().split("\n")
    assert lines[:4] == ["series,time,value", "sunspots,1700,5.0", "co2,1958-05,1.5", "co2,1958-06,"]
    assert lines[4] == "elnino,1950-01,0.0" and lines[15:] == ["elnino,1950-12,11.0", ""]


def test_series_can_be_made_again(makers):
    if not all(makers["series"].source(name).exists() for name in makers["series"].SOURCES):
        pytest.skip("statsmodels has not been fetched here")
    assert makers["series"].make() == data.file("series.csv").read_bytes()


def test_sentences_can_be_made_again(makers):
    office = makers["office_help"]
    if not all(office.package(language).exists() for language in ("ko", "en")):
        pytest.skip("LibreOffice's help has not been fetched here")
    for name, file in {**office.FILES, **makers["office_pairs"].FILES}.items():
        assert file.make() == data.file(name).read_bytes()


def test_plain_sentences_are_taken_from_pages_and_nothing_else(makers, monkeypatch):
    office = makers["office_help"]
    page = '<p id="par_id1">셀의 <span>내용</span>을\\n 모두 삭제합니다.</p><h1 id="hd_1">제목</h1><p>이름 없음</p>'
    assert office.Paragraphs(page.replace("\\n", "\n")).found == {"par_id1": "셀의 내용을 모두 삭제합니다."}
    good, others = (
        "셀의 내용을 모두 삭제합니다.",
        ["삭제합니다.", "셀의 내용 삭제", "SUM(A1;B2) = 3 같은 식을 계산합니다."],
    )
    assert office.is_korean(good) and not any(map(office.is_korean, [*others, 10 * good]))
    texts = {"a": good, "b": others[0], "c": good, "d": "문서의 내용을 모두 저장합니다."}
    english = {"a": "Deletes all.", "b": "Deletes.", "c": "Deletes all of it.", "d": "saves all"}
    monkeypatch.setattr(office, "pages", lambda language: {"page": texts if language == "ko" else english})
    monkeypatch.setattr(office, "RARE", 1)
    office.sentences.cache_clear()
    assert office.sentences() == [(good, "Deletes all.")], (
        "no short one, no second time, no English that is no sentence"
    )
    monkeypatch.setattr(office, "RARE", 2)
    office.sentences.cache_clear()
    assert office.sentences() == []
    office.sentences.cache_clear()


def test_which_pairs_are_taken(makers, monkeypatch):
    pairs = makers["office_pairs"]
    good = ("최대 10개의 셀을 삭제합니다.", "Deletes at most 10 cells.")
    assert pairs.fits(*good) and pairs.fits("텍스트 문서", "Text document")
    others = [
        ("최대 10개의 셀을 삭제합니다.", "Deletes at most 20 cells."),
        ("최대 10개의 셀을 삭제합니다.", "Deletes at most 10 cells"),
        ("Deletes at most 10 cells.", "Deletes at most 10 cells."),
        ("삭제합니다.", "Deletes everything that there is, was and will be in the cells that have been selected."),
        ("셀을 모두 삭제합니다.", "셀을 모두 Deletes."),
        ("셀을 <모두> 삭제합니다.", "Deletes all cells."),
        ("삭제", "Delete"),
    ]
    assert not [pair for pair in others if pairs.fits(*pair)]
    texts = {"a": good[0], "b": "텍스트 문서", "c": good[0], "d": "그림"}
    english = {"a": good[1], "b": "Text document", "c": "Deletes no more than 10 cells."}
    monkeypatch.setattr(makers["office_help"], "pages", lambda name: {"page": texts if name == "ko" else english})
    taken = [tuple(line.split("\t")) for line in lzma.decompress(pairs.packed()).decode().splitlines()]
    assert taken == [good, ("텍스트 문서", "Text document")], "no text twice, none without its translation"


def test_a_package_that_apt_cannot_bring_or_that_is_another(makers, monkeypatch, tmp_path):
    office = makers["office_help"]
    monkeypatch.setenv("COURSE_DATA", str(tmp_path))
    failed = subprocess.CompletedProcess([], 100, "", "E: no such\npackage")
    monkeypatch.setattr(office.subprocess, "run", lambda *_, **__: failed)
    with pytest.raises(CourseError, match=r"apt-get cannot download libreoffice-help-ko=.* \(E: no such package\)"):
        office.pages("ko")

    def run(command, cwd, **_):
        (tmp_path / cwd / "any.deb").write_bytes(b"other")
        return subprocess.CompletedProcess(command, 0, "", "")

    monkeypatch.setattr(office.subprocess, "run", run)
    with pytest.raises(CourseError, match="libreoffice-help-en-us is not the package it should be"):
        office.pages("en")
