"""A translation memory: the translation of the known sentence that is most like the one to be translated.

How alike two sentences are is counted in runs of three characters: twice as many as they share, divided by those of the
first and those of the second (Dice, "Measures of the Amount of Ecologic Association Between Species", Ecology, 1945).
"""

import numpy as np

from course_lib import translations
from course_lib.errors import CourseError
from course_lib.texts import say

RUN = 3  # characters


class Memory:
    """Sentences and their translations.

    Args:
        sentences: a list of str.
        answers: a list of str, as many.
        among: take the one with the highest chrF among so many that are most alike; 1 for the one most alike.

    Raises:
        CourseError: the lists are empty or not of the same length.
    """

    def __init__(self, sentences, answers, among=1):
        if len(sentences) != len(answers) or not len(sentences):
            raise CourseError(
                say(
                    "found {answers} answers for {sentences} sentences: give one for each, and at least one",
                    answers=len(answers),
                    sentences=len(sentences),
                )
            )
        self.sentences, self.answers, self.among = list(sentences), list(answers), among
        runs = [_runs(sentence) for sentence in sentences]
        places = {}
        for place, found in enumerate(runs):
            for run in found:
                places.setdefault(run, []).append(place)
        self._places = {run: np.array(found) for run, found in places.items()}
        self._sizes = np.array([len(found) for found in runs])

    def likeness(self, sentence):
        """How much each known sentence is like this one, from 0 to 1: (sentences,)."""
        runs = _runs(sentence)
        known = [self._places[run] for run in runs if run in self._places]
        shared = np.bincount(np.concatenate(known), minlength=len(self._sizes)) if known else 0
        return 2 * shared / np.maximum(self._sizes + len(runs), 1)

    def nearest(self, sentence):
        """The place of the known sentence that is taken, and how alike it is, from 0 to 1."""
        likeness = self.likeness(sentence)
        best = np.argsort(-likeness, kind="stable")[: self.among]
        if self.among > 1:
            best = sorted(best, key=lambda place: -translations.chrf([self.sentences[place]], [sentence]))
        return int(best[0]), float(likeness[best[0]])

    def translate(self, sentences):
        """The answers of the nearest sentences: a list of str."""
        return [self.answers[self.nearest(sentence)[0]] for sentence in sentences]


def closeness(pairs, known):
    """How much of each pair is known already: the likeness of its nearest sentence, in the language where it is nearer.

    Args:
        pairs, known: lists of objects with `ko` and `en`.

    Returns:
        (pairs,), from 0 to 1.
    """
    found = []
    for language in ("ko", "en"):
        sentences = [getattr(pair, language) for pair in known]
        memory = Memory(sentences, sentences)
        found.append([memory.nearest(getattr(pair, language))[1] for pair in pairs])
    return np.max(found, axis=0)


def _runs(sentence):
    text = f" {' '.join(sentence.casefold().split())} "
    return {text[place : place + RUN] for place in range(len(text) - RUN + 1)}
