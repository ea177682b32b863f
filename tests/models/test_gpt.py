"""GPT and BERT: what a token may see, reading with a cache, writing. test_hugging_face.py compares with others."""

import keras
import numpy as np
import proof
import pytest
from keras import ops
from registry import MODELS, VOCABULARY, loud, texts

from course_lib.errors import CourseError
from course_lib.models import bert, gpt

pytestmark = pytest.mark.usefixtures("unfilled")
CONTEXT = 12


def array(tensor):
    return ops.convert_to_numpy(tensor)


@pytest.fixture
def model():
    made = gpt.gpt(VOCABULARY, (2, 32, 4), CONTEXT)
    loud(made)
    return made


def test_gpt_sees_nothing_ahead_and_bert_all(model):
    tokens = texts(model)
    changed = tokens.copy()
    changed[:, 5] = (changed[:, 5] + 1) % VOCABULARY
    moved = np.abs(proof.run(model, tokens) - proof.run(model, changed)).max(axis=(0, 2))
    assert moved[:5].max() == 0 and moved[5:].min() > 100 * proof.EXACT
    both = bert.bert(VOCABULARY, (2, 32, 4), None, CONTEXT, pairs=False)
    loud(both)
    moved = np.abs(proof.run(both, tokens) - proof.run(both, changed)).max(axis=(0, 2))
    assert moved.min() > 100 * proof.EXACT


@pytest.mark.parametrize("ends", [range(1, 10), (4, 5, 9), (9,)])
def test_logits_with_a_cache_are_those_of_the_whole_text(model, ends):
    tokens, start, found = texts(model), 0, []
    cache = gpt.empty_cache(model, len(tokens))
    for end in ends:
        logits, cache = gpt.read_on(model, tokens[:, start:end], start, cache)
        found.append(array(logits))
        start = end
    np.testing.assert_allclose(np.concatenate(found, axis=1), proof.run(model, tokens), atol=proof.EXACT)


def test_writing_on_takes_the_token_that_is_chosen(model):
    written, prompt = [3, 4, 5], [3, 4, 5]
    for _ in range(6):
        written.append(int(array(model(np.array([written])))[0, -1].argmax()))
    assert gpt.generate(model, prompt, 6) == written[3:]
    assert gpt.generate(model, prompt, 6, choose=np.argmin) != written[3:]
    step = gpt.stepper(model)
    for _ in range(2):
        assert gpt.generate(model, prompt, 6, step=step) == written[3:]
    stop = written[5]
    assert gpt.generate(model, prompt, 6, stop=stop) == written[3 : written.index(stop, 3) + 1]


def test_what_does_not_fit_into_the_context_is_one_sentence(model):
    assert len(gpt.generate(model, [1] * 10, 2)) == 2
    for prompt, count in (([], 2), ([1] * 10, 3)):
        with pytest.raises(
            CourseError, match=f"a prompt of {len(prompt)} tokens and {count} to be written: .* at most 12"
        ):
            gpt.generate(model, prompt, count)


def test_unknown_sizes_are_one_sentence():
    with pytest.raises(CourseError, match="no size 'tiny': there are small, medium, large, xl"):
        gpt.gpt(size="tiny")
    with pytest.raises(CourseError, match="3 heads cannot share a width of 32"):
        bert.bert(9, (1, 32, 3))
    with pytest.raises(CourseError, match="no head 'tail': there are None, 'pooler', 'words'"):
        bert.bert(9, (1, 32, 4), "tail")


def test_attention_maps_are_shares_that_the_mask_allows(model):
    maps = [array(part) for part in gpt.attention_maps(model)(texts(model))]
    assert [part.shape for part in maps] == [(5, 4, 9, 9)] * 2
    ahead = np.triu(np.ones((9, 9), bool), 1)
    for part in maps:
        assert part[..., ahead].max() == 0 and part[..., ~ahead].min() > 0
        np.testing.assert_allclose(part.sum(axis=-1), 1, atol=1e-5)
    both = MODELS["BERT"].model()
    loud(both)
    inputs = texts(both)
    for part in bert.attention_maps(both)(inputs):
        part = array(part)
        assert part[np.broadcast_to((inputs["tokens"] == 0)[:, None, None], part.shape)].max() == 0
        np.testing.assert_allclose(part.sum(axis=-1), 1, atol=1e-5)


def test_the_embedding_is_shared_with_the_logits(model):
    shapes = [tuple(weight.shape) for weight in model.weights]
    assert shapes.count((VOCABULARY, 32)) == 1 and (32, VOCABULARY) not in shapes


def test_dropout_works_in_training_only(model):
    dropped = gpt.gpt(VOCABULARY, (2, 32, 4), CONTEXT, dropout=0.3)
    dropped.set_weights(model.get_weights())
    tokens = texts(model)
    np.testing.assert_array_equal(array(dropped(tokens, training=False)), array(model(tokens)))
    assert np.abs(array(dropped(tokens, training=True)) - array(model(tokens))).max() > 0.1


def test_it_learns(model):
    """A text that repeats itself is foreseen after a few steps."""
    keras.utils.set_random_seed(0)
    tokens = np.tile(np.arange(3, 7, dtype="int32"), (8, 3))
    model.compile(keras.optimizers.Adam(1e-2), keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    model.fit(tokens[:, :-1], tokens[:, 1:], epochs=30, verbose=0)
    assert gpt.generate(model, [3, 4], 6) == [5, 6, 3, 4, 5, 6]
