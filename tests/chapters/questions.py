"""Questions of `predict` and where their answers stand: nothing open before the answer may give it away."""

import ast
import re

NUMERAL = re.compile(r"(?<![\w.])[-+]?\d{1,3}(?:,\d{3})+(?:\.\d+)?(?![\w])|(?<![\w.])[-+]?\d+(?:\.\d+)?(?!\w)")
ANSWER = re.compile(r"^Answer: (.+)$", re.MULTILINE)
TELLING = ("title", "alt")  # arguments that say what a figure shows
COMMENT = re.compile(r"#.*")


def open_answers(notebook):
    """Each question stands alone in its cell and is answered once, later; no source that is open before or at the answer
    holds it, makes a claim or names a figure. Cells with the tag `reveal` are folded in what learners get."""
    complaints, asked, answered = [], {}, {}
    for place, cell in enumerate(notebook.cells):
        if cell.cell_type != "code":
            continue
        tree = ast.parse(cell.source)
        shown = ANSWER.findall("".join(output.get("text", "") for output in cell.get("outputs", [])))
        keys = {name: _keys(tree, name) for name in ("predict", "reveal")}
        for key in keys["predict"]:
            if key in asked:
                complaints.append(f"the question {key!r} is asked twice")
            asked[key] = place
        if keys["predict"] and not all(isinstance(part, ast.Expr | ast.ImportFrom) for part in tree.body):
            complaints.append(f"the question {keys['predict'][0]!r} does not stand alone in its cell")
        if keys["reveal"] and len(shown) != len(keys["reveal"]):
            complaints.append(f"the answers to {', '.join(keys['reveal'])} are not in the cell's output")
        for key, answer in zip(keys["reveal"], shown):
            if key in answered:
                complaints.append(f"the question {key!r} is answered twice")
            answered[key] = place
            if key in asked:
                complaints += [
                    f"the answer to {key!r} stands open: {why}"
                    for between in notebook.cells[asked[key] + 1 : place + 1]
                    if "reveal" not in between.metadata.get("tags", [])
                    for why in _tells(between, answer)
                ]
    complaints += [f"the question {key!r} is never answered" for key in asked if answered.get(key, -1) < asked[key]]
    complaints += [f"the answer to {key!r} has no question before it" for key in answered if key not in asked]
    return complaints


def _keys(tree, name):
    """First arguments of the calls of a function, in the order of the text."""
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and getattr(node.func, "id", "") == name]
    return [call.args[0].value for call in sorted(calls, key=lambda call: (call.lineno, call.col_offset))]


def _tells(cell, answer):
    """Why an open cell gives an answer away; empty if it does not."""
    where = f"in {cell.source.strip()[:40]!r}"
    if cell.cell_type == "markdown":
        return [f"{answer} {where}"] * _holds([cell.source], answer)
    tree = ast.parse(cell.source)
    reasons = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "claim":
            reasons.append(f"a claim {where}")
        if isinstance(node, ast.keyword) and node.arg in TELLING and any(map(_words, ast.walk(node.value))):
            reasons.append(f"{node.arg} {where}")
    constants = [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)]
    texts = [value for value in constants if isinstance(value, str)] + COMMENT.findall(cell.source)
    numbers = [str(value) for value in constants if isinstance(value, int | float) and not isinstance(value, bool)]
    return reasons + [f"{answer} {where}"] * _holds(texts + numbers, answer)


def _words(node):
    return isinstance(node, ast.Constant) and isinstance(node.value, str) and bool(node.value.strip())


def _holds(texts, answer):
    """Whether one of some texts holds the answer: its number, or else its words."""
    if number := NUMERAL.match(answer):
        wanted = float(number[0].replace(",", ""))
        return any(float(found.replace(",", "")) == wanted for text in texts for found in NUMERAL.findall(text))
    return any(answer.casefold() in text.casefold() for text in texts)
