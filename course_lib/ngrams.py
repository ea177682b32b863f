"""Language models that count: how often did a token follow the n - 1 tokens before it?

What was never seen is not impossible, so each count is filled up from the shorter n-gram (MacKay and Peto, "A
hierarchical Dirichlet language model", 1995):

    P(a | s) = (N(s, a) + strength x P(a | s')) / (N(s) + strength)

where s' is s without its first token, and of nothing before, all tokens are equally likely.
"""

import itertools
import math
from collections import Counter

from course_lib.errors import CourseError
from course_lib.texts import say


class NGrams:
    """Counts of all n-grams of up to `order` tokens.

    Args:
        texts: a list of lists of tokens; an n-gram lies within one.
        order: the largest n.
        vocabulary: how many different tokens there are.
        strength: of what shorter n-grams say.

    Raises:
        CourseError: the order is below 1, or the strength is not above 0.
    """

    def __init__(self, texts, order, vocabulary, strength=5.0):
        if order < 1 or not strength > 0:
            raise CourseError(say("found order={order} and strength={strength}: the order must be at least 1, and the strength above 0", order=order, strength=strength))  # fmt: skip
        self.order, self.vocabulary, self.strength = order, vocabulary, strength
        self.followed = Counter()  # tuple of tokens -> how often
        self.before = Counter()  # the same without the last token of a text, behind which nothing follows
        for text in texts:
            text = tuple(text)
            for n in range(1, order + 1):
                grams = [text[i : i + n] for i in range(len(text) - n + 1)]
                self.followed.update(grams)
                self.before.update(gram[:-1] for gram in grams)

    def probabilities(self, context, token):
        """How likely a token is, by 1-grams, 2-grams and so on.

        Args:
            context: the tokens before it; only the last `order` - 1 count.
            token: int.

        Returns:
            A list of floats, one for each n for which there are enough tokens before.
        """
        context, chance, found = tuple(context), 1 / self.vocabulary, []
        for n in range(1, min(self.order, len(context) + 1) + 1):
            before = context[len(context) - n + 1 :]
            seen = self.followed[(*before, token)] + self.strength * chance
            chance = seen / (self.before[before] + self.strength)
            found.append(chance)
        return found

    def perplexity(self, texts, start=1):
        """The perplexity of texts: among how many equally likely tokens one would have to guess, each time.

        Args:
            texts: a list of lists of tokens.
            start: the first token of each text that is guessed; those before it are only read.

        Raises:
            CourseError: nothing is to be guessed.
        """
        logs = [
            math.log(self.probabilities(text[max(0, i - self.order + 1) : i], text[i])[-1])
            for text in texts
            for i in range(start, len(text))
        ]
        if not logs:
            raise CourseError(say("no token is to be guessed: give texts of more than {start} tokens", start=start))
        return math.exp(-sum(logs) / len(logs))

    def write(self, context, count, choose):
        """Write on.

        Args:
            context: tokens that are there already.
            count: how many more.
            choose: a function of logarithms of probabilities, a list of `vocabulary` floats, that returns a token.

        Returns:
            The new tokens, a list.
        """
        written = list(context)
        for _ in itertools.repeat(None, count):
            before = written[max(0, len(written) - self.order + 1) :]
            written.append(
                choose([math.log(self.probabilities(before, token)[-1]) for token in range(self.vocabulary)])
            )
        return written[len(context) :]
