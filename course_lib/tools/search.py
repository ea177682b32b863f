"""The `search` command: where in the course is this explained?"""

import sys

from course_lib import retrieval, runtime
from course_lib.errors import CourseError
from course_lib.texts import language, say

SHOWN = 160  # letters of a passage
NOTHING = 1


def main(words, count):
    """`python -m course_lib search`; returns the exit status: 0, or 1 if nothing was found.

    Where the weights for meaning cannot be had, one sentence says so, and words alone are looked for. Where no word of
    the question stands in the course, one says that what follows is nearest by meaning.

    Args:
        words: of the question.
        count: how many sections are shown at most.

    Raises:
        CourseError: the question is empty.
    """
    question = " ".join(words)
    if not retrieval.terms(question):
        raise CourseError(say("the question is empty: say what you look for"))
    runtime.start()  # without what TensorFlow has to say in a terminal
    try:
        found = retrieval.search(question, language(), count)
    except CourseError as error:
        print(f"course_lib: {error}", file=sys.stderr)
        print(say("until then, only words are compared, not what they mean:"))
        found = retrieval.search(question, language(), count, retrieval.WORDS)
    if not found:
        print(say("nothing found: ask with other words"))
        return NOTHING
    if not retrieval.known(question, language()):
        print(say("no word of it stands in the course; nearest by meaning:"))
    for place, passage in enumerate(found, 1):
        print(f"{place}. {passage.chapter[:2]} · {passage.heading}\n   {shortened(passage.text)}")
    return 0


def shortened(text):
    """The beginning of a text, in one line."""
    text = " ".join(text.split())
    return text if len(text) <= SHOWN else text[:SHOWN].rpartition(" ")[0] + " ..."
