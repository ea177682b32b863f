"""ViT against KerasHub with copied weights, its attention against the formula, and what its parts promise."""

import keras
import keras_hub
import numpy as np
import proof
import pytest

from course_lib.errors import CourseError
from course_lib.models import summary, vit

pytestmark = pytest.mark.usefixtures("unfilled")  # every test gives the weights values of its own

SMALL = (3, 24, 4)  # blocks, width, heads


def small(input_shape=(24, 16, 3), **options):
    return vit.vit(SMALL, patch=8, input_shape=input_shape, **{"num_classes": 10, **options})


def layer_weights(model, name):
    return model.get_layer(name).get_weights()


def keras_hub_logits(model, images, size, patch):
    """Of KerasHub's ViT with the weights of ours, layer by layer."""
    blocks, width, heads = size
    backbone = keras_hub.models.ViTBackbone(images.shape[1:], patch, blocks, heads, width, 4 * width)
    embedding = backbone.get_layer("vit_patching_and_embedding")
    embedding.patch_embedding.set_weights(layer_weights(model, "patches"))
    embedding.class_token.assign(layer_weights(model, "class_token")[0])
    embedding.position_embedding.embeddings.assign(layer_weights(model, "positions")[0][0])
    encoder = backbone.get_layer("vit_encoder")
    for number, theirs in enumerate(encoder.encoder_layers, 1):
        theirs.layer_norm_1.set_weights(layer_weights(model, f"block{number}_norm_attention"))
        theirs.mha.set_weights(layer_weights(model, f"block{number}_attention"))
        theirs.layer_norm_2.set_weights(layer_weights(model, f"block{number}_norm_mlp"))
        theirs.mlp.dense_1.set_weights(layer_weights(model, f"block{number}_mlp1"))
        theirs.mlp.dense_2.set_weights(layer_weights(model, f"block{number}_mlp2"))
    encoder.layer_norm.set_weights(layer_weights(model, "norm"))
    kernel, bias = layer_weights(model, "logits")
    tokens = proof.run(backbone, images)
    return backbone, tokens[:, 0] @ kernel + bias


@pytest.mark.parametrize(
    "size, patch, shape",
    [("Ti", 16, (64, 96, 3)), ("S", 14, (42, 28, 1)), (SMALL, 7, (28, 28, 1))],
)
def test_logits_equal_those_of_keras_hub(size, patch, shape):
    images = proof.pictures(shape)
    model = vit.vit(size, patch, shape, num_classes=10)
    ours = proof.randomize(model, images)
    backbone, theirs = keras_hub_logits(model, images, vit.SIZES.get(size, size), patch)
    proof.assert_same_logits(ours, theirs)
    last = 10 * (model.get_layer("logits").input.shape[-1] + 1)
    assert model.count_params() == backbone.count_params() + last


def heads_by_hand(x, weights):
    """Attention weights and output of multi-head attention, head by head (equation 1 of Vaswani et al., 2017)."""
    query, query_bias, key, key_bias, value, value_bias, out, out_bias = weights
    shares, result = [], out_bias
    for head in range(query.shape[1]):
        q, k, v = (
            x @ matrix[:, head] + bias[head]
            for matrix, bias in ((query, query_bias), (key, key_bias), (value, value_bias))
        )
        scores = q @ k.T / np.sqrt(q.shape[-1])
        share = np.exp(scores - scores.max(axis=1, keepdims=True))
        share /= share.sum(axis=1, keepdims=True)
        shares.append(share)
        result = result + share @ v @ out[head]
    return np.stack(shares), result


