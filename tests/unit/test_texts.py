"""Sentences in two languages: said, nested, carried between processes; and
catalogues that lose nothing without a test noticing."""

import json
import pickle
import re

import pytest

from course_lib import texts
from course_lib.errors import CourseError
from course_lib.texts import Text, both, joined, say, told
from course_lib.tools import catalogues

SHAPE = "{label}: expected shape {expected}, found {found}"  # a sentence of course_lib/checks.py


@pytest.fixture(autouse=True)
def english(monkeypatch, tmp_path):
    monkeypatch.delenv("COURSE_LANG", raising=False)
    monkeypatch.chdir(tmp_path)


def test_said_in_the_readers_language_and_in_the_other(monkeypatch):
    text = Text(SHAPE, {"label": "a", "expected": (1,), "found": (2,)})
    assert text == "a: expected shape (1,), found (2,)" == text.to("en") and "형상" in text.to("ko")
    monkeypatch.setenv("COURSE_LANG", "ko")
    assert Text(SHAPE, text.facts) == text.to("ko") != text.to("en")


def test_texts_in_texts_are_said_in_the_same_language():
    inner = Text("array of shape {shape}", {"shape": (2, 3)})
    outer = joined([inner, CourseError(inner), 7, "{braces}"])
    assert outer == "array of shape (2, 3), array of shape (2, 3), 7, {braces}"
    assert outer.to("ko") == f"{inner.to('ko')}, {inner.to('ko')}, 7, {{braces}}" != outer
    assert told(CourseError(inner), "ko") == inner.to("ko") and told("plain", "ko") == "plain"
    assert both(outer) == {"en": str(outer), "ko": outer.to("ko")}


def test_a_text_survives_the_way_to_another_process():
    text = Text(SHAPE, {"label": Text("array of shape {shape}", {"shape": 1}), "expected": 1, "found": 2})
    again = pickle.loads(pickle.dumps(text))
    assert again == text and again.to("ko") == text.to("ko")


def test_a_sentence_without_korean_is_said_in_english():
    assert say("no catalogue has this {thing}", thing=1).to("ko") == "no catalogue has this 1"


def test_language_of_the_workbook_around_the_folder(monkeypatch, tmp_path):
    monkeypatch.delenv("COURSE_LANG", raising=False)
    monkeypatch.chdir(tmp_path)
    assert texts.language() == "en"
    (tmp_path / ".course.json").write_text(json.dumps({"language": "ko"}), encoding="utf-8")
    (tmp_path / "chapter").mkdir()
    monkeypatch.chdir(tmp_path / "chapter")
    assert texts.language() == "ko"


@pytest.mark.parametrize(
    "note", ["", "{", "[]", "null", '"ko"', '{"language": "kr"}', '{"language": null}', "{}", "\xff"]
)
def test_a_damaged_note_names_no_language(note, tmp_path):
    (tmp_path / ".course.json").write_bytes(note.encode("latin-1"))
    assert texts.of_workbook(tmp_path) is None
    assert texts.language() == "en"


def test_unknown_language(monkeypatch):
    monkeypatch.setenv("COURSE_LANG", "xx")
    with pytest.raises(CourseError, match="one of ko, en"):
        texts.language()


def test_the_catalogues_hold_every_sentence_and_nothing_else():
    assert catalogues.complaints() == []
    assert sum(len(catalogues.read(folder)) for folder in catalogues.FOLDERS) > 10


BREAKS_OFF = re.compile(
    r"(?:고|며|지만|므로|는데|니까|면서|려고|도록)$"
)  # a clause, behind which one more would have to come


def test_no_sentence_breaks_off():
    """What is put together from several has whole sentences: "... 이 컴퓨터에 없고. 패키지 ..." is none."""
    said = [korean for folder in catalogues.FOLDERS for korean in catalogues.read(folder).values()]
    assert [korean for korean in said if BREAKS_OFF.search(korean)] == [] and len(said) > 500
    assert BREAKS_OFF.search("{name}이(가) 이 컴퓨터에 없고") and BREAKS_OFF.search("{path}이(가) 손상되었지만")


