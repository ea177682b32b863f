"""LLaMA: sizes as published, the same logits as Hugging Face's with the same weights, the cache, and LoRA."""

import keras
import numpy as np
import proof
import pytest

from course_lib.errors import CourseError
from course_lib.models import llama, llama_sizes, lora
from course_lib.models.llama_sizes import Config

TINY = {"vocabulary": 50, "blocks": 2, "width": 24, "heads": 6, "hidden": 40}
FORMS = [
    Config(**TINY),
    Config(**TINY, groups=2, tied=True, theta=100.0, epsilon=1e-3),
    Config(**TINY, groups=1, head=8, bias=True),
]
PUBLISHED = {
    "LLaMA-7B": 6_738_415_616,
    "LLaMA-13B": 13_015_864_320,
    "LLaMA-33B": 32_528_943_616,
    "LLaMA-65B": 65_285_660_672,
    "SmolLM2-135M": 134_515_008,
}
PALM = {"PaLM-8B": 8.63, "PaLM-62B": 62.50, "PaLM-540B": 540.35}  # Chowdhery et al., 2022, Table 1: billions
TOKENS = np.random.default_rng(0).integers(0, 50, (2, 9))


def random(config, linear=keras.layers.Dense, seed=0):
    """A network whose answer depends on every weight."""
    made, generator = llama.llama(config, linear), np.random.default_rng(seed)
    for weight in made.weights:
        value = generator.normal(size=weight.shape)
        weight.assign(1 + value / 5 if len(weight.shape) == 1 else value * weight.shape[0] ** -0.5)
    return made


@pytest.mark.parametrize("name", PUBLISHED)
def test_sizes_are_those_published(name):
    assert llama_sizes.parameters(name) == PUBLISHED[name]


@pytest.mark.parametrize("name", PALM)
def test_palm_has_the_size_of_its_paper(name):
    assert abs(llama_sizes.parameters(name) / 1e9 - PALM[name]) < 0.01


def test_sizes_of_gpt():
    assert llama_sizes.gpt_parameters(50257, 12, 768, 1024) == 124_439_808
    assert llama_sizes.gpt_parameters(50257, 48, 1600, 1024) == 1_557_611_200
    assert round(llama_sizes.gpt_parameters(50257, 96, 12288, 2048) / 1e9) == 175


@pytest.mark.parametrize("config", FORMS)
def test_the_count_is_that_of_a_network(config):
    assert llama_sizes.parameters(config) == llama.llama(config).count_params()


def test_what_weights_cost():
    assert llama_sizes.memory(1000) == 4000 and llama_sizes.memory(1000, "int4") == 500
    assert llama_sizes.training_compute(10, 100) == 6000
    smol = llama_sizes.SIZES["SmolLM2-135M"]
    assert llama_sizes.cache_memory(smol, 1) == 30 * 2 * 3 * 64 * 4
    with pytest.raises(CourseError, match="no type 'int3'"):
        llama_sizes.memory(1, "int3")


@pytest.mark.parametrize("wrong", [{"groups": 4}, {"heads": 5}, {"heads": 8}])
def test_heads_that_do_not_fit_are_named(wrong):
    with pytest.raises(CourseError, match="groups must divide heads"):
        Config(**{**TINY, **wrong})


def test_an_unknown_size_is_named():
    with pytest.raises(CourseError, match="LLaMA-65B"):
        llama_sizes.parameters("LLaMA-8B")


def test_norms_have_a_mean_square_of_one():
    x = np.random.default_rng(0).normal(3, 5, (4, 16)).astype("float32")
    normed = keras.ops.convert_to_numpy(llama.rms_norm(x, 1.0, 0.0))
    np.testing.assert_allclose((normed**2).mean(axis=1), 1, atol=1e-5)
    np.testing.assert_allclose(normed, x / np.sqrt((x**2).mean(axis=1, keepdims=True)), atol=1e-5)


def test_scores_of_turned_vectors_depend_on_the_distance_only():
    query, key = np.random.default_rng(0).normal(size=(2, 1, 8)).astype("float32")

    def score(at, other):
        turned = [llama.rotate(x, *llama.rotations([place], 8)) for x, place in ((query, at), (key, other))]
        return float(np.sum(np.multiply(*map(keras.ops.convert_to_numpy, turned))))

    assert abs(score(5, 3) - score(105, 103)) < 1e-4 < abs(score(5, 3) - score(5, 4))
    assert abs(score(7, 7) - float((query * key).sum())) < 1e-4


@pytest.mark.parametrize("config", FORMS)
def test_nobody_looks_ahead(config):
    network, changed = random(config), TOKENS.copy()
    changed[:, 6] = (changed[:, 6] + 1) % 50
    before, after = proof.run(network, TOKENS), proof.run(network, changed)
    np.testing.assert_allclose(before[:, :6], after[:, :6], atol=1e-5)
    assert np.abs(before[:, 6:] - after[:, 6:]).max(axis=-1).min() > 0.01


