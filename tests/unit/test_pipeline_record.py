"""What chapter 12 shows of Transformers' `pipeline` where PyTorch is missing: made with the weights of today."""

import hashlib
import json

import numpy as np
import pytest

from course_lib import data, sampling, weights
from course_lib.files import COURSE
from course_lib.models import gpt

RECORD = json.loads(data.file("pipeline.json").read_text(encoding="utf-8"))


def test_it_was_made_with_the_weights_and_the_packages_of_today():
    assert RECORD["weights"] == hashlib.sha256(data.file("office_gpt.npz").read_bytes()).hexdigest()
    pinned = (COURSE / "requirements-torch.txt").read_text(encoding="utf-8").splitlines()
    assert RECORD["made with"] and all(pin in pinned for pin in RECORD["made with"])


@pytest.fixture(scope="module")
def model():
    return weights.load(gpt.gpt(len(data.office_tokens()), (2, 128, 4), 64), "office_gpt")


@pytest.mark.parametrize("prompt", RECORD["texts"])
def test_our_model_writes_the_same(prompt, model):
    office, count = data.office_tokens(), RECORD["tokens written"]
    begun, greedy = office.encode(prompt), sampling.choice(np.random.default_rng(0), heat=0)
    tokens = [*begun, *gpt.generate(model, begun, count, greedy)]
    assert office.decode(tokens) == RECORD["texts"][prompt] and len(tokens) == len(begun) + count
    logits = np.sort(model.predict_on_batch(np.array([tokens], "int32"))[0, len(begun) - 1 : -1], axis=1)
    assert (logits[:, -1] - logits[:, -2]).min() > 0.01, "so near that another processor may write another text"
