"""Every model gives the same logits on TensorFlow, JAX and PyTorch, costs the same, and writes the same."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import proof
import pytest

from course_lib.tools.places import COURSE

SCRIPT = Path(__file__).with_name("on_backend.py")


def run(backend, *files):
    paths = os.pathsep.join([str(COURSE), str(SCRIPT.parent)])
    done = subprocess.run(
        [sys.executable, str(SCRIPT), *map(str, files)],
        capture_output=True,
        text=True,
        env={**os.environ, "COURSE_BACKEND": backend, "PYTHONPATH": paths},
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.split()[-1] == backend
    return np.load(files[0])


@pytest.fixture(scope="module")
def on_tensorflow(tmp_path_factory):
    file = tmp_path_factory.mktemp("backends") / "tensorflow.npz"
    return file, run("tensorflow", file)


@pytest.mark.parametrize("backend", ["jax", pytest.param("torch", marks=proof.needs_torch)])
def test_same_logits_on(backend, on_tensorflow, tmp_path):
    file, expected = on_tensorflow
    found = run(backend, tmp_path / "logits.npz", file)
    assert found.files == expected.files and len(found.files) > 30
    for name in found.files:
        if name.endswith("/multiply-adds"):
            assert found[name] == expected[name] > 0
        elif name.startswith("written/"):
            np.testing.assert_array_equal(found[name], expected[name])
            assert len(np.unique(found[name], axis=0)) > 2
        elif "/" not in name:
            print(name, end=": ")
            proof.assert_same_logits(found[name], expected[name])
