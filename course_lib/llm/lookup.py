"""Prompt lookup decoding: answers often repeat what stands before them, so guess that they do, and check the guess.

Reading several tokens at once costs a processor little more than reading one. So what came after the last place where
the latest tokens stood before is read along with them; each guess that is what the model would have written is kept,
and the first that is not gives way to the model's own. The tokens are the same as without (Saxena, "Prompt Lookup
Decoding", 2023; the check is that of Leviathan et al., "Fast Inference from Transformers via Speculative Decoding",
ICML 2023).
"""

import numpy as np

LONGEST, MOST = 3, 7  # tokens that must be the same, and tokens that are guessed


def guess(tokens, longest=LONGEST, most=MOST):
    """What may come next.

    Args:
        tokens: list of integers.
        longest: how many tokens at the end are looked for; where they stand nowhere else, one less, down to 2.
        most: how many tokens to give.

    Returns:
        What follows the last earlier place, a list of at most `most` tokens; empty where there is no such place.
    """
    tokens = list(tokens)
    for length in range(min(longest, len(tokens) - 1), 1, -1):
        end = tokens[-length:]
        for start in range(len(tokens) - length - 1, -1, -1):
            if tokens[start : start + length] == end:
                return tokens[start + length : start + length + most]
    return []


def write(engine, tokens, most=128, ends=(), longest=LONGEST, guessed=MOST):
    """Continue a text, always with the likeliest token.

    Args:
        engine: an `Engine`.
        tokens, most, ends: as of `Engine.write`.
        longest, guessed: as of `guess`.

    Yields:
        Lists of tokens as they come: those that one reading has settled.
    """
    known = [int(token) for token in tokens]
    most = min(most, engine.config.longest - len(known))
    logits, cache = engine.begin(known)
    next_ = int(np.argmax(logits))
    while most > 0:
        settled = [next_]
        if next_ not in ends and most > 1:
            ahead = guess([*known, next_], longest, min(guessed, most - 1))
            logits, cache = engine.read([next_, *ahead], len(known), cache)
            theirs = np.argmax(logits, axis=1).tolist()
            right = 0
            while right < len(ahead) and ahead[right] == theirs[right]:
                settled.append(ahead[right])
                right += 1
                if settled[-1] in ends:
                    break
            next_ = theirs[right]
        yield settled
        known += settled
        most -= len(settled)
        if settled[-1] in ends:
            return
