"""Every published number of facts.json, computed from the models."""

import functools
import json
from pathlib import Path

import pytest

from course_lib.models import (
    alexnet,
    bert,
    efficientnet_lite,
    gpt,
    lenet,
    llama_sizes,
    resnet,
    rnn,
    senet,
    summary,
    superres,
    transformer,
    vgg,
    vit,
)

FACTS = json.loads(Path(__file__).with_name("facts.json").read_text(encoding="utf-8"))
NAMES = {
    **{"lenet": lenet, "alexnet": alexnet, "vgg": vgg, "resnet": resnet, "senet": senet},
    "efficientnet_lite": efficientnet_lite,
    **{"vit": vit, "rnn": rnn, "superres": superres, "transformer": transformer},
    **{"gpt": gpt, "bert": bert, "llama_sizes": llama_sizes},
    # of a few models only: all of them together are so many objects that looking for garbage takes seconds
    "blueprint": functools.lru_cache(maxsize=2)(summary.blueprint),
    "measure": functools.lru_cache(maxsize=2)(summary.measure),
    "stages": summary.stages,
}


@pytest.mark.parametrize("name", sorted(FACTS, key=lambda name: FACTS[name]["compute"]))  # those of a model together
def test_published_number(name):
    assert eval(FACTS[name]["compute"], NAMES) == FACTS[name]["value"], FACTS[name]["source"]


def test_values_can_be_quoted():
    """Prose quotes a fact with separators between the thousands, so it is a whole number; and it has a source."""
    unfit = [name for name, fact in FACTS.items() if type(fact["value"]) is not int or len(fact["source"]) <= 20]
    assert not unfit
