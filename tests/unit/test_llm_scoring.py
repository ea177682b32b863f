"""Rules for answers of language models, and the record of chapter 13."""

import json

import pytest

from course_lib import data
from course_lib.llm import scoring

RECORD = json.loads(data.file("llm_scores.json").read_text(encoding="utf-8"))["tasks"]


def test_every_task_has_a_rule_and_its_record_is_what_the_rule_says():
    assert RECORD.keys() == scoring.RULES.keys()
    for task, items in RECORD.items():
        assert len(items) >= (10 if task == "korean" else 20)
        assert all(scoring.right(task, item, item["answer"]) == item["right"] for item in items), task


@pytest.mark.parametrize(
    ("task", "item", "answer", "right"),
    [
        ("facts", {"accepted": ["Au"]}, "Its symbol is Au.", True),
        ("facts", {"accepted": ["Au"]}, "Australia", False),
        ("facts", {"accepted": ["8"]}, "It has 18 legs", False),
        ("words", {"accepted": ["école"]}, "Ecole", True),
        ("unanswerable", {}, "The text does not say.", True),
        ("unanswerable", {}, "It does not specify who owns the shop.", True),
        ("unanswerable", {}, "The camera does not have a specific answer for the question.", True),
        ("unanswerable", {}, "The price isn’t mentioned.", True),
        ("unanswerable", {}, "I'm not sure.", True),
        ("unanswerable", {}, "It cannot be determined from the text.", True),
        ("unanswerable", {}, "She is 30 years old.", False),
        ("unanswerable", {}, "The head of the library is the head of the library.", False),
        ("unanswerable", {}, "She does not teach chess, but physics.", False),
        ("unanswerable", {}, "It was founded in 2018. It is not open on Mondays.", False),
        ("asked", {"result": 1234}, "It is 1,234.", True),
        ("asked", {"result": 19}, "14 + 5 = 20", False),
        ("asked", {"result": 19}, "nineteen", False),
        ("writing", {"required": ["moon", "milk"], "most": 6}, "The moon drank milk.", True),
        ("writing", {"required": ["moon", "milk"], "most": 6}, "The moonlight drank milk.", False),
        (
            "writing",
            {"required": ["moon", "milk"], "most": 12},
            'The cat with the words "moon" and "milk" is one.',
            False,
        ),
        ("writing", {"required": ["moon", "milk"], "most": 3}, "The moon drank milk.", False),
        ("summaries", {"text": "A cat sat. It slept.", "most": 5, "share": 0.8}, "A cat slept.", True),
        ("summaries", {"text": "A cat sat. It slept.", "most": 5, "share": 0.8}, "A cat sat. It slept.", False),
        ("summaries", {"text": "A cat sat. It slept.", "most": 5, "share": 0.8}, "Dogs bark.", False),
        ("summaries", {"text": "A cat sat.", "most": 5, "share": 0.8}, "", False),
    ],
)
def test_rules(task, item, answer, right):
    assert scoring.right(task, item, answer) is right