@pytest.mark.parametrize("config", FORMS)
def test_with_a_cache_the_logits_are_the_same(config):
    network, found, cache, at = random(config), [], None, 0
    for count in (4, 1, 1, 3):
        logits, cache = llama.read_on(network, TOKENS[:, at : at + count], at, cache)
        found.append(keras.ops.convert_to_numpy(logits))
        at += count
    np.testing.assert_allclose(np.concatenate(found, axis=1), proof.run(network, TOKENS), atol=1e-4)
    assert cache[0][0].shape == (2, config.groups, 9, config.head)


@pytest.mark.parametrize("config", FORMS)
def test_logits_equal_those_of_hugging_face(config):
    torch = pytest.importorskip("torch")
    transformers = pytest.importorskip("transformers")
    c = config
    sizes = {
        **{"vocab_size": c.vocabulary, "hidden_size": c.width, "num_hidden_layers": c.blocks, "head_dim": c.head},
        **{"num_attention_heads": c.heads, "num_key_value_heads": c.groups, "intermediate_size": c.hidden},
        **{"rms_norm_eps": c.epsilon, "tie_word_embeddings": c.tied, "max_position_embeddings": c.longest},
        "rope_parameters": {"rope_type": "default", "rope_theta": c.theta},
    }
    form = "Qwen2" if c.bias else "Llama"  # the one whose queries, keys and values alone have a bias
    theirs = getattr(transformers, f"{form}ForCausalLM")(getattr(transformers, f"{form}Config")(**sizes)).eval()
    network = random(config)
    array = keras.ops.convert_to_numpy
    tensor = lambda weight, turned=False: torch.tensor(array(weight).T.copy() if turned else array(weight))
    embedding = network.get_layer("embedding")
    weights = {"model.embed_tokens": embedding.embeddings, "model.norm": network.get_layer("norm").scale}
    weights = {f"{name}.weight": tensor(weight) for name, weight in weights.items()}
    weights["lm_head.weight"] = tensor(embedding.embeddings) if c.tied else tensor(embedding.reverse_embeddings, True)
    names = ["input_layernorm", *(f"self_attn.{part}_proj" for part in "qkvo"), "post_attention_layernorm"]
    names += [f"mlp.{part}_proj" for part in ("gate", "up", "down")]
    for number in range(c.blocks):
        for name, part in zip(names, network.get_layer(f"block{number + 1}").parts().values()):
            for weight in part.weights:
                end = "bias" if weight.name == "bias" else "weight"
                weights[f"model.layers.{number}.{name}.{end}"] = tensor(weight, True)
    theirs.load_state_dict(weights)
    with torch.no_grad():
        expected = theirs(torch.tensor(TOKENS)).logits.numpy()
    assert expected.std() > 0.3
    np.testing.assert_allclose(proof.run(network, TOKENS), expected, atol=1e-4)


# --- LoRA


def test_a_change_begins_with_nothing_and_only_it_is_learned():
    plain, adapted = random(FORMS[1]), random(FORMS[1], lora.beside(rank=2, parts=("query", "up")))
    for layer in lora.changed(adapted).values():
        layer.b.assign(keras.ops.zeros_like(layer.b))
    own = [weight for weight in adapted.weights if weight.name not in ("a", "b")]
    for weight, value in zip(own, plain.weights):
        weight.assign(value)
    np.testing.assert_allclose(proof.run(adapted, TOKENS), proof.run(plain, TOKENS), atol=1e-5)
    assert lora.freeze(adapted) == 2 * 2 * (24 + 24 + 24 + 40)
    before = [keras.ops.convert_to_numpy(weight) for weight in own]
    adapted.compile("adam", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    adapted.fit(TOKENS[:, :-1], TOKENS[:, 1:], epochs=2, verbose=0)
    for weight, value in zip(own, before):
        np.testing.assert_array_equal(keras.ops.convert_to_numpy(weight), value)
    assert all(np.abs(b).max() > 0 for _, b in lora.changes(adapted).values())


def test_merged_the_answers_are_the_same_and_the_change_is_gone():
    adapted = random(FORMS[1], lora.beside(rank=2, alpha=8))
    before, kept = proof.run(adapted, TOKENS), lora.changes(adapted)
    merged = proof.run(lora.merge(adapted), TOKENS)
    np.testing.assert_allclose(merged, before, atol=1e-4)
    assert all(np.abs(b).max() == 0 for _, b in lora.changes(adapted).values())
    assert np.abs(proof.run(lora.put_back(adapted, kept), TOKENS) - before).max() > 0.01, "added a second time"


def test_a_change_equals_that_of_keras():
    x = np.random.default_rng(0).normal(size=(3, 6)).astype("float32")
    theirs, ours = keras.layers.Dense(4), lora.LowRank(4, 2, 6.0, True)
    theirs.build((None, 6))
    theirs.enable_lora(2, lora_alpha=6.0)
    ours.build((None, 6))
    b = np.random.default_rng(1).normal(size=(2, 4))
    theirs.lora_kernel_b.assign(b)
    for weight, value in (
        (ours.kernel, theirs._kernel),
        (ours.bias, theirs.bias),
        (ours.a, theirs.lora_kernel_a),
        (ours.b, b),
    ):
        weight.assign(value)
    np.testing.assert_allclose(*map(keras.ops.convert_to_numpy, (ours(x), theirs(x))), atol=1e-5)
