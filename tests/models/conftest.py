"""Proofs of models need the arithmetic of their own, whatever a test before them in the same process has set."""

import gc

import keras
import proof
import pytest


@pytest.fixture(autouse=True)
def float32():
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy("float32")
    yield
    keras.config.set_dtype_policy(before)
    gc.collect()  # a model is full of circles, and some of these have half a gigabyte


@pytest.fixture
def unfilled():
    with proof.unfilled():
        yield
