"""Small pictures of two coloured shapes in relation, with captions in English and Korean, drawn anew from a seed.

A picture is a board of 6x6 tiles of 4x4 pixels. A shape takes 2x2 tiles. A tile is two codes: its pattern (which of its
pixels belong to the shape; 0 is an empty tile) and its colour (0 for an empty tile). Some colours and shapes are never
together in what is learned from: `HELD_OUT`.
"""

from dataclasses import dataclass

import numpy as np

from course_lib.errors import CourseError
from course_lib.texts import say

BOARD, TILE, SPAN = 6, 4, 2  # tiles of a side of the picture, pixels of a side of a tile, tiles of a side of a shape
SHAPES = ("square", "circle", "triangle", "heart", "cross", "star")
SHAPES_KO = ("네모", "동그라미", "세모", "하트", "십자", "별")
COLOURS = ("red", "orange", "yellow", "green", "blue", "purple")
COLOURS_KO = ("빨간", "주황색", "노란", "초록색", "파란", "보라색")
RELATIONS = ("left", "right", "above", "below")
RELATIONS_KO = ("왼쪽", "오른쪽", "위", "아래")
HELD_OUT = tuple((number, (number + 3) % 6) for number in range(6))  # (colour, shape): red heart, orange cross, ...
PALETTE = np.array(
    [(26, 28, 44), (226, 60, 52), (240, 140, 30), (250, 220, 70), (50, 165, 85), (60, 125, 230), (175, 90, 200)]
) / np.float32(255)  # the background, then `COLOURS`
COVER = (0.55, 0.55, 0.58)  # how a tile looks that is not painted yet
OUTLINES = """
########  ..####..  ...##...  .##..##.  ...##...  ...##...
########  .######.  ...##...  ########  ...##...  ...##...
########  ########  ..####..  ########  ...##...  ########
########  ########  ..####..  ########  ########  .######.
########  ########  .######.  ########  ########  ..####..
########  ########  .######.  .######.  ...##...  .######.
########  .######.  ########  ..####..  ...##...  .##..##.
########  ..####..  ########  ...##...  ...##...  ##....##
"""  # of `SHAPES`
TEMPLATES = {
    "en": (
        "a {a} {near} a {b}",
        "{a} {near} {b}",
        "{near} a {b} there is a {a}",
    ),
    "ko": (
        "{b} {near}에 {a}",
        "{a} {subject} {b} {near}에 있다",
        "{b} {near}에 {a} {subject} 있다",
    ),
}
NEAR = {"en": ("left of", "right of", "above", "below"), "ko": RELATIONS_KO}
NOTHING, END = 0, 1  # words that are reserved: of a caption that is left out, and behind a caption
LONGEST = 12  # words of a caption


def _bitmaps():
    rows = [line.split() for line in OUTLINES.split("\n") if line]
    return np.array([[[mark == "#" for mark in row[shape]] for row in rows] for shape in range(len(SHAPES))])


BITMAPS = _bitmaps()  # bool (shapes, 8, 8)


def _patterns():
    """Each different tile once, the empty one first; and for each shape (2, 2) which tiles it is made of."""
    tiles = BITMAPS.reshape(len(SHAPES), SPAN, TILE, SPAN, TILE).swapaxes(2, 3)
    flat = tiles.reshape(-1, TILE * TILE)
    different = sorted({tuple(tile) for tile in flat.tolist()} | {(False,) * TILE * TILE})
    numbers = [different.index(tuple(tile)) for tile in flat.tolist()]
    return np.array(different).reshape(-1, TILE, TILE), np.array(numbers).reshape(len(SHAPES), SPAN, SPAN)


PATTERNS, MADE_OF = _patterns()  # bool (patterns, 4, 4), int (shapes, 2, 2)
FACTORS = (len(PATTERNS), len(PALETTE))  # how many pattern codes and colour codes there are
FUSED = (1 + (FACTORS[0] - 1) * (FACTORS[1] - 1),)  # how many codes there are if pattern and colour are one


def _word_list():
    texts = [near for language in NEAR.values() for near in language]
    texts += [*COLOURS, *SHAPES, *COLOURS_KO, *SHAPES_KO, "a there is 이 가 에 있다"]
    return ("<nothing>", "<end>", *dict.fromkeys(word for text in texts for word in text.split()))


WORDS = _word_list()


