"""Tools for a language model: what goes back to it, when the loop ends, and what the calculator takes."""

import json

import pytest

from course_lib import data
from course_lib.llm import calling

TOOLS = {"CALC": calling.calculator}


class Pretends:
    """Instead of a model: says one text after the other, and keeps what it was given."""

    def __init__(self, *said):
        self.said, self.given = list(said), []

    def answer(self, messages, most):
        self.given.append([dict(message) for message in messages])
        return self

    def finish(self):
        return self.said.pop(0)


def test_results_go_back_and_the_model_may_call_again():
    model = Pretends("First CALC(2 + 3), which is 7", "CALC(5 * (1 + 1))", "It is 10.")
    used = calling.use(model, "How much?", TOOLS)
    assert used.answer == "It is 10." and used.calls == [
        ("CALC(2 + 3)", "Result: 5"),
        ("CALC(5 * (1 + 1))", "Result: 10"),
    ]
    *told, last = model.given[-1]
    assert told[: len(calling.TOLD)] == calling.TOLD and last == {"role": "user", "content": "Result: 10"}
    assert [message["content"] for message in told[len(calling.TOLD) :]] == [
        "How much?",
        "First CALC(2 + 3)",  # without the result that it made up
        "Result: 5",
        "CALC(5 * (1 + 1))",
    ]


def test_what_cannot_be_called_gets_a_sentence():
    model = Pretends("SQRT(2)", "CALC(2 ** 9)", "CALC(1 / 0)", "I give up.")
    used = calling.use(model, "How much?", {**TOOLS, "DATE": str})
    assert used.answer == "I give up."
    assert [told for _, told in used.calls] == [
        "Error: there is no tool SQRT; there is CALC, DATE.",
        "Error: '2 ** 9' has more than numbers, + - * / and brackets.",
        "Error: '1 / 0' has no value.",
    ]


@pytest.mark.parametrize("rounds", [0, 2])
def test_there_is_a_limit_to_the_calls(rounds):
    model = Pretends(*["CALC(1)"] * 9)
    used = calling.use(model, "How much?", TOOLS, rounds=rounds)
    assert used.answer is None and len(used.calls) == rounds and len(model.given) == rounds + 1


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("2+3", "5"),
        (" 2 * (3 - 5) ", "-4"),
        ("-7 / 2", "-3.5"),
        ("0.1 + 0.2", "0.3"),
        ("1e3", "1000"),
        ("1" + "0" * 90, "1e+90"),
        ("12 - 2 * 3", "6"),
    ],
)
def test_the_calculator(expression, value):
    assert calling.calculator(expression) == value


@pytest.mark.parametrize(
    ("expression", "sentence"),
    [
        ("", "is no expression"),
        ("2 +", "is no expression"),
        ("\0", "is no expression"),
        ("9" * 101, "at most 100 letters"),
        ("2 % 2", "more than numbers"),
        ("True", "more than numbers"),
        ("'a' * 3", "more than numbers"),
        ("a", "more than numbers"),
        ("__import__('os')", "more than numbers"),
        ("1j", "more than numbers"),
        ("1 / (2 - 2)", "has no value"),
        ("(" * 60 + "1" + ")" * 30, "is no expression"),
    ],
)  # fmt: skip
def test_what_the_calculator_refuses(expression, sentence):
    with pytest.raises(ValueError, match=sentence):
        calling.calculator(expression)


def test_the_record_holds_what_the_tool_said_and_the_same_sums_for_all():
    record = json.loads(data.file("llm_scores.json").read_text(encoding="utf-8"))
    tasks, rounds = record["tasks"], record["settings"]["rounds"]
    sums = {way: [item["result"] for item in tasks[way]] for way in ("asked", "shown", "turns", "steps", "tool")}
    assert len(sums["tool"]) == 20 and all(results == sums["tool"] for results in sums.values())
    for item in tasks["tool"]:
        assert len(item["calls"]) <= rounds
        for call, told in item["calls"]:
            name, argument = calling.CALL.fullmatch(call).groups()
            assert told == f"Result: {TOOLS[name](argument)}"
