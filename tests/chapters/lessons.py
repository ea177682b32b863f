"""What only lessons must fulfil: questions whose answers do not stand open, names that keep their meaning, minutes that
are measured."""

import ast
import re

import lint

WORDS, LINES = 200, 20  # that are read in a minute, of prose and of code

NUMERAL = re.compile(r"(?<![\w.])[-+]?\d{1,3}(?:,\d{3})+(?:\.\d+)?(?![\w])|(?<![\w.])[-+]?\d+(?:\.\d+)?(?!\w)")
ANSWER = re.compile(r"^Answer: (.+)$", re.MULTILINE)
TELLING = ("title", "alt")  # arguments that say what a figure shows
COMMENT = re.compile(r"#.*")
SECTION = re.compile(r"^## ", re.MULTILINE)


def open_answers(notebook):
    """Each question stands alone in its cell and is answered once, later; no source that is open before or at the
    answer holds it, makes a claim or names a figure; and where the answer is chosen, no name holds it to which an open cell
    before the question, in its section, gives a value. Cells with the tag `reveal` are folded in what learners get."""
    complaints, asked, answered, chosen = [], {}, {}, set()
    known, named = {}, {}  # name -> the cell that gives it a value: so far in the section, and before each question
    for place, cell in enumerate(notebook.cells):
        if cell.cell_type != "code":
            known = {} if SECTION.search(cell.source) else known
            continue
        tree = ast.parse(cell.source)
        shown = ANSWER.findall("".join(output.get("text", "") for output in cell.get("outputs", [])))
        calls = {name: _calls(tree, name) for name in ("predict", "reveal")}
        keys = {name: [call.args[0].value for call in calls[name]] for name in calls}
        chosen |= {
            call.args[0].value for call in calls["predict"] if any(word.arg == "choices" for word in call.keywords)
        }
        for key in keys["predict"]:
            if key in asked:
                complaints.append(f"the question {key!r} is asked twice")
            asked[key], named[key] = place, {**known}
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
                    for why in _tells(between, answer, key in chosen)
                ]
                complaints += [
                    f"the answer to {key!r} stands open: the name {name!r} in {where!r}"
                    for name, where in named[key].items()
                    if key in chosen and answer.casefold().replace(" ", "_") in name.casefold()
                ]
        if "reveal" not in cell.metadata.get("tags", []):
            known |= {name: cell.source.strip()[:40] for name in _given(tree)}
    complaints += [f"the question {key!r} is never answered" for key in asked if answered.get(key, -1) < asked[key]]
    complaints += [f"the answer to {key!r} has no question before it" for key in answered if key not in asked]
    return complaints


def _calls(tree, name):
    """The calls of a function, in the order of the text."""
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and getattr(node.func, "id", "") == name]
    return sorted(calls, key=lambda call: (call.lineno, call.col_offset))


def _tells(cell, answer, chosen):
    """Why an open cell gives an answer away; empty if it does not."""
    where = f"in {cell.source.strip()[:40]!r}"
    if cell.cell_type == "markdown":
        return [f"{answer} {where}"] * _holds([cell.source], answer, chosen)
    tree = ast.parse(cell.source)
    if _calls(tree, "predict"):  # another question, whose choices may be the same
        return []
    reasons = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "claim":
            reasons.append(f"a claim {where}")
        if isinstance(node, ast.keyword) and node.arg in TELLING and any(map(_words, ast.walk(node.value))):
            reasons.append(f"{node.arg} {where}")
    constants = [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)]
    texts = [value for value in constants if isinstance(value, str)] + COMMENT.findall(cell.source)
    numbers = [str(value) for value in constants if isinstance(value, int | float) and not isinstance(value, bool)]
    return reasons + [f"{answer} {where}"] * _holds(texts + numbers, answer, chosen)


def _words(node):
    return isinstance(node, ast.Constant) and isinstance(node.value, str) and bool(node.value.strip())


def _holds(texts, answer, chosen):
    """Whether one of some texts holds the answer: its number, or else, where it was chosen, its words."""
    number = None if chosen else NUMERAL.match(answer)
    if number:
        wanted = float(number[0].replace(",", ""))
        return any(float(found.replace(",", "")) == wanted for text in texts for found in NUMERAL.findall(text))
    return any(answer.casefold() in text.casefold() for text in texts)


def minutes(notebook):
    """Minutes that reading a lesson takes, prose and code; its English stands for both languages."""
    words = lines = 0
    for cell in notebook.cells:
        if cell.cell_type == "code":
            lines += len(cell.source.splitlines())
        elif lint.language(cell) != "ko":
            words += len(cell.source.split())
    return words / WORDS + lines / LINES


def reused(notebook):
    """A name that several cells give values to is read only where it has just been given one: so every cell may be run
    again, in any order."""
    given, read = {}, {}
    for place, cell in enumerate(notebook.cells):
        if cell.cell_type == "code":
            for name, is_given in _names(ast.parse(cell.source)):
                given.setdefault(name, set()).add(place) if is_given else read.setdefault(name, set()).add(place)
    return [
        f"the name {name!r} is given values in {len(places)} cells, and another cell reads it"
        for name, places in given.items()
        if len(places) > 1 and read.get(name, set()) - places
    ]


def _names(tree):
    """(name, whether it is given a value) of a cell; what is local to a function or a comprehension is left out."""
    found = []

    def visit(node, local):
        if isinstance(node, ast.FunctionDef | ast.Lambda):
            if isinstance(node, ast.FunctionDef) and not local:
                found.append((node.name, True))
            own = {arg.arg for arg in ast.walk(node) if isinstance(arg, ast.arg)}
            local = local | own | _given(node)
        elif isinstance(node, ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp):
            local = local.union(*(_given(generator.target) for generator in node.generators))
        elif isinstance(node, ast.alias):
            found.append(((node.asname or node.name).split(".")[0], True))
        elif isinstance(node, ast.Name) and node.id not in local:
            found.append((node.id, isinstance(node.ctx, ast.Store)))
        for child in ast.iter_child_nodes(node):
            visit(child, local)

    visit(tree, frozenset())
    return found


def _given(tree):
    """The names that are given a value somewhere in it."""
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
