"""GPT and BERT against Hugging Face's Transformers with the same weights, both ways, and the file in between."""

import importlib
import json
import struct
import unicodedata

import numpy as np
import proof
import pytest

from course_lib import data, hugging_face, weights
from course_lib.errors import CourseError
from course_lib.files import COURSE
from course_lib.models import bert, gpt

# torch comes first: Transformers looks for it
torch = pytest.importorskip("torch", reason=proof.NO_TORCH)
transformers = pytest.importorskip("transformers")
pytestmark = pytest.mark.usefixtures("unfilled")

VOCABULARY, SIZE, CONTEXT = 90, (3, 48, 4), 24
KINDS = {None: "BertModel", "pooler": "BertModel", "words": "BertForMaskedLM"}


def random(model, seed=0):
    """Weights with which the answer depends on every one of them."""
    generator = np.random.default_rng(seed)
    for weight in model.weights:
        name, shape = weight.path.rsplit("/", 1)[-1], weight.shape
        spread = {"gamma": 0.3, "beta": 0.3, "bias": 0.3, "kernel": 1.4 * shape[0] ** -0.5}.get(name, 0.4)
        weight.assign(generator.normal(float(name == "gamma"), spread, shape))
    return model


def texts(rows=4, length=CONTEXT, low=5):
    return np.random.default_rng(1).integers(low, VOCABULARY, (rows, length)).astype("int32")


def theirs_from(folder, kind):
    model = getattr(transformers, kind).from_pretrained(str(folder), attn_implementation="eager").eval()
    return lambda tokens, **more: model(input_ids=torch.tensor(tokens, dtype=torch.long), **more)


def assert_equal(ours, theirs):
    theirs = theirs.detach().numpy()
    difference = np.abs(np.asarray(ours) - theirs).max()
    print(f"largest difference {difference:.1e}, spread {theirs.std():.2f}")
    assert theirs.std() > 0.1 and difference < proof.EXACT


def test_logits_of_gpt_equal_those_of_gpt2(tmp_path):
    model = random(gpt.gpt(VOCABULARY, SIZE, CONTEXT))
    hugging_face.save(model, tmp_path)
    tokens = texts()
    assert_equal(proof.run(model, tokens), theirs_from(tmp_path, "GPT2LMHeadModel")(tokens).logits)


@pytest.mark.parametrize("head", KINDS)
def test_outputs_of_bert_equal_those_of_bert(head, tmp_path):
    model = random(bert.bert(VOCABULARY, SIZE, head, CONTEXT))
    hugging_face.save(model, tmp_path)
    tokens = texts()
    tokens[1, 9:], tokens[2, 20:] = 0, 0  # shorter ones
    segments = (np.arange(CONTEXT) > 7).astype("int32") * np.ones_like(tokens)
    found = theirs_from(tmp_path, KINDS[head])(
        tokens,
        attention_mask=torch.tensor((tokens != 0).astype("int64")),
        token_type_ids=torch.tensor(segments, dtype=torch.long),
    )
    theirs = found.logits if head == "words" else found.pooler_output if head == "pooler" else found.last_hidden_state
    ours = proof.run(model, {"tokens": tokens, "segments": segments})
    real = slice(None) if head == "pooler" else tokens != 0
    assert_equal(ours[real], theirs[torch.tensor(real) if head != "pooler" else real])


def test_a_short_text_alone_is_what_it_is_among_longer_ones_and_without_segments():
    model = random(bert.bert(VOCABULARY, SIZE, None, CONTEXT, pairs=False))
    tokens = texts()
    tokens[1, 9:] = 0
    together, alone = proof.run(model, tokens)[1, :9], proof.run(model, tokens[1:2, :9])[0]
    np.testing.assert_allclose(together, alone, atol=proof.EXACT)


def test_byte_pairs_are_loaded_by_auto_tokenizer(tmp_path):
    pairs = data.office_tokens()
    hugging_face.save(random(gpt.gpt(len(pairs), SIZE, CONTEXT)), tmp_path, pairs)
    theirs = transformers.AutoTokenizer.from_pretrained(str(tmp_path))
    assert (theirs.pad_token_id, theirs.bos_token_id, theirs.eos_token_id) == (0, 1, 2)
    for text in [text for pair in data.help_pairs("test")[:300] for text in pair] + ["  a  b ", "x_y 100%", "꿻뷁"]:
        tokens = pairs.encode(text)
        assert theirs(text)["input_ids"] == tokens, text
        assert unicodedata.normalize("NFC", theirs.decode(tokens)).strip() == pairs.decode(tokens)


