"""How the files of data/ are made: one module per family, each with FILES, {name: File}.

Sources are imported and fetched only where a file is made, so the facts can be read on any machine.
"""

import ast
import importlib
import importlib.metadata
import io
import json
import pkgutil
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np


@dataclass(frozen=True)
class Need:
    """Something that has to be installed before a file can be made.

    Attributes:
        what: its name.
        how: the command that installs it.
        here: function that says whether it is there.
    """

    what: str
    how: str
    here: Callable[[], bool]


@dataclass(frozen=True)
class File:
    """A file of data/.

    Attributes:
        make: function that returns its content as bytes.
        needs: what has to be installed for that, beyond requirements.txt.
        licence, licence_file, origin, what: facts for the manifest.
        effort: what else to expect, such as how long it takes.
    """

    make: Callable[[], bytes]
    needs: tuple[Need, ...]
    licence: str
    licence_file: str
    origin: str
    what: str
    effort: str = ""


def npz(**arrays):
    """Arrays as the bytes of an npz file."""
    content = io.BytesIO()
    np.savez_compressed(content, **arrays)
    return content.getvalue()


def halved(model):
    """The weights of a model as float16, {place: array} as `course_lib.weights.load` reads them; the model is left
    with what they are worth then."""
    from keras import ops

    from course_lib.weights import place

    half = {}
    for layer in model.layers:
        for weight in layer.weights:
            half[place(layer, weight)] = ops.convert_to_numpy(weight).astype("float16")
            weight.assign(half[place(layer, weight)].astype("float32"))
    return half


def resumed(path, settings):
    """The record of an interrupted making at a path if it has these settings, or else a new one, as JSON reads it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    record = json.loads(json.dumps({"settings": settings, "runs": []}))
    before = json.loads(path.read_text(encoding="utf-8")) if path.exists() else record
    return before if before["settings"] == record["settings"] else record


def from_lesson(path, names, **given):
    """What a lesson's source defines under some names, ready to be called.

    Args:
        path: of the source.
        names: set of names of functions and values, which are run in the order in which they stand there.
        given: what they use that is not among them.

    Returns:
        {name: value}, with what was given.
    """
    for statement in ast.parse(path.read_text(encoding="utf-8")).body:
        if (found := _defined(statement)) and found <= names:
            exec(compile(ast.Module([statement], []), str(path), "exec"), given)
    return given


def _defined(statement):
    """The names that a statement gives a value."""
    if isinstance(statement, ast.FunctionDef):
        return {statement.name}
    targets = statement.targets if isinstance(statement, ast.Assign) else []
    return {node.id for target in targets for node in ast.walk(target) if isinstance(node, ast.Name)}


def pip(requirement, how="pip install {}"):
    """A Need for a Python package.

    Args:
        requirement: "name==version", or a name if any version will do.
        how: the command that installs it; {} stands for the requirement.
    """
    name, _, version = requirement.partition("==")

    def here():
        try:
            return importlib.metadata.version(name).partition("+")[0] == version or not version
        except importlib.metadata.PackageNotFoundError:
            return False

    return Need(requirement, how.format(requirement), here)


def debian(package, path):
    """A Need for a package of Debian or Ubuntu, which is there if `path` is."""
    return Need(f"Debian's {package}", f"sudo apt install {package}", Path(path).exists)


def program(name):
    """A Need for a program on the path."""
    return Need(name, f"sudo apt install {name}", lambda: shutil.which(name) is not None)


def families():
    """{name: module} for every module of this package."""
    names = sorted(module.name for module in pkgutil.iter_modules(__path__))
    return {name: importlib.import_module(f"{__name__}.{name}") for name in names}
