"""Korean for figures: NanumGothic, cut to what a course needs and renamed, as its licence asks."""

import io
import unicodedata

from . import File, debian

ORIGINAL = "/usr/share/fonts/truetype/nanum/NanumGothic.ttf"
NAME = "Course Gothic"
SYMBOLS = "“”‘’·…–—×÷°±−≤≥≠≈∞√∑∏∂∇→←↑↓↔⇒⌊⌋⌈⌉∈⊙⊕✓✗①②③④⑤⑥⑦⑧⑨⑩「」『』〈〉《》、。㎡℃αβγδεζηθλμνπρστφχψωΔΣΩ"


def letters():
    """ASCII, Latin-1, the Korean of KS X 1001 (2,350 syllables and the single letters), and symbols."""
    korean = []
    for lead in range(0xA1, 0xFF):
        for trail in range(0xA1, 0xFF):
            try:
                letter = bytes((lead, trail)).decode("euc_kr")
            except UnicodeDecodeError:
                continue
            if unicodedata.name(letter, "").startswith("HANGUL"):
                korean.append(letter)
    return [chr(code) for code in [*range(0x20, 0x7F), *range(0xA0, 0x100)]] + korean + list(SYMBOLS)


def make():
    from fontTools import subset
    from fontTools.ttLib import TTFont

    font = TTFont(ORIGINAL, recalcTimestamp=False)
    options = subset.Options(hinting=False, layout_features=[], name_IDs=[0, 1, 2, 3, 4, 5, 6], notdef_outline=True)
    options.drop_tables += ["TSI0", "TSI1", "TSI2", "TSI3", "TSI5", "kern"]
    cut = subset.Subsetter(options)
    cut.populate(unicodes=[ord(letter) for letter in letters()])
    cut.subset(font)
    names = font["name"]
    owner = "Copyright (c) 2010, NAVER Corporation (http://www.nhncorp.com), with Reserved Font Name Nanum."
    names.names = []
    for number, text in {
        0: f"{owner} Modified: cut to the letters of KS X 1001, renamed.",
        1: NAME,
        2: "Regular",
        3: f"{NAME} 1.0",
        4: NAME,
        5: "Version 1.0",
        6: NAME.replace(" ", ""),
        13: "SIL Open Font License, Version 1.1",
        14: "https://openfontlicense.org",
    }.items():
        names.setName(text, number, 3, 1, 0x409)
    content = io.BytesIO()
    font.save(content)
    return content.getvalue()


FILES = {
    "gothic.ttf": File(
        make,
        needs=(debian("fonts-nanum", ORIGINAL),),
        licence="OFL-1.1",
        licence_file="licences/gothic.txt",
        origin="NanumGothic 3.021 of NAVER Corporation, by way of Debian's fonts-nanum 20200506-1",
        what=f"the font {NAME}: the 2,350 syllables of KS X 1001, Latin letters and symbols, for figures in Korean",
    ),
}