def test_the_pipeline_writes_what_chapter_12_shows(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(str(COURSE / "data"))
    pipeline = importlib.import_module("makers.pipeline")  # which is on no path but that of data/make.py
    pairs, record = data.office_tokens(), json.loads(data.file("pipeline.json").read_text(encoding="utf-8"))
    hugging_face.save(weights.load(gpt.gpt(len(pairs), (2, 128, 4), 64), "office_gpt"), tmp_path, pairs)
    assert pipeline.continued(tmp_path) == record["texts"] and len(record["texts"]) == 3


@pytest.mark.parametrize("kind", ["GPT2LMHeadModel", "BertModel", "BertForMaskedLM"])
def test_folders_of_transformers_are_loaded(kind, tmp_path):
    torch.manual_seed(0)
    if kind.startswith("GPT"):
        facts = transformers.GPT2Config(vocab_size=VOCABULARY, n_positions=CONTEXT, n_embd=48, n_layer=2, n_head=4, bos_token_id=0, eos_token_id=0, initializer_range=0.2)  # fmt: skip
    else:
        facts = transformers.BertConfig(vocab_size=VOCABULARY, max_position_embeddings=CONTEXT, hidden_size=48, num_hidden_layers=2, num_attention_heads=4, intermediate_size=192, initializer_range=0.2)  # fmt: skip
    theirs = getattr(transformers, kind)(facts).eval()
    theirs.save_pretrained(tmp_path)
    ours, tokens = hugging_face.load(tmp_path), texts()
    inputs = tokens if kind.startswith("GPT") else {"tokens": tokens, "segments": np.zeros_like(tokens)}
    found = theirs(torch.tensor(tokens, dtype=torch.long))
    assert_equal(proof.run(ours, inputs), found.pooler_output if kind == "BertModel" else found.logits)


def test_the_file_of_weights_is_that_of_safetensors(tmp_path):
    from safetensors.numpy import load_file, save_file

    generator = np.random.default_rng(0)
    arrays = {name: generator.normal(size=shape).astype("float32") for name, shape in (("a", (3, 4)), ("b.c", (5,)))}
    hugging_face.write_tensors(tmp_path / "ours", arrays)
    save_file(arrays, tmp_path / "theirs")
    for found in (load_file(tmp_path / "ours"), hugging_face.tensors(tmp_path / "theirs")):
        assert found.keys() == arrays.keys()
        for name, array in arrays.items():
            np.testing.assert_array_equal(found[name], array)


DAMAGED = {
    "nothing": b"",
    "text": b"no weights at all",
    "a head that is cut off": struct.pack("<Q", 1000) + b'{"a":',
    "numbers that are cut off": struct.pack("<Q", 58) + b'{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}    ',
    "a type that is unknown": struct.pack("<Q", 58) + b'{"a":{"dtype":"X32","shape":[0],"data_offsets":[0,0]}}    ',
    "another shape": struct.pack("<Q", 58) + b'{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,4]}}    ____',
}


@pytest.mark.parametrize("name", DAMAGED)
def test_a_damaged_file_is_one_sentence(name, tmp_path):
    (tmp_path / "file").write_bytes(DAMAGED[name])
    with pytest.raises(CourseError, match="cannot be read as a safetensors file"):
        hugging_face.tensors(tmp_path / "file")


def test_what_cannot_be_loaded_is_one_sentence(tmp_path):
    with pytest.raises(CourseError, match=r"holds no config.json: give a folder that save_pretrained has written"):
        hugging_face.load(tmp_path)
    model = random(gpt.gpt(VOCABULARY, SIZE, CONTEXT))
    hugging_face.save(model, tmp_path)
    facts = json.loads((tmp_path / "config.json").read_text(encoding="utf-8"))
    for change, sentence in (
        ({"model_type": "t5"}, "a model of type 't5', and only these can be built here: gpt2, bert"),
        ({"activation_function": "relu"}, "its activation_function is relu, and only gelu_new can be built here"),
        ({"n_inner": 7}, "its n_inner is 7, and only 192"),
        ({"n_layer": 4}, "there is no transformer.h.3.ln_1.weight among the weights"),
        ({"n_positions": 20}, r"wpe.weight is \(24, 48\) among the weights, and \(20, 48\)"),
    ):
        (tmp_path / "config.json").write_text(json.dumps({**facts, **change}), encoding="utf-8")
        with pytest.raises(CourseError, match=sentence):
            hugging_face.load(tmp_path)


def test_half_precision_is_read(tmp_path):
    from safetensors.torch import save_file

    values = torch.randn(3, 4)
    save_file({"half": values.half(), "brain": values.bfloat16()}, tmp_path / "file")
    found = hugging_face.tensors(tmp_path / "file")
    np.testing.assert_array_equal(found["half"], values.half().numpy())
    np.testing.assert_array_equal(found["brain"], values.bfloat16().float().numpy())
