"""Where in the course is this explained? Passages of the lessons, found by their words and by their meaning.

- By words: BM25 (Robertson and Zaragoza, "The Probabilistic Relevance Framework", 2009): a word that is rare in the
  course counts more, one that comes often in a passage counts less each time, and long passages count less. Of Korean
  words all pairs of neighbouring syllables are taken, since particles hang on their ends.
- By meaning: the passages whose vectors have the largest cosine with that of the question (`sentence_vectors.e5`).
- By both: a section has the score of its best passage, and gets 1 / (10 + its rank) from either way (reciprocal rank
  fusion: Cormack et al., SIGIR 2009, there with 60).

The vectors of all passages are computed once, and again only of those that have changed.
"""

import functools
import hashlib
import io
import json
import re
import sys
import zipfile
from collections import Counter
from typing import NamedTuple

import numpy as np

from course_lib.errors import CourseError
from course_lib.files import COURSE, home, write_bytes
from course_lib.texts import LANGUAGES, say

LONGEST = 700  # letters of a passage
SATURATION, LENGTH = 1.2, 0.75  # of BM25: k1 and b
FUSION = 10
WORDS, MEANING, BOTH = WAYS = ("words", "meaning", "both")
SILENT = re.compile(r"> \*\*(A good place to stop|쉬어 가기 좋은 곳)|\|")


class Passage(NamedTuple):
    """A part of a lesson's text.

    Attributes:
        chapter: such as "05_vision_transformer".
        section: which one of the lesson, counted from 0; the same in both languages.
        heading: of the section.
        text: without the heading.
    """

    chapter: str
    section: int
    heading: str
    text: str

    @property
    def place(self):
        return self.chapter, self.section

    @property
    def whole(self):
        return f"{self.heading}\n{self.text}"


def passages(language):
    """All passages of the numbered sections of all lessons that are built.

    Args:
        language: "ko" or "en".

    Returns:
        A list of Passage, in the order in which they are read.
    """
    found = []
    for path in sorted((COURSE / "chapters").glob("[0-9][0-9]_*/[0-9][0-9]_lesson.ipynb")):
        section, heading, counted = -1, "", False
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            if cell["cell_type"] != "markdown" or language not in cell["metadata"].get("tags", []):
                continue
            for part in re.split(r"^(?=#{1,6} )", "".join(cell["source"]), flags=re.MULTILINE):
                level, title, text = re.fullmatch(r"(?:(#+) ([^\n]*))?(.*)", part, re.DOTALL).groups()
                if level:
                    section, heading = section + 1, title
                    counted = counted if len(level) > 2 else bool(re.match(r"\d+\. ", title))
                if counted:
                    found += [Passage(path.parent.name, section, heading, some) for some in _pieces(text)]
    return found


def _pieces(text):
    """Paragraphs, put together as long as they stay short; without those that explain nothing: pauses, and tables."""
    paragraphs = [paragraph for paragraph in map(str.strip, re.split(r"\n\s*\n", text)) if not SILENT.match(paragraph)]
    pieces = [""]
    for paragraph in paragraphs:
        # how it is set says nothing; a _ within a name does
        paragraph = re.sub(r"<[^>]+>|!?\[([^\]]*)\]\([^)]*\)|[*`$]|\b_|_\b", r"\1", paragraph).strip()
        if pieces[-1] and len(pieces[-1]) + len(paragraph) > LONGEST:
            pieces.append("")
        pieces[-1] = f"{pieces[-1]}\n{paragraph}".strip()
    return [piece for piece in pieces if piece]


# --- By words


def terms(text):
    """What words are compared by: those of English in lower case, pairs of syllables of Korean ones."""
    found = []
    for word in re.findall(r"[가-힣]+|[^\W가-힣]+", text.lower()):
        if "가" <= word[0] <= "힣" and len(word) > 2:
            found += [word[i : i + 2] for i in range(len(word) - 1)]
        else:
            found.append(word)
    return found


class WordIndex:
    """Scores texts by the words of a question.

    Args:
        texts: a list of str.
    """

    def __init__(self, texts):
        counted = [Counter(terms(text)) for text in texts]
        self.places = {term: place for place, term in enumerate(sorted(set().union(*counted)))}
        table = np.zeros((len(texts), len(self.places)), "float32")  # how often each term is in each text
        for row, counter in zip(table, counted):
            for term, count in counter.items():
                row[self.places[term]] = count
        present = (table > 0).sum(axis=0)
        rare = np.log(1 + (len(texts) - present + 0.5) / (present + 0.5))
        length = table.sum(axis=1, keepdims=True) / table.sum(axis=1).mean()
        self.table = rare * table * (SATURATION + 1) / (table + SATURATION * (1 - LENGTH + LENGTH * length))

    def scores(self, question):
        """How well each text fits: (n,), float32."""
        columns = [self.places[term] for term in terms(question) if term in self.places]
        return self.table[:, columns].sum(axis=1)


