"""Which token comes next? What is done to the logits of a language model before one is drawn.

Each function takes logits of one place, (vocabulary,), and returns logits of the same shape, in which -infinity means
never; so they can be put one behind the other. The softmax of what comes out says how likely each token is.

- Temperature: below 1, what is likely becomes more likely; towards 0, only the likeliest is left.
- Top-k: only the k likeliest (Fan et al., "Hierarchical Neural Story Generation", ACL 2018).
- Top-p: as few of the likeliest as have a probability of p together (Holtzman et al., "The Curious Case of Neural Text
  Degeneration", ICLR 2020).
- Repetition penalty: what was written already becomes less likely (Keskar et al., "CTRL", 2019).
"""

import numpy as np

from course_lib.errors import CourseError
from course_lib.texts import say


def softmax(logits):
    """Probabilities that sum to 1 over the last axis, float64."""
    logits = np.asarray(logits, "float64")
    powers = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)


def temperature(logits, value):
    """Divide by the temperature.

    Args:
        logits: (..., vocabulary).
        value: the temperature, above 0.

    Returns:
        Logits of the same shape.

    Raises:
        CourseError: it is not above 0.
    """
    if not value > 0:
        raise CourseError(say("found a temperature of {value}: it must be above 0; for the likeliest token, take greedy", value=value))  # fmt: skip
    return np.asarray(logits) / value


def top_k(logits, k):
    """Never what is less likely than the k-th; what is exactly as likely stays.

    Args:
        logits: (vocabulary,).
        k: how many tokens are left, 1 or more; more than there are change nothing.

    Returns:
        Logits of the same shape, -infinity where never.

    Raises:
        CourseError: k is below 1.
    """
    if k < 1:
        raise CourseError(say("found k = {k}: at least one token must be left", k=k))
    logits = np.asarray(logits)
    kth = np.sort(logits)[-min(k, len(logits))]
    return np.where(logits < kth, -np.inf, logits)


def top_p(logits, p):
    """Only the likeliest tokens, as few as have a probability of at least p together; always one.

    Args:
        logits: (vocabulary,).
        p: the probability, above 0 and at most 1.

    Returns:
        Logits of the same shape, -infinity where never.

    Raises:
        CourseError: p is not above 0 and at most 1.
    """
    if not 0 < p <= 1:
        raise CourseError(say("found p = {p}: it is a probability, above 0 and at most 1", p=p))
    logits = np.asarray(logits)
    order = np.argsort(-logits, kind="stable")
    sums = np.cumsum(softmax(logits)[order])
    kept = order[: 1 + np.searchsorted(sums[:-1], p)]
    found = np.full_like(logits, -np.inf)
    found[kept] = logits[kept]
    return found


def repetition(logits, written, penalty):
    """Make tokens that stand in the text already less likely: positive logits are divided, negative ones multiplied.

    Args:
        logits: (vocabulary,).
        written: the tokens so far, integers.
        penalty: 1 for none.

    Returns:
        Logits of the same shape.

    Raises:
        CourseError: the penalty is not above 0.
    """
    if not penalty > 0:
        raise CourseError(say("found a penalty of {penalty}: it must be above 0, and 1 changes nothing", penalty=penalty))  # fmt: skip
    found = np.array(logits)
    places = np.unique(np.asarray(written, int))
    found[places] = np.where(found[places] < 0, found[places] * penalty, found[places] / penalty)
    return found


def greedy(logits):
    """The likeliest token, an integer."""
    return int(np.argmax(logits))


def draw(logits, generator):
    """A token, drawn by its probability.

    Args:
        logits: (vocabulary,).
        generator: numpy.random.Generator.

    Returns:
        int.
    """
    sums = np.cumsum(softmax(logits))
    return int(np.searchsorted(sums, generator.random() * sums[-1], side="right"))


def choice(generator, heat=1.0, k=None, p=None, penalty=1.0, read=()):
    """All of it in the usual order, as `course_lib.models.gpt.generate` takes it: repetition, temperature, k, then p.

    Args:
        generator: numpy.random.Generator.
        heat: the temperature; 0 for the likeliest token.
        k, p: of `top_k` and `top_p`; None for all tokens.
        penalty: of `repetition`, against the tokens that were chosen before.
        read: further tokens that it holds against, such as the prompt's.

    Returns:
        A function of logits (vocabulary,) that returns a token.

    Raises:
        CourseError: a number is out of its range, as of the functions above; the temperature may be 0, too.
    """
    if heat != 0:
        temperature([0.0], heat)  # which says what is wrong now, and not at the first token
    for of, value in ((top_k, k), (top_p, p)):
        if value is not None:
            of([0.0], value)
    repetition([0.0], [], penalty)
    written = [*read]

    def choose(logits):
        logits = repetition(logits, written, penalty)
        if heat == 0:
            token = greedy(logits)
        else:
            logits = temperature(logits, heat)
            logits = logits if k is None else top_k(logits, k)
            token = draw(logits if p is None else top_p(logits, p), generator)
        written.append(token)
        return token

    return choose