@dataclass(frozen=True, eq=False, repr=False)
class ColouredShapes:
    """n scenes of a first shape in relation to a second one.

    Attributes:
        facts: int (n, 5): colour and shape of the first, relation, colour and shape of the second.
        places: int (n, 4): row and column of the tile at the upper left of the first, and of the second.
    """

    facts: np.ndarray
    places: np.ndarray

    def __len__(self):
        return len(self.facts)

    @property
    def tokens(self):
        """int32 (n, 36, 2): pattern code and colour code of each tile, row by row."""
        board = np.zeros((len(self), BOARD, BOARD, 2), "int32")
        every = np.arange(len(self))[:, None, None]
        rows, columns = np.mgrid[:SPAN, :SPAN]
        for colour, shape, row, column in ((0, 1, 0, 1), (3, 4, 2, 3)):
            where = every, self.places[:, row, None, None] + rows, self.places[:, column, None, None] + columns
            board[(*where, 0)] = MADE_OF[self.facts[:, shape]]
            board[(*where, 1)] = 1 + self.facts[:, colour, None, None]
        return board.reshape(len(self), -1, 2)

    @property
    def pictures(self):
        """float32 (n, 24, 24, 3), red, green and blue from 0 to 1."""
        return draw(self.tokens)

    def captions(self, language=None, seed=0):
        """A caption of each, list of str.

        Args:
            language: "en", "ko", or None for either by chance.
            seed: int or np.random.Generator, for the choice of wording.
        """
        random = np.random.default_rng(seed)
        languages = random.choice(["en", "ko"], len(self)) if language is None else [language] * len(self)
        styles = random.integers(3, size=len(self))
        return [caption(*three) for three in zip(self.facts, languages, styles)]


def caption(fact, language="en", style=0):
    """What can be said of a scene.

    Args:
        fact: five integers, as a row of `ColouredShapes.facts`.
        language: "en" or "ko".
        style: which wording, 0 to 2.
    """
    colours, shapes = (COLOURS, SHAPES) if language == "en" else (COLOURS_KO, SHAPES_KO)
    first, second = (f"{colours[fact[place]]} {shapes[fact[place + 1]]}" for place in (0, 3))
    subject = "이" if first.endswith("별") else "가"
    text = TEMPLATES[language][style].format(a=first, b=second, near=NEAR[language][fact[2]], subject=subject)
    return text.replace(f" {subject} ", f"{subject} ") if language == "ko" else text.replace("a orange", "an orange")


def split_words(text):
    """A caption in words, list of str; particles of Korean stand alone, and "an" is "a"."""
    found = []
    for word in text.lower().replace(",", " ").replace(".", " ").split():
        word = {"an": "a", "the": "a"}.get(word, word)
        for ending in ("에", "이", "가"):
            if word not in WORDS and word.endswith(ending) and word[:-1] in WORDS:
                found += [word[:-1], ending]
                break
        else:
            found.append(word)
    return found


def words(captions):
    """Captions as numbers: int32 (n, 12), filled up with the word for the end.

    Args:
        captions: list of str; None for one that is left out.

    Raises:
        CourseError: a word is unknown, or there are too many.
    """
    rows = np.full((len(captions), LONGEST), END, "int32")
    numbers = {word: number for number, word in enumerate(WORDS)}
    for row, text in zip(rows, captions):
        found = ["<nothing>"] if text is None else split_words(text)
        unknown = [word for word in found if word not in numbers]
        if unknown or not 0 < len(found) < LONGEST:
            raise CourseError(
                say(
                    "cannot read {caption}: expected 1 to {most} words of {known}",
                    caption=repr(text),
                    most=LONGEST - 1,
                    known=", ".join(WORDS[2:]),
                )
            )
        row[: len(found)] = [numbers[word] for word in found]
    return rows


def coloured_shapes(count, seed=0, pairs="seen"):
    """Scenes by chance; the same seed gives the same ones.

    Args:
        count: int.
        seed: int or np.random.Generator.
        pairs: "seen": none of `HELD_OUT` is in a scene. "unseen": one of the two shapes is such a pair.

    Returns:
        ColouredShapes.

    Raises:
        CourseError: there are no such pairs.
    """
    if pairs not in ("seen", "unseen"):
        raise CourseError(say("there are no pairs {pairs}: choose seen or unseen", pairs=repr(pairs)))
    random = np.random.default_rng(seed)
    held = set(HELD_OUT)
    usual = np.array([(c, s) for c in range(len(COLOURS)) for s in range(len(SHAPES)) if (c, s) not in held])
    first, second = (usual[random.integers(len(usual), size=count)] for _ in range(2))
    if pairs == "unseen":
        rare = np.array(HELD_OUT)[random.integers(len(HELD_OUT), size=count)]
        front = random.random((count, 1)) < 0.5
        first, second = np.where(front, rare, first), np.where(front, second, rare)
    relation = random.integers(len(RELATIONS), size=count)
    layouts = _layouts()
    places = np.stack([layouts[kind][random.integers(len(layouts[kind]))] for kind in relation])
    return ColouredShapes(np.column_stack([first, relation, second]).astype("int32"), places.astype("int32"))


