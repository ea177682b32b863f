"""Tools for a language model: it writes NAME(argument), a program computes, the result goes back, and it writes on.

What the model is told is English, whatever the reader's language: it was trained on little else.
"""

import ast
import operator
import re
from typing import NamedTuple

CALL = re.compile(r"\b([A-Z]+)\(((?:[^()\n]|\([^()\n]*\))*)\)")
OPERATIONS = {ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv}
LONGEST = 100  # letters of an expression
TOLD = [  # how it is done, as a conversation that has been
    {"role": "system", "content": "You have a calculator. To use it, write CALC(expression) and nothing else."},
    {"role": "user", "content": "What is 31 + 26?"},
    {"role": "assistant", "content": "CALC(31 + 26)"},
    {"role": "user", "content": "Result: 57"},
    {"role": "assistant", "content": "31 + 26 = 57."},
]


class Used(NamedTuple):
    """What came of it: the last answer, None where the rounds were used up; and (call, result) of each call."""

    answer: str | None
    calls: list


def use(model, question, tools, rounds=3, most=40, before=TOLD):
    """Let a model answer with tools.

    Args:
        model: a `LanguageModel`.
        question: a text.
        tools: {name in capital letters: function of a text}; it raises ValueError with a sentence where it cannot.
        rounds: how many calls it gets.
        most: how many tokens it may write each time.
        before: messages that stand in front of the question.

    Returns:
        `Used`.
    """
    turns, calls = [*before, {"role": "user", "content": question}], []
    while True:
        said = model.answer(turns, most=most).finish()
        call = CALL.search(said)
        if call is None:
            return Used(said, calls)
        if len(calls) == rounds:
            return Used(None, calls)
        name, argument = call.groups()
        try:
            told = f"Result: {tools[name](argument)}"
        except KeyError:
            told = f"Error: there is no tool {name}; there is {', '.join(tools)}."
        except ValueError as error:
            told = f"Error: {error}"
        calls.append((call[0], told))
        turns.append({"role": "assistant", "content": said[: call.end()]})  # what it made up behind the call is gone
        turns.append({"role": "user", "content": told})


def calculator(expression):
    """The value of numbers with + - * / and brackets, as text. Nothing of it is run as Python.

    Raises:
        ValueError: it is anything else, with what it may be.
    """

    def value(node):
        match node:
            case ast.Constant(value=int() | float() as number) if not isinstance(number, bool):
                return number
            case ast.UnaryOp(op=ast.USub(), operand=of):
                return -value(of)
            case ast.BinOp(left=left, op=op, right=right) if type(op) in OPERATIONS:
                return OPERATIONS[type(op)](value(left), value(right))
        raise ValueError(f"{expression[:LONGEST]!r} has more than numbers, + - * / and brackets.")

    if len(expression) > LONGEST:
        raise ValueError(f"an expression has at most {LONGEST} letters.")
    try:
        parsed = ast.parse(expression.strip(), mode="eval")
    except (SyntaxError, ValueError):  # ValueError: which Python has for null bytes
        raise ValueError(f"{expression!r} is no expression.") from None
    try:
        return f"{value(parsed.body):.10g}"
    except ArithmeticError:
        raise ValueError(f"{expression!r} has no value.") from None
