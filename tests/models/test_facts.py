"""Every published number of facts.json, computed from the models."""

import functools
import json
from pathlib import Path

import pytest

from course_lib.models import (
    alexnet,
    efficientnet_lite,
    lenet,
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
    "blueprint": functools.cache(summary.blueprint),
    "measure": functools.cache(summary.measure),
    "stages": summary.stages,
}


@pytest.mark.parametrize("name", FACTS)
def test_published_number(name):
    assert eval(FACTS[name]["compute"], NAMES) == FACTS[name]["value"], FACTS[name]["source"]


@pytest.mark.parametrize("name", FACTS)
def test_value_can_be_quoted(name):
    """Prose quotes a fact with separators between the thousands, so it is a whole number; and it has a source."""
    assert type(FACTS[name]["value"]) is int and len(FACTS[name]["source"]) > 20
