"""The Transformer against PyTorch's and Keras's attention with copied weights, its masks, its sines, its decoding."""

import itertools

import keras
import numpy as np
import proof
import pytest
from keras import ops
from registry import MODELS, VOCABULARY, loud, sentences

from course_lib.errors import CourseError
from course_lib.models import search, summary, transformer
from course_lib.models.transformer import END, PAD, START

BLOCKS, WIDTH, HEADS, HIDDEN = SMALL = (2, 24, 4, 40)
norms = pytest.mark.parametrize("norm", transformer.NORMS)


def array(tensor):
    return ops.convert_to_numpy(tensor)


def small(norm="post", **options):
    """A model with random weights, and five pairs of sentences of different lengths."""
    model = transformer.transformer(VOCABULARY, SMALL, norm, **options)
    loud(model)
    return model, sentences(model)


# --- The same as others


def copied(theirs, ours):
    """Fill a block of PyTorch with the weights of one of ours."""
    import torch

    tensor = lambda value: torch.nn.Parameter(torch.tensor(np.ascontiguousarray(value)))
    attentions = {"self_attn": ours.attention}
    if hasattr(ours, "across"):
        attentions["multihead_attn"] = ours.across
    for name, one in attentions.items():
        weights, other = one.get_weights(), getattr(theirs, name)
        other.in_proj_weight = tensor(np.concatenate([kernel.T for kernel in weights[0:6:2]]))
        other.in_proj_bias = tensor(np.concatenate(weights[1:6:2]))
        other.out_proj.weight, other.out_proj.bias = tensor(weights[6].T), tensor(weights[7])
    for other, one in ((theirs.linear1, ours.inner), (theirs.linear2, ours.outer)):
        kernel, bias = one.get_weights()
        other.weight, other.bias = tensor(kernel.T), tensor(bias)
    for number, name in enumerate((*ours.attentions, "feed_forward"), 1):
        gamma, beta = ours.norms[name].get_weights()
        other = getattr(theirs, f"norm{number}")
        other.weight, other.bias = tensor(gamma), tensor(beta)


def pytorch(model, norm):
    """torch.nn.Transformer with the weights of ours; the paper's has no norm behind its stacks."""
    import torch

    pre = norm == "pre"
    sizes = WIDTH, HEADS, BLOCKS, BLOCKS, HIDDEN
    theirs = torch.nn.Transformer(*sizes, dropout=0.0, batch_first=True, norm_first=pre).eval()
    for stack, name in ((theirs.encoder, "encoder"), (theirs.decoder, "decoder")):
        for number, block in enumerate(stack.layers, 1):
            copied(block, model.get_layer(f"{name}{number}"))
        if pre:
            gamma, beta = model.get_layer(f"{name}_end").get_weights()
            stack.norm.weight, stack.norm.bias = (torch.nn.Parameter(torch.tensor(value)) for value in (gamma, beta))
        else:
            stack.norm = None
    theirs.encoder.use_nested_tensor = False  # else it cuts off what all have as padding, and fills up with zeros
    return theirs