# --- By meaning


def vectors(found, language, encode=None):
    """The vectors of passages: those that come with the course, and of what has changed since, from the index in
    .course/search, which is made or renewed where it must be.

    Args:
        found: a list of Passage.
        language: names the file.
        encode: a function of a list of str that returns (n, width); by default E5.

    Returns:
        (n, width), float32.

    Raises:
        CourseError: the weights are not on this machine and cannot be fetched.
    """
    keys = [_key(passage) for passage in found]
    path = home() / ".course" / "search" / f"{language}.npz"
    known = ({} if encode else _kept(stored(language))) | _kept(path)
    new = [place for place, key in enumerate(keys) if key not in known]
    if new:
        encode = encode or _e5("passage")
        sentence = say("reading once what is new in the course ({count} passages) ...", count=len(new))
        print(sentence, file=sys.stderr)
        made = encode([found[place].whole for place in new])
        known |= {keys[place]: vector for place, vector in zip(new, made)}
        _keep(path, keys, [known[key] for key in keys])
    return np.array([known[key] for key in keys], "float32")


def stored(language):
    """Where the vectors are that come with the course."""
    return COURSE / "chapters" / f"vectors-{language}.npz"


def store(language):
    """Write the vectors of all passages into the course, so that no learner waits for them."""
    found = passages(language)
    made = vectors(found, language)
    write_bytes(stored(language), _content([_key(passage) for passage in found], made))


def _key(passage):
    return hashlib.sha256(passage.whole.encode("utf-8")).hexdigest()


def _e5(kind):
    from course_lib import sentence_vectors

    return functools.partial(sentence_vectors.e5().encode, kind=kind)


def _kept(path):
    try:
        with np.load(io.BytesIO(path.read_bytes())) as stored:
            return dict(zip(stored["keys"].tolist(), stored["vectors"].astype("float32"), strict=True))
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):  # there is none yet, or it is damaged
        return {}


def _content(keys, made):
    content = io.BytesIO()
    np.savez_compressed(content, keys=np.array(keys), vectors=np.array(made, "float16"))
    return content.getvalue()


def _keep(path, keys, made):
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_bytes(path, _content(keys, made))
    except OSError:  # a folder of somebody else's: it is made again next time
        pass


# --- Both


@functools.cache
def _course(language):
    found = passages(language)
    return found, WordIndex([passage.whole for passage in found])


def known(question, language):
    """Whether a word of a question, or a pair of its syllables, stands in the lessons of a language.

    Raises:
        CourseError: the language is unknown.
    """
    _, words = _course(_one_of("language", language, LANGUAGES))
    return any(term in words.places for term in terms(question))


def _one_of(name, value, values):
    if value not in values:
        sentence = say(
            "found {value} as {name}: it must be one of {known}", value=repr(value), name=name, known=", ".join(values)
        )
        raise CourseError(sentence)  # fmt: skip
    return value


def search(question, language, count=5, way=BOTH):
    """The sections that explain what is asked, the best first.

    Args:
        question: str.
        language: "ko" or "en", of the lessons.
        count: how many sections at most.
        way: one of `WAYS`.

    Returns:
        A list of Passage, each of another section: the one in it that fits best.

    Raises:
        CourseError: the language or the way is unknown; or meaning is asked for, and its weights are not on this
            machine and cannot be fetched.
    """
    _one_of("way", way, WAYS)
    found, words = _course(_one_of("language", language, LANGUAGES))
    scores = []
    if way in (WORDS, BOTH):
        scores.append(words.scores(question))
    if way in (MEANING, BOTH):
        made = vectors(found, language)
        scores.append(made @ _e5("query")([question])[0])
    return best(found, scores, count)


def best(found, scores, count):
    """The sections with the best scores, and of each the passage that fits best.

    Args:
        found: a list of Passage.
        scores: a list of arrays (n,), one for each way of looking; 0 or less says that nothing fits.
        count: how many at most.
    """
    sections = {place: number for number, place in enumerate(dict.fromkeys(passage.place for passage in found))}
    rows = np.array([sections[passage.place] for passage in found])
    total, clearest = np.zeros(len(sections)), np.zeros(len(found))
    for values in scores:
        highest = np.zeros(len(sections))
        np.maximum.at(highest, rows, values)
        ranks = np.argsort(np.argsort(-highest, kind="stable"), kind="stable")
        total += np.where(highest > 0, 1 / (FUSION + 1 + ranks), 0)
        clearest += values / max(highest.max(), 1e-9)
    order = [number for number in np.argsort(-total, kind="stable") if total[number] > 0]
    return [found[max(np.flatnonzero(rows == number), key=clearest.__getitem__)] for number in order[:count]]
