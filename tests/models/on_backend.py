"""Logits of every model, and what one writes, on the backend of COURSE_BACKEND.

Weights and inputs are made in NumPy, the same on all.

Run by test_backends.py in a process of its own: python on_backend.py TO.npz [BEFORE.npz]
"""

import sys

import course_lib

course_lib.start(precision="float32")

import keras  # noqa: E402
import numpy as np  # noqa: E402
import proof  # noqa: E402
from registry import MODELS, loud, sentences, small_transformer  # noqa: E402

from course_lib.models import search, summary  # noqa: E402


def logits(last=None):
    """Every model with the weights and inputs of the registry.

    Args:
        last: name -> kernel and bias of the last layer, from the backend to compare with; by default made here.

    Returns:
        name -> logits (count, classes), and name/kernel, name/bias, name/multiply-adds.
    """
    found = {}
    for name, entry in MODELS.items():
        model = entry.model()
        inputs = entry.inputs(model)
        if last is None:
            found[name] = entry.outputs(model, inputs)
        else:
            entry.fill(model)
            if entry.scaled:
                model.layers[-1].set_weights([last[f"{name}/kernel"], last[f"{name}/bias"]])
            found[name] = proof.run(model, inputs)
        if entry.scaled:
            found[f"{name}/kernel"], found[f"{name}/bias"] = model.layers[-1].get_weights()
        found[f"{name}/multiply-adds"] = summary.measure(model)["multiply_adds"]
    return found


def answers():
    """Tokens that a Transformer writes: written/way -> (count, 10)."""
    model = small_transformer()
    loud(model)
    source = sentences(model)["source"]
    ways = {"greedy": {}, "greedy, anew": {"cached": False}, "3 beams": {"beams": 3}}
    return {
        f"written/{name}": search.translator(model, 10, **options).predict(source, verbose=0)
        for name, options in ways.items()
    }


if __name__ == "__main__":
    to, *before = sys.argv[1:]
    np.savez(to, **logits(*(np.load(file) for file in before)), **answers())
    print(keras.backend.backend())