def test_attention_maps_are_those_of_the_formula():
    model = small()
    images = proof.pictures(model.input_shape[1:], count=2)
    proof.randomize(model, images)
    maps = vit.attention_maps(model)
    found = [keras.ops.convert_to_numpy(part) for part in maps(images)]
    assert [part.shape for part in found] == [(2, 4, 7, 7)] * 3
    before = keras.Model(model.input, [model.get_layer(f"block{n}_norm_attention").output for n in (1, 2, 3)])
    for number, (inputs, shares) in enumerate(zip(before(images), found), 1):
        weights = layer_weights(model, f"block{number}_attention")
        for x, share in zip(keras.ops.convert_to_numpy(inputs), shares):
            np.testing.assert_allclose(share, heads_by_hand(x, weights)[0], atol=1e-5)
            assert share.std() > 0.01  # not the same share for all
    np.testing.assert_allclose(np.sum(found, axis=-1), 1, atol=1e-5)


def test_without_positions_the_order_of_patches_does_not_matter():
    model = small()
    images = proof.pictures(model.input_shape[1:])
    ours = proof.randomize(model, images)
    patches = images.reshape(4, 3, 8, 2, 8, 3).transpose(0, 1, 3, 2, 4, 5).reshape(4, 6, 8, 8, 3)
    moved = patches[:, [3, 5, 1, 0, 4, 2]].reshape(4, 3, 2, 8, 8, 3).transpose(0, 1, 3, 2, 4, 5)
    moved = moved.reshape(images.shape)
    assert proof.differs(ours, proof.run(model, moved))
    positions = model.get_layer("positions")
    positions.set_weights([0 * positions.get_weights()[0]])
    np.testing.assert_allclose(proof.run(model, moved), proof.run(model, images), atol=proof.EXACT)


def test_layer_scale_starts_near_doing_nothing():
    """Then the blocks hardly change the tokens; and the scale weighs each channel."""
    model = small(layer_scale=1e-5, num_classes=0)
    images = proof.pictures(model.input_shape[1:])
    proof.fill(model)
    names = [layer.name for layer in model.layers if "_scale_" in layer.name]
    assert len(names) == 6
    for name in names:
        model.get_layer(name).set_weights([np.full(24, 1e-5, "float32")])
    inner = keras.Model(model.input, [model.get_layer("positions").output, model.get_layer("block3_add_mlp").output])
    first, last = (keras.ops.convert_to_numpy(x) for x in inner(images))
    assert 0 < np.abs(last - first).max() < 0.01 * np.abs(first).max()
    model.get_layer("block3_scale_mlp").set_weights([np.eye(24, dtype="float32")[5]])
    again = keras.ops.convert_to_numpy(inner(images)[1])
    changed = np.abs(again - last).max(axis=(0, 1)) > 1e-3
    assert list(np.flatnonzero(changed)) == [5]


def test_tokens_without_a_head():
    model = small(num_classes=0)
    assert model.output_shape == (None, 7, 24)


def test_dropout_only_in_training():
    model = small(dropout=0.5)
    images = proof.pictures(model.input_shape[1:])
    ours = proof.randomize(model, images)
    np.testing.assert_array_equal(proof.run(model, images), ours)
    assert proof.differs(ours, model(images, training=True))


@pytest.mark.parametrize(
    "options, words",
    [
        ({"size": "X"}, "no size 'X': there are Ti, S, B, L, H"),
        ({"size": (2, 10, 3)}, "3 heads cannot share a width of 10"),
        ({"input_shape": (30, 32, 3)}, "patches of 16 pixels do not fill an image of 30x32"),
        ({"patch": 500}, "patches of 500 pixels do not fill"),
    ],
)
def test_impossible_settings_are_one_sentence(options, words):
    with pytest.raises(CourseError, match=words):
        vit.vit(**options)


def test_the_docstrings_table_adds_up():
    model = summary.blueprint(vit.vit)
    parts = {"patches": 590_592, "class_token": 768, "positions": 151_296, "norm": 1_536, "logits": 769_000}
    for name, count in parts.items():
        assert model.get_layer(name).count_params() == count and f"{count:,}" in vit.__doc__
    assert model.count_params() == sum(parts.values()) + 12 * 7_087_872
