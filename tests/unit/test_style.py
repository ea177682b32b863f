"""One style of code, and the settings that say which."""

import ast
import subprocess
import sys
import tomllib

import pytest

from course_lib.tools.places import COURSE

LIMIT = tomllib.loads((COURSE / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["ruff"]["line-length"]


@pytest.mark.parametrize("words", [("check",), ("format", "--check")])
def test_ruff(words):
    done = subprocess.run([sys.executable, "-m", "ruff", *words, "."], cwd=COURSE, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def too_long(code):
    """The numbers of lines that are longer than the limit even without the strings in them.

    The formatter breaks neither a line with `# fmt: skip` nor one with a comment behind the code. Comments
    that have a line of their own are ruff's W505.
    """
    strings = {}  # line -> columns, counted in bytes, that belong to a string
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.JoinedStr) or isinstance(node, ast.Constant) and isinstance(node.value, (str, bytes)):
            for line in range(node.lineno, node.end_lineno + 1):
                begin = node.col_offset if line == node.lineno else 0
                end = node.end_col_offset if line == node.end_lineno else len(code)
                strings.setdefault(line, set()).update(range(begin, min(end, 10_000)))
    found = []
    for number, line in enumerate(code.splitlines(), 1):
        text = line.removesuffix("  # fmt: skip").encode()
        if (
            len(line) > LIMIT
            and not text.lstrip().startswith(b"#")
            and len(text) - len(strings.get(number, set()) & set(range(len(text)))) > LIMIT
        ):
            found.append(number)
    return found


def test_only_sentences_and_data_make_lines_too_long():
    for folder in ("course_lib", "data"):
        for path in sorted((COURSE / folder).rglob("*.py")):
            lines = too_long(path.read_text(encoding="utf-8"))
            assert not lines, f"{path.relative_to(COURSE)}: lines {lines} have over {LIMIT} characters of code"


@pytest.mark.parametrize(
    "code, lines",
    [
        (f"x = '{'a' * 200}'", []),
        (f"f(g(h), f'{'a' * 200}{{x}}', {'b' * 99})", []),
        ("x = '''\n" + "a" * 200 + "\n'''", []),
        (f"\n\nx = {' + '.join(['name'] * 20)}  # fmt: skip", [3]),
        (f"{'x' * 121} = 'a'", [1]),
        (f"x = 'a'  # {'why ' * 30}", [1]),
        (f"# {'why ' * 30}", []),
    ],
)
def test_a_line_that_is_too_long_is_noticed(code, lines):
    assert too_long(code) == lines
