"""Related sections: what is recorded stands on the pages, leads somewhere, and is what a reader would expect."""

import re

import nbformat
import numpy as np
import reading

from course_lib.tools import chapters
from course_lib.tools.book import headings, pages, published, related

LISTED = related.known()
# written before anything was compared: a section, and one of another chapter to which a teacher would send from there
EXPECTED = [
    ("02_lesson#when-the-picture-moves", "01_lesson#when-the-picture-moves-a-little"),
    ("05_lesson#attention-by-hand-three-tokens", "09_lesson#from-one-vector-to-attention"),
    ("05_lesson#queries-keys-values-matrices-and-keras", "09_lesson#from-one-vector-to-attention"),
    ("05_lesson#without-positions", "09_lesson#order-without-positions"),
    ("08_lesson#the-next-character-a-language-model", "12_lesson#probabilities-of-words-and-context"),
    ("09_lesson#what-length-costs", "08_lesson#one-character-at-a-time-at-the-same-cost"),
    ("01_lesson#the-receptive-field-how-far-one-unit-sees", "05_lesson#a-real-vit-looking-near-and-looking-far"),
    ("09_lesson#sentences-that-people-wrote", "12_lesson#from-characters-to-tokens"),
    ("10_lesson#garments-from-a-vae", "11_lesson#codes-instead-of-pixels-the-latent-flow"),
    ("13_lesson#the-four-parts-of-llama-by-hand", "09_lesson#reading-on-what-has-changed-since-2017"),
    ("01_lesson#lenet-5-an-early-cnn-in-real-use", "03_lesson#alexnet-2012"),
    ("05_lesson#four-architectures-at-a-glance", "03_lesson#everything-at-a-glance"),
    ("02_lesson#softmax-cross-entropy-and-stable-arithmetic", "01_lesson#how-a-network-learns"),
    ("13_lesson#fast-cache-lookup-small-numbers", "09_lesson#what-length-costs"),
]


def near(address):
    page, anchor = address.split("#")
    return LISTED[page][anchor]


def test_what_is_listed_are_published_sections_of_other_chapters():
    anchors = published.known()
    for page, sections in LISTED.items():
        for anchor, others in sections.items():
            assert anchor in anchors[page] and len(set(others)) == len(others) <= related.COUNT
            for other in others:
                name, its = other.split("#")
                assert its in anchors[name] and name != page
    assert set(LISTED) == {chapter.lesson.stem for chapter in chapters.every()}
    assert sum(map(bool, (others for sections in LISTED.values() for others in sections.values()))) > 50


def test_most_of_what_a_teacher_would_name_is_there():
    found = [other in near(one) for one, other in EXPECTED]
    assert np.mean(found) >= 0.75, [pair for pair, hit in zip(EXPECTED, found) if not hit]


def test_the_nearest_are_of_other_owners_and_really_near():
    vectors = [[1, 0, 0], [1, 0.1, 0], [1, 0.2, 0.1], [0, 1, 0], [0, 0, 1]]
    found = related.nearest(vectors, ["a", "a", "b", "b", "c"])
    assert found[0] == [2] and found[1] == [2], "not the neighbour of the same owner, and nothing far away"
    assert found[2] == [1, 0] and found[4] == []


def test_the_list_is_made_of_what_the_sections_say(tmp_path, monkeypatch):
    """Letters are counted instead of asking the weights; each section has one vector, of both languages."""
    monkeypatch.setenv("COURSE_HOME", str(tmp_path))  # an index of its own
    monkeypatch.setattr(related, "FILE", tmp_path / "related.json")
    monkeypatch.setattr(related, "NEAR", -1)
    (tmp_path / "figures").mkdir()
    made = [pages.page(chapter.lesson, "en", tmp_path) for chapter in chapters.every()]
    letters = "abcdefghijklmnopqrstuvwxyz"
    related.record(
        made, lambda texts: np.array([[text.lower().count(one) / len(text) for one in letters] for text in texts])
    )
    listed = related.known()
    assert {page: list(sections) for page, sections in listed.items()} == {
        page: list(sections) for page, sections in LISTED.items()
    }
    for page, sections in listed.items():
        for others in sections.values():
            assert len(set(others)) == related.COUNT and all(not one.startswith(page) for one in others)


def test_links_stand_at_the_end_of_their_section_in_both_languages(book):
    for language, told in (("en", "Related"), ("ko", "함께 볼 절")):
        html = (book / language / "05_lesson.html").read_text(encoding="utf-8")
        start = html.index('<section id="attention-by-hand-three-tokens"')
        part = html[start : html.index('<section id="queries-keys-values-matrices-and-keras"')]
        [box] = re.findall(f'<div class="{related.NAME}">.*?</div>', part, re.DOTALL)
        assert told in box and 'href="09_lesson.html#from-one-vector-to-attention"' in box
        assert part.index(box) > part.rindex("</p>"), "behind the text"
        assert "09 · " in box


def test_the_search_leaves_them_out(book):
    text = reading.script(book / "en" / "text.js")
    assert "05 · " not in text and "09 · " not in text
    assert reading.of_pages(book) == []


def test_a_heading_in_the_middle_of_a_cell():
    cells = [nbformat.v4.new_markdown_cell("# T\n\n## 1. One\n\na\n\n## 2. Two\n\nb", id="x")]
    page = pages.Page("05_lesson", nbformat.v4.new_notebook(cells=cells), ["t", "from-pixels-to-tokens", "two"])
    assert [section[0] for section in related.sections(page)] == ["from-pixels-to-tokens", "two"]
    other = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("# T\n\n## 1. There", id="y")])
    target, anchor = near("05_lesson#from-pixels-to-tokens")[0].split("#")
    related.add([page, pages.Page(target, other, ["t", anchor])], "en")
    texts = [cell.source for cell in page.notebook.cells]
    assert texts[0].endswith("a") and "There" in texts[1] and texts[2] == "## 2. Two\n\nb"
    assert [heading.text for heading in headings.of_notebook(page.notebook)] == ["T", "1. One", "2. Two"]
