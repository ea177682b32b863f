"""Whether an answer of a language model is right, by rules that a program can check: what chapter 13 and
data/makers/llm_scores.py share.

Each item of a task is a dict with "prompt" and what its rule needs; `right` says whether an answer fulfils the rule.
"""

import re
import unicodedata

UNKNOWN = "|".join(  # ways of saying that a text does not tell, or that one does not know
    (
        r"\b(?:do|does|did|is|are|was|were)(?: not|n['’]t) (?:\w+ )?(?:know|say|said|tell|mention|specif|state|provide|indicate)",
        r"\b(?:no|not|n['’]t) (?:\w+ ){0,3}(?:answer|information|mention)",
        r"\b(?:can ?not|can['’]t) (?:be )?(?:know|say|said|tell|told|answer|determine)",
        r"\b(?:unknown|not sure|unclear)\b",
    )
)


def words(text):
    """The words and numbers of a text, small letters, accents taken away."""
    plain = unicodedata.normalize("NFKD", text.lower().replace(",", ""))
    letters = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return re.findall(r"[^\W_]+", unicodedata.normalize("NFC", letters))


def holds(answer, phrase):
    """Whether the words of a phrase stand in an answer, one behind the other."""
    said, wanted = words(answer), words(phrase)
    return any(said[at : at + len(wanted)] == wanted for at in range(len(said) - len(wanted) + 1))


def one_of(answer, item):
    """One of "accepted" stands in it."""
    return any(holds(answer, phrase) for phrase in item["accepted"])


def all_of(answer, item):
    """All of "required" stand in it, in at most "most" words, and not only because it repeats the request."""
    repeats = holds(answer, "with the words")
    return not repeats and len(words(answer)) <= item["most"] and all(holds(answer, one) for one in item["required"])


def not_known(answer, item):
    """It says that it does not know."""
    return re.search(UNKNOWN, answer.lower()) is not None


def result(answer, item):
    """Its last number is "result"."""
    numbers = re.findall(r"-?\d+(?:\.\d+)?", answer.replace(",", ""))
    return bool(numbers) and float(numbers[-1]) == item["result"]


def summarized(answer, item):
    """One sentence of at most "most" words, and at least "share" of its words stand in "text"."""
    said, given = words(answer), set(words(item["text"]))
    sentences = [part for part in re.split(r"[.!?](?:\s|$)", answer.strip()) if part]
    shared = sum(word in given for word in said)
    return len(sentences) == 1 and len(said) <= item["most"] and shared >= item["share"] * len(said) > 0


RULES = {
    "facts": one_of,
    "korean": one_of,
    "reading": one_of,
    "unanswerable": not_known,
    "summaries": summarized,
    "words": one_of,
    "sentences": one_of,
    "writing": all_of,
    "asked": result,
    "shown": result,
    "turns": result,
    "steps": result,
    "tool": result,
}


def right(task, item, answer):
    """Whether an answer to an item of a task, a key of `RULES`, is right."""
    return RULES[task](answer, item)
