"""What a config.json says wrongly is one sentence; needs no package of Hugging Face's that learners lack."""

import json

import numpy as np
import pytest
import tiny_llm

from course_lib import hugging_face
from course_lib.errors import CourseError
from course_lib.llm import model, stored
from course_lib.models import bert, gpt


def write(folder, facts, **changes):
    facts = facts if not isinstance(facts, dict) else {**facts, **changes}
    facts = {name: value for name, value in facts.items() if value != "absent"} if isinstance(facts, dict) else facts
    (folder / "config.json").write_text(json.dumps(facts), encoding="utf-8")


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    """Kind -> the folder of a small model, and what its config.json says."""
    models = {"gpt2": gpt.gpt(30, (2, 8, 2), 12), "bert": bert.bert(30, (2, 8, 2), None, 12)}
    found = {}
    for kind, made in models.items():
        folder = tmp_path_factory.mktemp(kind)
        hugging_face.save(made, folder)
        found[kind] = folder, json.loads((folder / "config.json").read_text(encoding="utf-8"))
    return found


@pytest.mark.parametrize(
    ("kind", "name", "value"),
    [
        *(("gpt2", name, "absent") for name in ("n_embd", "n_layer", "n_head", "vocab_size", "n_positions")),
        *(("bert", name, "absent") for name in ("hidden_size", "num_hidden_layers", "vocab_size", "pad_token_id")),
        *(("gpt2", "n_layer", value) for value in ("x", None, 0, -1, 1.5, True, [2])),
        *(("bert", "num_attention_heads", value) for value in ("2", 0, {})),
    ],
)
def test_a_size_that_is_missing_or_no_number(saved, kind, name, value):
    folder, facts = saved[kind]
    write(folder, facts, **{name: value})
    found = None if value == "absent" else value
    least = 0 if name == "pad_token_id" else 1
    with pytest.raises(CourseError) as raised:
        hugging_face.load(folder)
    assert str(raised.value) == f"its {name} is {found!r}, and must be a whole number, {least} or more"
    write(folder, facts)
    assert hugging_face.load(folder).count_params() > 0


def test_what_is_no_description_at_all(saved):
    folder, facts = saved["gpt2"]
    for content in ([1], "gpt2", None, {"model_type": ["gpt2"]}, {}):
        write(folder, content)
        with pytest.raises(CourseError, match="config.json is no description of a model: save it again"):
            hugging_face.load(folder)
    write(folder, facts, layer_norm_epsilon="x")
    with pytest.raises(CourseError, match="its layer_norm_epsilon is x, and only 1e-05 can be built here"):
        hugging_face.load(folder)


FACTS = {
    **{"model_type": "llama", "vocab_size": 259, "hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 4},
    **{"num_key_value_heads": 2, "intermediate_size": 48, "max_position_embeddings": 128, "rms_norm_eps": 1e-6},
    **{"tie_word_embeddings": False, "eos_token_id": 2},
}


@pytest.fixture
def folder(tmp_path):
    """A model of LLaMA's form as Hugging Face names its weights."""
    found = tiny_llm.found()
    theirs = {}
    for name in found.readers:
        block, _, part = name.rpartition(".")
        of_block = f"model.layers.{int(block[5:]) - 1}.{stored.PARTS[part][1]}" if block else stored.OUTER[name][1]
        theirs[f"{of_block}.weight"] = found.weight(name)
    hugging_face.write_tensors(tmp_path / "model.safetensors", theirs)
    tiny_llm.tokenizer().save(str(tmp_path / "tokenizer.json"))
    write(tmp_path, FACTS)
    return tmp_path


def test_a_folder_of_llamas_form_is_read(folder):
    tokens = [5, 6, 7]
    write(folder, FACTS, rope_theta=500, head_dim=None, sliding_window=None, rope_scaling=None)
    np.testing.assert_allclose(model.load(folder).logits(tokens), tiny_llm.model().logits(tokens), atol=1e-5)


@pytest.mark.parametrize("content", [[1], "llama", None, 3])
def test_a_description_that_is_no_object(folder, content):
    write(folder, content)
    with pytest.raises(CourseError, match="config.json is damaged or cut off: fetch it once more"):
        model.load(folder)


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("num_hidden_layers", "x", "found num_hidden_layers of 'x', expected a whole number above 0"),
        ("hidden_size", 0, "found hidden_size of 0, expected a whole number above 0"),
        ("head_dim", [8], r"found head_dim of \[8\], expected a whole number above 0"),
        ("rms_norm_eps", "x", "found rms_norm_eps of 'x', expected a number above 0"),
        ("rope_theta", -1, "found rope_theta of -1, expected a number above 0"),
        ("rope_parameters", {"rope_theta": "x"}, "found rope_theta of 'x'"),
        ("rope_parameters", [1], r"found rotations of the kind \[1\]"),
        ("num_attention_heads", None, "no num_attention_heads among its facts"),
        ("vocab_size", "absent", "no vocab_size among its facts"),
    ],
)
def test_a_size_of_llamas_form_that_is_no_number(folder, name, value, sentence):
    write(folder, FACTS, **{name: value})
    with pytest.raises(CourseError, match=sentence):
        model.load(folder)
