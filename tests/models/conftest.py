"""Proofs of models need the arithmetic of their own, whatever a test before them in the same process has set."""

import gc

import proof
import pytest


def pytest_collection_finish():
    """All that has been imported by now stays: not to look through it after each test saves a second per test."""
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def float32():
    with proof.policy("float32"):
        yield
    gc.collect()  # a model is full of circles, and some of these have half a gigabyte


@pytest.fixture
def unfilled():
    with proof.unfilled():
        yield
