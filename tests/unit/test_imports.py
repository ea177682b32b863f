"""Who may import whom: chapters -> library; tools and classroom -> library;
classroom -> tools; no circles, no room too large."""

import ast
from graphlib import CycleError, TopologicalSorter

import pytest

from course_lib.tools.places import COURSE

LINES = 400
# the doors from tools to the classroom; each opens only when somebody asks for it
DOORS = {
    "course_lib.tools.arguments",
    "course_lib.tools.cli",
    "course_lib.tools.bench.grading",
    "course_lib.tools.score",
}


def modules(root):
    """Dotted name -> path of every module of course_lib below a folder."""
    paths = sorted((root / "course_lib").rglob("*.py"))
    return {".".join(path.relative_to(root).with_suffix("").parts).removesuffix(".__init__"): path for path in paths}


def imports(name, path, known, at_import_only=False):
    """The modules of course_lib that a module imports; with `at_import_only`, not
    those that its functions import when called."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    later = {inner for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) for inner in ast.walk(node)}
    found = set()
    for node in ast.walk(tree):
        if at_import_only and node in later:
            continue
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = ".".join([*name.split(".")[: -node.level], node.module or ""]) if node.level else node.module
            for alias in node.names:  # a module of that package, or a name of that module
                found.add(f"{base}.{alias.name}" if f"{base}.{alias.name}" in known else base)
    return found & known.keys() - {name}


def half(name):
    """ "tools", "classroom", or "library" for all the rest."""
    part = (name.split(".") + [""])[1]
    return part if part in ("tools", "classroom") else "library"


def complaints(root):
    known, found = modules(root), []
    for name, path in known.items():
        if name == "course_lib.__main__":  # the door of all commands
            continue
        for other in imports(name, path, known):
            allowed = {"library": {"library"}, "tools": {"library", "tools"}}.get(half(name), {half(other)})
            if half(other) not in allowed and not (half(other) == "classroom" and name in DOORS):
                found.append(f"{name} imports {other}")
    try:
        list(TopologicalSorter({name: imports(name, path, known, True) for name, path in known.items()}).static_order())
    except CycleError as error:
        found.append(f"a circle: {' -> '.join(error.args[1])}")
    for name, path in known.items():
        count = len(path.read_text(encoding="utf-8").splitlines())
        if count > LINES:
            found.append(f"{name} has {count} lines; at most {LINES}")
    return found


def test_imports_point_one_way_and_no_file_is_too_long():
    assert complaints(COURSE) == []


def test_the_doors_open_late():
    known = modules(COURSE)
    for name in DOORS:
        assert not {half(other) for other in imports(name, known[name], known, True)} & {"classroom"}


@pytest.mark.parametrize(
    "broken, complaint",
    [
        ({"files.py": "from course_lib.tools import places\n"}, "course_lib.files imports course_lib.tools.places"),
        ({"files.py": "def f():\n    import course_lib.classroom.judge\n"}, "course_lib.files imports course_lib.classroom.judge"),
        ({"tools/run.py": "from ..classroom import judge\n"}, "course_lib.tools.run imports course_lib.classroom.judge"),
        ({"files.py": "import course_lib.claims\n", "claims.py": "from course_lib import files\n"}, "a circle: "),
        ({"files.py": "\n" * 401}, "course_lib.files has 401 lines; at most 400"),
    ],
)  # fmt: skip
def test_what_is_against_the_rules_is_noticed(broken, complaint, tmp_path):
    good = {
        "__init__.py": "",
        "files.py": "import os\n",
        "claims.py": "from course_lib import files\n",
        "tools/__init__.py": "from course_lib import claims\n",
        "tools/places.py": "",
        "tools/run.py": "from course_lib.tools.places import HOME\n",
        "tools/cli.py": "def main():\n    from course_lib.classroom import judge\n",
        "classroom/__init__.py": "",
        "classroom/judge.py": "from course_lib import files\nfrom course_lib.tools import places\n",
    }
    for folder in ("tools", "classroom"):
        (tmp_path / "course_lib" / folder).mkdir(parents=True)
    for name, code in {**good, **broken}.items():
        (tmp_path / "course_lib" / name).write_text(code, encoding="utf-8")
    assert all(complaint in one for one in complaints(tmp_path)) and len(complaints(tmp_path)) == 1
    for name, code in good.items():
        (tmp_path / "course_lib" / name).write_text(code, encoding="utf-8")
    assert complaints(tmp_path) == []
