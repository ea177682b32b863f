"""Korean in figures, on every system: no letter that the course says has a box in its place."""

import re
import subprocess
import sys
import warnings
from pathlib import Path

import pytest

from course_lib import data, plot
from course_lib.figures import fonts
from course_lib.tools import catalogues, chapters


def known():
    """The letters that one of the two fonts has."""
    from matplotlib import font_manager
    from matplotlib.ft2font import FT2Font

    paths = [font_manager.findfont(name, fallback_to_default=False) for name in fonts.family()]
    assert len(paths) == 2 and Path(paths[1]) == data.file("gothic.ttf")
    return set().union(*(FT2Font(path).get_charmap() for path in paths))


def said():
    """All Korean that may come into a figure: catalogues, names of things and classes, prose with the glossaries."""
    for folder in catalogues.folders():
        yield from catalogues.read(folder).values()
    pictures = data.emoji()
    yield from (*pictures.names_ko, *pictures.classes_ko, *data.FASHION_MNIST_CLASSES_KO)
    for chapter in chapters.every():
        yield from re.findall("[가-힣]+", chapter.lesson.read_text(encoding="utf-8"))


def test_the_fonts_have_every_letter():
    letters = known()
    missing = {letter for text in said() for letter in text if ord(letter) not in letters and letter.isprintable()}
    assert missing == set()


@pytest.mark.parametrize("text, complaint", [("특징 맵 ⌊x⌋ → ½, 최댓값 풀링 −3", None), ("뷁", "missing from font")])
def test_a_box_would_be_noticed(text, complaint):
    figure, axis = plot.plt.subplots()
    axis.set(title=text, xlabel=text)
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        plot.png(figure)
    plot.plt.close(figure)
    glyphs = [str(one.message) for one in said if "Glyph" in str(one.message)]
    assert all(complaint in one for one in glyphs) if complaint else not glyphs
    assert bool(glyphs) == bool(complaint)


def test_the_font_bears_none_of_the_reserved_names():
    from matplotlib.ft2font import FT2Font

    font = FT2Font(str(data.file("gothic.ttf")))
    names = {key: value for key, value in font.get_sfnt().items() if key[3] not in (0,)}  # 0: the notice of copyright
    assert "nanum" not in str(names).lower() + font.family_name.lower() + font.postscript_name.lower()
    notice = (data.store.FOLDER / "licences" / "gothic.txt").read_text(encoding="utf-8")
    assert "SIL OPEN FONT LICENSE" in notice and "NAVER" in notice and data.file("gothic.ttf").stat().st_size < 1e6


def test_without_the_font_figures_are_drawn(monkeypatch):
    def lost(name):
        raise fonts.CourseError("gone")

    monkeypatch.setattr(fonts, "file", lost)
    assert fonts.family() == ["DejaVu Sans"]


def test_importing_course_lib_loads_no_font():
    script = "import sys, course_lib, course_lib.claims; print({'matplotlib', 'gettext', 'babel', 'numpy'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() in ("{'gettext'}", "set()")