def waves(length):
    """Section 3.5 of the paper in NumPy."""
    position, i = np.arange(length)[:, None], np.arange(WIDTH)
    angle = position / 10000 ** (2 * (i // 2) / WIDTH)
    return np.where(i % 2 == 0, np.sin(angle), np.cos(angle))


def embedded(model, tokens):
    """What goes into the first block: sections 3.4 and 3.5."""
    [table] = model.get_layer("embedding").get_weights()
    return (table[tokens] * np.sqrt(WIDTH) + waves(tokens.shape[1])).astype("float32")


@proof.needs_torch
@norms
def test_equals_the_transformer_of_pytorch(norm):
    import torch

    model, inputs = small(norm)
    theirs = pytorch(model, norm)
    source, target = (torch.tensor(embedded(model, inputs[name])) for name in ("source", "target"))
    padding = {name: torch.tensor(inputs[name] == PAD) for name in inputs}
    causal = torch.nn.Transformer.generate_square_subsequent_mask(target.shape[1]) < 0
    with torch.no_grad():
        memory = theirs.encoder(source, src_key_padding_mask=padding["source"])
        decoded = theirs.decoder(
            target,
            memory,
            tgt_mask=causal,
            memory_key_padding_mask=padding["source"],
            tgt_key_padding_mask=padding["target"],
        ).numpy()
    real = inputs["source"] != PAD
    ours, _ = transformer.encoder(model)(inputs["source"])
    np.testing.assert_allclose(array(ours)[real], memory.numpy()[real], 0, proof.EXACT)
    [table] = model.get_layer("embedding").get_weights()
    real = inputs["target"] != PAD
    proof.assert_same_logits(proof.run(model, inputs)[real], (decoded @ table.T)[real])


def test_attention_equals_that_of_keras():
    ours, theirs = transformer.Attention(HEADS), keras.layers.MultiHeadAttention(HEADS, WIDTH // HEADS)
    generator = np.random.default_rng(0)
    queries, memory = (generator.normal(size=(3, length, WIDTH)).astype("float32") for length in (5, 7))
    allowed = generator.random((3, 5, 7)) < 0.6
    allowed[:, :, 0] = True
    theirs.build(queries.shape, memory.shape)
    ours.build(queries.shape)
    weights = [generator.normal(scale=0.3, size=weight.shape).astype("float32") for weight in ours.weights]
    ours.set_weights(weights)
    theirs.set_weights([one.reshape(weight.shape) for one, weight in zip(weights, theirs.weights, strict=True)])
    expected, shares = theirs(queries, memory, attention_mask=allowed, return_attention_scores=True)
    found, ours_shares = ours(queries, memory, allowed[:, None])
    np.testing.assert_allclose(array(found), array(expected), 0, 1e-5)
    np.testing.assert_allclose(array(ours_shares), array(shares), 0, 1e-6)
    assert (array(ours_shares)[~np.broadcast_to(allowed[:, None], shares.shape)] == 0).all()


# --- Masks and order


@norms
def test_what_comes_later_does_not_count(norm):
    model, inputs = small(norm)
    before = proof.run(model, inputs)
    changed = inputs["target"].copy()
    changed[:, 5:] = (changed[:, 5:] + 7) % VOCABULARY
    after = proof.run(model, {**inputs, "target": changed})
    np.testing.assert_array_equal(after[:, :5], before[:, :5])
    assert (np.abs(after - before)[:, 5:].max(axis=(0, 2)) > 0.01).all()


@norms
def test_a_sentence_says_the_same_with_and_without_padding(norm):
    model, inputs = small(norm)
    padded = proof.run(model, inputs)
    for row, (source, target) in enumerate(zip(inputs["source"], inputs["target"])):
        one = {"source": source[source != PAD][None], "target": target[target != PAD][None]}
        found = proof.run(model, one)[0]
        np.testing.assert_allclose(found, padded[row, : len(found)], 0, 1e-5)


@pytest.mark.skipif(keras.backend.backend() != "tensorflow", reason="gradients are TensorFlow's here")
def test_no_gradient_comes_from_the_future_or_from_padding():
    import tensorflow as tf

    model, inputs = small()
    block = model.get_layer("decoder1")
    generator = np.random.default_rng(0)
    x, memory = (tf.Variable(generator.normal(size=(1, 6, WIDTH)).astype("float32")) for _ in range(2))
    allowed = (np.arange(6) < 4)[None, None, None]
    with tf.GradientTape() as tape:
        out = block(x, memory, allowed)[0][:, 2]
        loss = tf.reduce_sum(out * generator.normal(size=out.shape).astype("float32"))
    future, read = (array(one)[0] for one in tape.gradient(loss, [x, memory]))
    assert (future[3:] == 0).all() and (np.abs(future[:3]).max(axis=1) > 0).all()
    assert (read[4:] == 0).all() and (np.abs(read[:4]).max(axis=1) > 0).all()


def test_without_positions_the_order_of_the_source_does_not_matter():
    order = [3, 0, 4, 1, 2]
    for without, same in ((("positions",), True), ((), False)):
        model, inputs = small(without=without)
        source = inputs["source"][:1, :5]
        model = transformer.encoder(model)
        # the tokens' vectors are moved as the tokens are
        ours, moved = array(model(source)[0]), array(model(source[:, order])[0])
        assert np.allclose(moved, ours[:, order], atol=1e-5) == same


def test_sinusoids_are_those_of_the_paper():
    found = array(transformer.sinusoids(np.arange(50), WIDTH))
    np.testing.assert_allclose(found, waves(50), atol=1e-5)
    products = found @ found.T  # depend on the distance alone
    for distance in (0, 1, 7):
        assert np.ptp(np.diagonal(products, distance)) < 1e-4


# --- Parts


@norms
@pytest.mark.parametrize("part", transformer.PARTS)
def test_every_part_counts(part, norm):
    """With the same weights, as far as there are any, the network says something else without it."""
    (whole, inputs), (less, _) = small(norm), small(norm, without=(part,))
    weights = {weight.path: weight for weight in whole.weights}
    for weight in less.weights:
        weight.assign(weights.pop(weight.path))
    left = {path.split("/")[-2].split("_")[0] for path in weights}
    assert left == ({"norm", *(["encoder", "decoder"] if norm == "pre" else [])} if part == "norm" else set())
    assert proof.differs(proof.run(whole, inputs), proof.run(less, inputs))


def test_dropout_only_in_training():
    model, inputs = small(dropout=0.5)
    np.testing.assert_array_equal(proof.run(model, inputs), proof.run(model, inputs))
    assert proof.differs(proof.run(model, inputs), array(model(inputs, training=True)))


@pytest.mark.parametrize("kind", [transformer.EncoderBlock, transformer.DecoderBlock])
def test_a_block_computes_in_its_own_precision(kind):
    with proof.policy("mixed_bfloat16"):
        block = kind(HEADS, HIDDEN, dropout=0.5, dtype="float32")
        block.build((None, None, WIDTH))
    assert {layer.compute_dtype for layer in block._flatten_layers()} == {"float32"}


def test_attention_maps_are_shares():
    model, inputs = small()
    maps = transformer.attention_maps(model)(inputs)
    assert {name: [tuple(one.shape) for one in found] for name, found in maps.items()} == {
        "encoder": [(5, HEADS, 9, 9)] * BLOCKS,
        "decoder": [(5, HEADS, 8, 8)] * BLOCKS,
        "across": [(5, HEADS, 8, 9)] * BLOCKS,
    }
    for name, found in maps.items():
        for shares in map(array, found):
            np.testing.assert_allclose(shares.sum(axis=-1), 1, atol=1e-5)
            hidden = (inputs["source"] == PAD)[:, None, None] if name != "decoder" else ~np.tri(8, dtype=bool)
            assert (shares[np.broadcast_to(hidden, shares.shape)] == 0).all()
            assert shares.std() > 0.01


def test_the_docstrings_table_adds_up():
    model = summary.blueprint(transformer.transformer, 37_000)
    text = transformer.__doc__
    blocks = [model.get_layer(f"{name}{n}").count_params() for name in ("encoder", "decoder") for n in range(1, 7)]
    assert blocks == [3_152_384] * 6 + [4_204_032] * 6
    embedding = model.get_layer("embedding").count_params()
    assert model.count_params() == embedding + sum(blocks) == 63_082_496
    for count in (embedding, blocks[0], blocks[-1], model.count_params()):
        assert f"{count:,}" in text


def test_training_reaches_every_weight():
    """It learns to copy, backwards."""
    model = transformer.transformer(9, (1, 16, 2, 32), norm="pre")
    words = np.random.default_rng(0).integers(3, 9, (64, 4))
    answers = np.pad(words[:, ::-1], ((0, 0), (0, 1)), constant_values=END)
    inputs = {"source": words, "target": np.pad(answers[:, :-1], ((0, 0), (1, 0)), constant_values=START)}
    model.compile(keras.optimizers.Adam(0.01), keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    before = model.get_weights()
    losses = model.fit(inputs, answers, 16, 8, verbose=0).history["loss"]
    assert losses[-1] < 0.6 * losses[0]
    for weight, one, other in zip(model.weights, before, model.get_weights()):
        if not weight.path.endswith("key/bias"):  # it adds the same to all scores of a query, so nothing
            assert (one != other).any(), weight.path


# --- Decoding


@norms
def test_with_a_cache_logits_are_those_of_the_whole(norm):
    model, inputs = small(norm)
    whole = proof.run(model, inputs)
    cache, given = transformer.begin(model, inputs["source"], longest=12)
    assert [tuple(one.shape) for one in cache] == [(5, HEADS, 12, WIDTH // HEADS)] * 2 * BLOCKS
    for at in range(whole.shape[1]):
        logits, cache = transformer.read_on(model, inputs["target"][:, at], at, cache, given)
        np.testing.assert_allclose(array(logits), whole[:, at], 0, 1e-5)


@pytest.mark.parametrize("beams", [1, 3])
@norms
def test_with_a_cache_the_answers_are_the_same(norm, beams):
    model, inputs = small(norm)
    found = [
        search.translator(model, 10, beams, cached=cached).predict(inputs["source"], verbose=0)
        for cached in (True, False)
    ]
    np.testing.assert_array_equal(*found)
    assert found[0].shape == (5, 10) and len(np.unique(found[0], axis=0)) > 2
    assert not (found[0] == START).any() and any(len(set(answer)) > 1 for answer in found[0].tolist())
    for answer in found[0]:
        ends = np.flatnonzero(answer == END)
        assert (answer[ends[0] + 1 :] == PAD).all() if len(ends) else (answer != PAD).all()


def by_hand(model, source, length):
    """{answer: its log-probability}, of all that there are up to a length."""
    logits = {}
    words = range(END, VOCABULARY_OF_FOUR)
    for prefix in itertools.chain(*(itertools.product(words[1:], repeat=n) for n in range(length))):
        target = np.array([[START, *prefix]])
        logits[prefix] = array(ops.log_softmax(model({"source": source, "target": target})))[0, -1]
    scores = {}
    for prefix in logits:
        for word in words:
            if word == END or len(prefix) == length - 1:
                answer = (*prefix, word)
                scores[answer] = sum(logits[answer[:n]][answer[n]] for n in range(len(answer)))
    return scores


VOCABULARY_OF_FOUR = 7  # PAD, START and END are not among the four


@pytest.mark.parametrize("penalty", [0.0, 0.6, 2.0])
def test_a_wide_beam_finds_the_best_of_all_answers(penalty):
    model = transformer.transformer(VOCABULARY_OF_FOUR, (1, 16, 2, 32))
    loud(model)
    source = np.array([[3, 5, 4, END]])
    scores = by_hand(model, source, length=3)
    assert len(scores) == 1 + 4 + 16 * 5
    best = max(scores, key=lambda answer: scores[answer] / ((5 + len(answer)) / 6) ** penalty)
    [found] = search.translator(model, 3, beams=len(scores), penalty=penalty).predict(source, verbose=0)
    assert tuple(found[found != PAD]) == best


def test_a_translator_follows_its_model():
    """It shares the weights, and greedy search takes the best token each time."""
    model, inputs = small()
    translate = search.translator(model, 6)
    before = translate.predict(inputs["source"], verbose=0)
    weights = model.get_weights()
    model.set_weights([weights[0][::-1], *weights[1:]])
    after = translate.predict(inputs["source"], verbose=0)
    assert (before != after).any()
    targets = np.pad(after[:, :-1], ((0, 0), (1, 0)), constant_values=START)
    logits = proof.run(model, {"source": inputs["source"], "target": targets})
    logits[:, :, :END] = -np.inf
    real = after != PAD
    np.testing.assert_array_equal(logits.argmax(axis=-1)[real], after[real])


def test_it_is_registered_both_ways():
    options = [entry.build.keywords for name, entry in MODELS.items() if name.startswith("Transformer")]
    assert {one.get("norm", "post") for one in options} == set(transformer.NORMS)


@pytest.mark.parametrize(
    "options, words",
    [
        ({"size": "huge"}, "no size 'huge': there are base, big"),
        ({"size": (2, 20, 3, 8)}, "3 heads cannot share a width of 20"),
        ({"size": (2, 15, 3, 8)}, "and even"),
        ({"norm": "before"}, "`norm`: found 'before', expected one of pre, post"),
        ({"without": ("heads",)}, "`without`: found 'heads', expected one of norm, positions, residual, scale"),
    ],
)
def test_impossible_settings_are_one_sentence(options, words):
    with pytest.raises(CourseError, match=words):
        transformer.transformer(10, **{"size": SMALL, **options})


def test_a_search_for_nothing_is_one_sentence():
    model, _ = small()
    for options in ({"beams": 0}, {"longest": 0}):
        with pytest.raises(CourseError, match="both must be at least 1"):
            search.translator(model, **options)
