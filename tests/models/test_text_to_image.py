"""The painter: its loss, what it may look at, and how it paints."""

import keras
import numpy as np
import pytest

from course_lib.data import coloured_shapes as shapes
from course_lib.models import text_to_image
from course_lib.training import Progress

NOTHING = shapes.words([None])[0]
TINY = (1, 1, 16, 2, 32)


def softmax_loss(labels, logits):
    """Mean of -log softmax over the tiles that are asked for, in loops."""
    found = []
    for row, labels_of_row in zip(logits, labels):
        for tile, label in zip(row, labels_of_row):
            if label >= 0:
                found.append(np.log(np.exp(tile).sum()) - tile[label])
    return np.mean(found)


def test_the_loss_is_that_of_the_tiles_asked_for():
    random = np.random.default_rng(0)
    logits = random.normal(size=(3, 5, 4))
    labels = np.where(random.random((3, 5)) < 0.5, -1, random.integers(4, size=(3, 5)))
    found = text_to_image.painting_loss(labels, logits.astype("float32"))
    np.testing.assert_allclose(float(found), softmax_loss(labels, logits), rtol=1e-5)


def test_lessons_ask_no_colour_of_empty_tiles():
    lessons = text_to_image.Lessons(shapes.examples, NOTHING, batches=3, batch_size=200, silent=0.25)
    inputs, (patterns, colours) = lessons[0]
    np.testing.assert_array_equal(inputs["board"][..., 0], patterns)
    np.testing.assert_array_equal(colours, np.where(patterns == 0, -1, inputs["board"][..., 1]))
    assert 0.1 < (inputs["words"] == NOTHING).all(axis=1).mean() < 0.4 and len(lessons) == 3


@pytest.fixture(scope="module", params=[shapes.FACTORS, shapes.FUSED], ids=["factorised", "fused"])
def network(request):
    keras.utils.set_random_seed(0)
    return text_to_image.text_to_image(request.param, len(shapes.WORDS), TINY), request.param


def given(factors, count=4):
    scenes = shapes.coloured_shapes(count, seed=2)
    return {
        "words": shapes.words(scenes.captions(seed=0)),
        "board": scenes.tokens if len(factors) == 2 else shapes.fuse(scenes.tokens),
    }


def as_list(found):
    return found if isinstance(found, list) else [found]


def test_a_tile_sees_those_before_it_alone(network):
    model, factors = network
    inputs = given(factors)
    changed = {**inputs, "board": np.where(np.arange(36)[None, :, None] >= 20, 1, inputs["board"])}
    for one, other in zip(as_list(model.predict(inputs, verbose=0)), as_list(model.predict(changed, verbose=0))):
        np.testing.assert_allclose(one[:, :20], other[:, :20], atol=1e-5)
        assert np.abs(one[:, 21:] - other[:, 21:]).max() > 1e-3


def test_the_painter_sees_what_the_network_sees(network):
    """Painting goes tile by tile and asks the heads apart; together this is the network."""
    model, factors = network
    inputs = given(factors)
    painter = text_to_image.Painter(model, factors, NOTHING)
    states = list(painter.looks(inputs["words"], inputs["board"]))
    for k, logits in enumerate(as_list(model.predict(inputs, verbose=0))):
        for tile in range(36):
            found = painter.logits(k, states[tile], inputs["board"][:, tile], painter.read(inputs["words"]))
            np.testing.assert_allclose(found, logits[:, tile], atol=1e-4)


@pytest.mark.parametrize("fused", [False, True])
def test_a_painter_of_either_kind_of_tokens_can_be_taught(fused):
    """With one factor there is one loss, and Keras gives one shape in place of a list."""
    keras.utils.set_random_seed(0)
    factors = shapes.FUSED if fused else shapes.FACTORS
    model = text_to_image.text_to_image(factors, len(shapes.WORDS), TINY)
    scenes = lambda count, random: shapes.examples(count, random, fused)
    history = text_to_image.teach(
        model, text_to_image.Lessons(scenes, NOTHING, batches=8, batch_size=16), 0.01, epochs=2
    )
    assert history["loss"][1] < history["loss"][0]