def examples(count, random, fused=False):
    """Words (count, 12) and tokens (count, 36, 2) of scenes to learn from; if fused, tokens (count, 36, 1)."""
    scenes = coloured_shapes(count, random)
    tokens = scenes.tokens
    return words(scenes.captions(None, random)), fuse(tokens) if fused else tokens


def related(down, across):
    """The relation of a first shape to one that lies so many tiles below and to the right of it; None if they overlap
    or lie diagonally."""
    if abs(across) >= SPAN and abs(across) > abs(down):
        return 0 if across > 0 else 1
    if abs(down) >= SPAN and abs(down) > abs(across):
        return 2 if down > 0 else 3
    return None


def _layouts():
    """For each relation all places (n, 4) that fit."""
    found = [[] for _ in RELATIONS]
    for place in np.ndindex(*(BOARD - SPAN + 1,) * 4):
        kind = related(place[2] - place[0], place[3] - place[1])
        if kind is not None:
            found[kind].append(place)
    return [np.array(places) for places in found]


def draw(tokens):
    """Pictures float32 (n, 24, 24, 3) of tokens (n, 36, 2). A tile with a pattern and no colour stays empty; one
    that is covered, with the number behind the last pattern, is grey."""
    patterns, colours = np.moveaxis(np.asarray(tokens), -1, 0)  # (n, 36) each
    covered = patterns == FACTORS[0]
    solid = PATTERNS[np.where(covered, 0, patterns)]  # (n, 36, 4, 4)
    shades = np.where(solid, colours[..., None, None], 0)
    shades = np.where(covered[..., None, None], len(PALETTE), shades)
    tiles = np.concatenate([PALETTE, [COVER]]).astype("float32")[shades]  # (n, 36, 4, 4, 3)
    tiles = tiles.reshape(-1, BOARD, BOARD, TILE, TILE, 3).swapaxes(2, 3)
    return tiles.reshape(-1, BOARD * TILE, BOARD * TILE, 3)


def fuse(tokens):
    """Pattern and colour as one code: (n, 36, 2) -> (n, 36, 1), 0 for an empty tile."""
    patterns, colours = np.split(np.asarray(tokens), 2, axis=-1)
    return np.where(patterns > 0, patterns + (FACTORS[0] - 1) * (colours - 1), 0).astype("int32")


def unfuse(codes):
    """What `fuse` was given."""
    codes = np.asarray(codes)
    parts = [(codes - 1) % (FACTORS[0] - 1) + 1, (codes - 1) // (FACTORS[0] - 1) + 1]
    return np.where(codes > 0, np.concatenate(parts, axis=-1), 0).astype("int32")


# --- The judge: reads a picture by plain code


def read_shapes(picture):
    """The shapes that a picture (24, 24, 3) holds: list of (colour, shape, row, column), and how many pixels belong to
    none of them."""
    nearest = ((np.asarray(picture)[..., None, :] - PALETTE) ** 2).sum(-1).argmin(-1)  # (24, 24)
    found, size = [], SPAN * TILE
    for row, column in np.ndindex(BOARD - SPAN + 1, BOARD - SPAN + 1):
        window = nearest[row * TILE : row * TILE + size, column * TILE : column * TILE + size]
        colour = window.max()
        for shape in np.flatnonzero((BITMAPS == (window > 0)).all((1, 2))) if colour else ():
            if np.all(window[BITMAPS[shape]] == colour):
                found.append((int(colour) - 1, int(shape), row, column))
                window[:] = 0  # what is read is taken away
    return found, int((nearest > 0).sum())


def judge(pictures, facts):
    """Whether each picture shows what was asked for.

    Args:
        pictures: (n, 24, 24, 3).
        facts: int (n, 5), as of `ColouredShapes`.

    Returns:
        dict of bool (n,): "shapes" (two whole shapes, of the right kinds, and nothing else), "pairs" (and each in its
        colour), "right" (and in the right relation).
    """
    verdicts = np.zeros((len(pictures), 3), bool)
    for verdict, picture, fact in zip(verdicts, pictures, facts):
        found, left = read_shapes(picture)
        if len(found) != 2 or left:
            continue
        verdict[0] = sorted(one[1] for one in found) == sorted((fact[1], fact[4]))
        wanted = [tuple(fact[:2]), tuple(fact[3:])]
        for one, other in (found, found[::-1]):
            if [one[:2], other[:2]] == wanted:
                verdict[1] = True
                verdict[2] |= related(other[2] - one[2], other[3] - one[3]) == fact[2]
    return dict(zip(("shapes", "pairs", "right"), verdicts.T))
