"""Proofs of models need the arithmetic of their own, whatever a test before them in the same process has set."""

import gc

import proof
import psutil
import pytest

MUCH = 2.5e9  # bytes of this process


def pytest_collection_finish():
    """All that has been imported by now stays: not to look through it after each test saves a second per test."""
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def float32():
    with proof.policy("float32"):
        yield
    # a model is full of circles, and some of these have half a gigabyte; but looking for them takes a second
    if psutil.Process().memory_info().rss > MUCH:
        gc.collect()


@pytest.fixture
def unfilled():
    with proof.unfilled():
        yield