def test_strokes(network):
    """One tile a stroke, none twice; a seed repeats; an empty tile has no colour."""
    model, factors = network
    painter = text_to_image.Painter(model, factors, NOTHING)
    text = shapes.words(["a red heart above a blue star", None])
    boards = list(painter.strokes(text, guidance=2.0, seed=1))
    assert [int((board[0, :, 0] == factors[0]).sum()) for board in boards] == list(range(35, -1, -1))
    for before, after in zip(boards, boards[1:]):
        painted = before[..., 0] != factors[0]
        np.testing.assert_array_equal(after[painted], before[painted])
    assert (boards[-1][boards[-1][..., 0] == 0] == 0).all() and (boards[-1] < np.array(factors)).all()
    np.testing.assert_array_equal(painter.paint(text, guidance=2.0, seed=1), boards[-1])
    assert (painter.paint(text, guidance=2.0, seed=2) != boards[-1]).any()


def test_what_is_there_stays(network):
    model, factors = network
    painter, tokens = text_to_image.Painter(model, factors, NOTHING), given(factors, 2)["board"]
    begun = np.where((np.arange(36) < 18)[None, :, None], tokens, factors)
    kept = begun.copy()
    done = painter.paint(shapes.words(["a red heart above a blue star"] * 2), boards=begun)
    np.testing.assert_array_equal(done[:, :18], tokens[:, :18])
    np.testing.assert_array_equal(begun, kept)


def test_guidance_0_does_not_read_the_caption(network):
    painter = text_to_image.Painter(*network, NOTHING)
    one, other = (painter.paint(shapes.words([text]), guidance=0.0, seed=3) for text in ("a red heart", "파란 별"))
    np.testing.assert_array_equal(one, other)


def test_it_learns_a_little():
    keras.utils.set_random_seed(0)
    model = text_to_image.text_to_image(shapes.FACTORS, len(shapes.WORDS), TINY)
    lessons = text_to_image.Lessons(shapes.examples, NOTHING, batches=20, batch_size=32)
    losses = text_to_image.teach(model, lessons, rate=0.01, epochs=3)["loss"]
    assert losses[-1] < 0.5 * losses[0]


@pytest.mark.skipif(keras.backend.backend() != "tensorflow", reason="only TensorFlow traces a step")
def test_a_step_is_traced_once(monkeypatch):
    calls, loss = [], text_to_image.painting_loss

    def counted(labels, logits):
        calls.append(logits)
        return loss(labels, logits)

    monkeypatch.setattr(text_to_image, "painting_loss", counted)
    model = text_to_image.text_to_image(shapes.FACTORS, len(shapes.WORDS), TINY)
    lessons = text_to_image.Lessons(shapes.examples, NOTHING, batches=3, batch_size=8)
    text_to_image.teach(model, lessons, rate=0.01, callbacks=[Progress("painter")])
    assert len(calls) == 2 + 2  # of two factors each: to make the means, and in the one trace


def test_shares_of_words():
    model = text_to_image.text_to_image(shapes.FACTORS, len(shapes.WORDS), TINY)
    of_block, of_colour = text_to_image.word_shares(model).predict(given(shapes.FACTORS, 2), verbose=0)
    assert of_block.shape == of_colour.shape == (2, 2, 36, 12)
    np.testing.assert_allclose([of_block.sum(-1), of_colour.sum(-1)], 1, rtol=1e-4)


def test_colours_of_the_board_decide_nothing():
    """Patterns and colours come from words and patterns alone, whatever colours have been painted."""
    keras.utils.set_random_seed(0)
    model = text_to_image.text_to_image(shapes.FACTORS, len(shapes.WORDS), TINY)
    inputs = given(shapes.FACTORS)
    board = inputs["board"].copy()
    board[..., 1] = np.where(board[..., 0] > 0, 1 + (board[..., 1] + 1) % 6, 0)
    for one, other in zip(model.predict(inputs, verbose=0), model.predict({**inputs, "board": board}, verbose=0)):
        np.testing.assert_array_equal(one, other)
