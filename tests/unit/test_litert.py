"""A model that LiteRT runs gives the logits of our engine, and with 8 bits nearly so."""

import numpy as np
import pytest
import tiny_llm

from course_lib.errors import CourseError
from course_lib.llm import litert

SIZES = {
    "SmolLM2's form": {"tied": True},
    "Qwen2's form": {"bias": True, "groups": 1},
    "as many keys as queries": {"groups": 4, "head": 16},
}


@pytest.fixture(scope="module", params=SIZES)
def model(request):
    return tiny_llm.model(**SIZES[request.param])


def test_in_float32_it_is_our_engine(model):
    content = litert.convert(model.stored, eight_bits=False, length=50)
    run = litert.Written(content, model.config)
    tokens = model.tokens.encode("The red fox ran over the old bridge.")
    np.testing.assert_allclose(run.logits(tokens), model.logits(tokens), atol=2e-4)
    np.testing.assert_allclose(run.logits(tokens[5:9]), model.logits(tokens[5:9]), atol=2e-4)  # nothing is left over
    assert run.write(tokens, 10) == sum(model.engine.write(tokens, 10), [])
    with pytest.raises(CourseError, match="found 51 tokens, expected 1 to 50"):
        run.write(tokens, 40)


def test_with_eight_bits_it_is_smaller_and_nearly_the_same():
    model = tiny_llm.model(width=64, hidden=256, blocks=3)
    sizes = [len(litert.convert(model.stored, eight_bits, length=8)) for eight_bits in (False, True)]
    assert sizes[1] < 0.5 * sizes[0]
    run = litert.Written(litert.convert(model.stored, length=50), model.config)
    tokens = model.tokens.encode("The red fox ran over the old bridge.")
    exact, found = model.logits(tokens), run.logits(tokens)
    away = np.sqrt(np.mean((found - exact) ** 2)) / exact.std()
    assert 1e-4 < away < 0.1, away
