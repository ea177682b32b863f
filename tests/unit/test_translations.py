"""chrF against sacrebleu's, and exact matches."""

import numpy as np
import pytest
from sacrebleu.metrics import CHRF

from course_lib import data, translations
from course_lib.errors import CourseError


def spoilt(text, generator, share):
    """A text with some of its characters replaced, left out or doubled."""
    letters = []
    for letter in text:
        spoil = generator.random() <= share
        letters.append(str(generator.choice(["", "x", "이", " ", letter * 2])) if spoil else letter)
    return "".join(letters)


@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize("share", [0.0, 0.05, 0.3, 0.9])
@pytest.mark.parametrize("options", [{}, {"order": 4, "beta": 1}, {"order": 2, "beta": 3}])
def test_chrf_equals_that_of_sacrebleu(language, share, options):
    generator = np.random.default_rng(0)
    right = [*data.help_sentences(language, "test")[:60], "짧다", "a", "no more"]
    found = [spoilt(text, generator, share) for text in right[:-1]] + ["아무 관계가 없는 문장"]
    theirs = CHRF(char_order=options.get("order", 6), beta=options.get("beta", 2))
    for ours, expected in ((found, right), *(([one], [other]) for one, other in zip(found, right))):
        score = theirs.corpus_score(ours, [expected]).score
        assert translations.chrf(ours, expected, **options) == pytest.approx(score)


def test_the_ends_of_chrf():
    assert translations.chrf(["세 시"], ["세시"]) == 100 and translations.chrf(["a"], ["b"]) == 0
    assert translations.chrf([""], ["b"]) == 0 and translations.chrf(["", "b"], ["b", "b"]) > 0


def test_paired_bootstrap_scores_both_on_the_same_texts():
    generator, right = np.random.default_rng(1), data.help_sentences("en", "test")[:40]
    better, worse = ([spoilt(text, generator, share) for text in right] for share in (0.05, 0.3))
    found = translations.paired_bootstrap(better, worse, right, draws=20, seed=3)
    again = np.random.default_rng(3)
    for difference in found:
        chosen = again.integers(40, size=40)
        expected = [right[place] for place in chosen]
        scores = [
            CHRF().corpus_score([texts[place] for place in chosen], [expected]).score for texts in (better, worse)
        ]
        assert difference == pytest.approx(scores[0] - scores[1])
    assert np.ptp(found) > 0 and not translations.paired_bootstrap(worse, worse, right, draws=5).any()


def test_exact_match():
    assert translations.exact_match(["세 시", "네 시", "a", "b"], ["세 시", "네시", "a", "B"]) == 0.5


@pytest.mark.parametrize("measure", [translations.chrf, translations.exact_match])
def test_one_text_for_each_is_expected(measure):
    for found, expected in ((["a"], ["a", "b"]), ([], [])):
        with pytest.raises(CourseError, match=f"found {len(found)} texts for {len(expected)} that are expected"):
            measure(found, expected)
