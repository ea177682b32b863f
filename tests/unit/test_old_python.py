"""Any Python from 3.8 on starts the course: what runs before the environment is there asks for no newer one."""

import ast
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from test_imports import imports, modules

from course_lib.__main__ import OLDEST, check_python
from course_lib.tools.places import COURSE

# what runs in any Python: the door, the command line, the set-up, and what they import or run
DOORS = [
    "course_lib.__main__",
    *(
        f"course_lib.tools.{name}"
        for name in ("cli", "arguments", "language", "bootstrap", "bench", "chapters", "standing", "new")
    ),
    "course_lib.classroom.commands",
]
NEWER = {  # names of attributes and functions that came after 3.8
    "removeprefix", "removesuffix", "file_digest", "is_relative_to", "with_stem", "readlink", "hardlink_to", "to_thread",
    "pairwise", "batched", "randbytes", "cache", "files", "packages_distributions", "add_note", "chdir",
}  # fmt: skip


def closure():
    """The modules that the doors load when they are imported, and the set-up's own."""
    known = modules(COURSE)
    found, todo = set(), [*DOORS, *(name for name in known if name.startswith("course_lib.tools.setup"))]
    while todo:
        name = todo.pop()
        if (
            name not in known or name in found or name == "course_lib.tools.setup.editable"
        ):  # runs while course_lib is built, in .venv
            continue
        found.add(name)
        todo += imports(name, known[name], known, at_import_only=True)
        parent = name.rpartition(".")[0]
        todo += [parent] if parent in known else []
    return {name: known[name] for name in found}


def complaints(code):
    """What in the code a Python 3.8 does not know."""
    try:
        tree = ast.parse(code, feature_version=OLDEST)
    except SyntaxError as error:
        return [f"line {error.lineno}: {error.msg}"]
    found = []
    imported = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    postponed = any(node.module == "__future__" and node.names[0].name == "annotations" for node in imported)
    for node in ast.walk(tree):
        types = [getattr(node, name, None) for name in ("annotation", "returns")]
        if not postponed and any(isinstance(part, ast.BinOp) for one in types if one for part in ast.walk(one)):
            found.append(f"line {node.lineno}: a union of types")
        if isinstance(node, ast.Attribute) and (
            node.attr in NEWER - {"cache", "files"} or ast.unparse(node) == "functools.cache"
        ):
            found.append(f"line {node.lineno}: .{node.attr}")
        if isinstance(node, ast.ImportFrom) and NEWER & {alias.name for alias in node.names}:
            found.append(f"line {node.lineno}: import of what is newer")
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else [node.module]
            found += [f"line {node.lineno}: {name}" for name in names if name in ("tomllib", "zoneinfo", "graphlib")]
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "zip" and node.keywords:
            found.append(f"line {node.lineno}: zip(strict=)")
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
            if any(isinstance(side, (ast.Dict, ast.DictComp)) for side in (node.left, node.right)):
                found.append(f"line {node.lineno}: a union of dictionaries")
    return found


def test_what_runs_before_the_environment_is_there_is_understood_by_python_3_8():
    known = closure()
    assert {"course_lib.texts", "course_lib.tools.setup.steps", "course_lib.tools.places"} <= known.keys()
    for name, path in known.items():
        assert complaints(path.read_text(encoding="utf-8")) == [], name


@pytest.mark.parametrize(
    "code",
    [
        "match x:\n    case 1: pass",
        "x = {} | y",
        "'a'.removeprefix('b')",
        "zip(a, b, strict=True)",
        "import tomllib",
        "try: pass\nexcept* ValueError: pass",
        "def f(x: int | None): pass",
        "class A:\n    x: int | None = None",
        "@functools.cache\ndef f(): pass",
    ],
)
def test_what_is_too_new_is_noticed(code):
    assert complaints(code)


def pythons(version):
    """Pythons of this version on this machine: on the path, or where pyenv keeps them."""
    places = [
        shutil.which(f"python{version}"),
        *Path(os.path.expanduser("~/.pyenv/versions")).glob(f"{version}.*/bin/python"),
    ]
    for path in filter(None, places):
        done = subprocess.run([path, "-c", "import sys; print(sys.version_info[:2])"], capture_output=True, text=True)
        if done.stdout.strip() == str(tuple(map(int, version.split(".")))):
            return [str(path)]
    return []


@pytest.mark.parametrize("version", ["3.8", "3.9", "3.10", "3.12", "3.13", "3.14"])
def test_each_python_gets_as_far_as_the_set_up(version):
    if not pythons(version):
        pytest.skip(f"no Python {version} on this machine")
    code = "from course_lib.tools import cli, bootstrap; from course_lib.tools.setup import probe, systems; print(systems.unfit(probe.facts()))"
    environment = {**os.environ, "PYTHONPATH": str(COURSE), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run([*pythons(version), "-c", code], cwd=COURSE, env=environment, capture_output=True, text=True)
    fits = version in ("3.11", "3.12", "3.13")
    assert done.stdout.strip() == ("None" if fits else f"Python {version}"), done.stderr


@pytest.mark.parametrize(
    "version, starts",
    [
        ((3, 8, 0), True),
        ((3, 11, 0), True),
        ((3, 13, 7), True),
        ((3, 14, 0), True),
        ((3, 7, 9), False),
        ((2, 7, 18), False),
    ],
)
def test_older_ones_are_told_in_one_sentence(version, starts):
    complaint = check_python(version)
    assert (complaint is None) == starts
    if not starts:
        assert (
            f"this is Python {version[0]}.{version[1]}" in complaint
            and "needs 3.11 to 3.13" in complaint
            and "install Python 3.13" in complaint
        )


@pytest.mark.skipif(not (pythons("3.7") or pythons("2.7")), reason="no Python 3.7 or 2.7 on this machine")
def test_a_real_old_python_says_it():
    for python in pythons("3.7") + pythons("2.7"):
        environment = {**os.environ, "PYTHONPATH": str(COURSE), "PYTHONDONTWRITEBYTECODE": "1"}
        done = subprocess.run(
            [python, "-m", "course_lib", "learn"], cwd=COURSE, env=environment, capture_output=True, text=True
        )
        assert done.returncode == 2 and len(done.stderr.splitlines()) == 1 and "install Python 3.13" in done.stderr


def test_the_script_learn_is_the_command_learn(monkeypatch):
    from course_lib import __main__
    from course_lib.tools import cli

    monkeypatch.setattr(sys, "argv", ["learn", "--no-lab"])
    monkeypatch.setattr(cli, "main", lambda: sys.argv)
    assert __main__.learn() == ["learn", "learn", "--no-lab"]