@pytest.fixture
def copy(tmp_path, monkeypatch):
    """A folder with two sentences and their catalogue, in place of the real ones."""
    (tmp_path / "code.py").write_text('say("{n} of 2 files in `data/`", n=1)\nsay("ready")\n', encoding="utf-8")
    monkeypatch.setattr(catalogues, "COURSE", tmp_path)
    monkeypatch.setattr(catalogues, "FOLDERS", (tmp_path,))
    monkeypatch.setattr(catalogues, "folders", lambda: [tmp_path])
    catalogues.write()
    known = {"{n} of 2 files in `data/`": "`data/`의 파일 2개 중 {n}개", "ready": "준비되었습니다"}
    monkeypatch.setattr(catalogues, "read", lambda folder: known)
    catalogues.write()
    monkeypatch.undo()
    monkeypatch.setattr(catalogues, "COURSE", tmp_path)
    monkeypatch.setattr(catalogues, "FOLDERS", (tmp_path,))
    monkeypatch.setattr(catalogues, "folders", lambda: [tmp_path])
    assert catalogues.complaints() == []
    return tmp_path


@pytest.mark.parametrize(
    "before, after, complaint",
    [
        ("준비되었습니다", "", "has no Korean for 'ready'"),
        ('msgid "ready"', 'msgid "gone"', "translates 'gone', which no code says"),
        ("{n}개", "몇 개", "does not agree with it in n"),
        ("파일 2개", "파일 3개", "does not agree with it in 2, 3"),
        ("`data/`의", "`date/`의", "does not agree with it in `data/`, `date/`"),
        ("준비되었습니다", "준비됐습니다", "ko.mo is older than ko.po"),
    ],
)
def test_a_damaged_catalogue_is_noticed(copy, before, after, complaint):
    path = copy / "ko.po"
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after), encoding="utf-8")
    assert any(complaint in one for one in catalogues.complaints()), catalogues.complaints()


def test_a_new_sentence_is_noticed_and_gets_its_place(copy):
    with (copy / "code.py").open("a", encoding="utf-8") as file:
        file.write('say("a third one")\n')
    assert catalogues.complaints() == ["ko.po has no Korean for 'a third one', which code.py says"]
    catalogues.write()
    assert 'msgid "a third one"\nmsgstr ""' in (copy / "ko.po").read_text(encoding="utf-8")
    assert "준비되었습니다" in (copy / "ko.po").read_text(encoding="utf-8"), "what was translated stays"


def test_pages_are_read_too(copy):
    (copy / "page.html").write_text('<p>{{ _("%(count)s points", count=3) }}</p>', encoding="utf-8")
    assert catalogues.spoken(copy)["%(count)s points"] == ["page.html"]
    assert catalogues.facts("%(count)s points") == catalogues.facts("{count}점")


def test_what_is_said_must_be_a_literal():
    """Babel sees literals only: say(f"...") or say(name) would never be translated; nor would f"{say('...')}" be,
    into which Babel looks from Python 3.12 on."""
    import ast

    for path in sorted(catalogues.LIBRARY.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("say", "phrase"):
                assert isinstance(node.args[0], ast.Constant), f"{path}:{node.lineno}"
            if isinstance(node, ast.JoinedStr):
                inside = [getattr(getattr(one, "func", None), "id", "") for one in ast.walk(node)]
                assert not {"say", "phrase"} & set(inside), f"{path}:{node.lineno}"


def test_build_check_names_what_is_wrong_in_a_catalogue(copy, capsys):
    from course_lib.tools import build

    (copy / "ko.mo").write_bytes(b"")
    assert build.main(["01"], check=True)
    assert "ko.mo is older than ko.po" in capsys.readouterr().out
