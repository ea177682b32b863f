"""Models of LLaMA's form by their path: folders that Hugging Face writes, GGUF files, and what is wrong with others."""

import json
import shutil

import numpy as np
import pytest
import tiny_llm

from course_lib.errors import CourseError
from course_lib.llm import model, stored

torch = pytest.importorskip("torch")
transformers = pytest.importorskip("transformers")
TEXT = "Hello, 세계 12345!"
FORMS = {
    "llama": ("Llama", {"tie_word_embeddings": False}),
    "llama, tied, bfloat16, in parts": ("Llama", {"tie_word_embeddings": True, "dtype": "bfloat16"}),
    "mistral": ("Mistral", {"sliding_window": 64}),
    "qwen2": ("Qwen2", {"tie_word_embeddings": True}),
}


def theirs(form):
    """A model of Hugging Face with random weights, whose answers depend on the tokens."""
    name, more = FORMS[form]
    sizes = {
        **{"vocab_size": 259, "hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 4},
        **{"num_key_value_heads": 2, "intermediate_size": 48, "max_position_embeddings": 128},
        **{"eos_token_id": 2, "bos_token_id": 1, "rope_parameters": {"rope_type": "default", "rope_theta": 300.0}},
    }
    torch.manual_seed(0)
    made = getattr(transformers, f"{name}ForCausalLM")(getattr(transformers, f"{name}Config")(**{**sizes, **more}))
    for key, weight in made.named_parameters():
        torch.nn.init.normal_(weight, std=0.5 if weight.ndim == 1 or "embed" in key else 1.5 * weight.shape[1] ** -0.5)
    return made.to(getattr(torch, more.get("dtype", "float32"))).eval()


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    """Form -> a model and the folder that Hugging Face wrote of it."""
    found = {}
    for form in FORMS:
        folder = tmp_path_factory.mktemp("models") / form.replace(", ", "_")
        made = theirs(form)
        made.save_pretrained(folder, max_shard_size="20KB" if "parts" in form else "1GB")
        fast = transformers.PreTrainedTokenizerFast(
            tokenizer_object=tiny_llm.tokenizer(), bos_token="<|im_start|>", eos_token="<|im_end|>"
        )
        fast.chat_template = tiny_llm.TEMPLATE
        fast.save_pretrained(folder)
        found[form] = made, fast, folder
    return found


@pytest.mark.parametrize("form", FORMS)
def test_a_folder_that_hugging_face_wrote(folders, form):
    _, fast, folder = folders[form]
    ours = model.load(folder)
    tokens = fast.encode(TEXT)
    assert ours.tokens.encode(TEXT) == tokens and ours.tokens.decode(tokens) == TEXT
    assert ours.tokens.ends == (2,)
    with torch.no_grad():
        read = transformers.AutoModelForCausalLM.from_pretrained(folder, dtype="float32").eval()
        expected = read(torch.tensor([tokens])).logits[0].numpy()
    assert expected.std() > 0.3
    np.testing.assert_allclose(ours.logits(tokens), expected, atol=2e-4)
    messages = [{"role": "user", "content": TEXT}]
    assert ours.tokens.prompt(messages) == fast.apply_chat_template(
        messages, tokenize=False, add_generation_prompt=True
    )
    assert len(list(folder.glob("*.safetensors"))) == 1 or "parts" in form
    assert ours.config.longest == (64 if form == "mistral" else 128)


def a_gguf(path, made, form):
    """Write a model of Hugging Face as llama.cpp's converter does: pairs of queries and keys side by side in LLaMA."""
    gguf = pytest.importorskip("gguf")
    writer, c = gguf.GGUFWriter(path, form), made.config
    writer.add_block_count(c.num_hidden_layers)
    writer.add_context_length(c.max_position_embeddings)
    writer.add_embedding_length(c.hidden_size)
    writer.add_feed_forward_length(c.intermediate_size)
    writer.add_head_count(c.num_attention_heads)
    writer.add_head_count_kv(c.num_key_value_heads)
    writer.add_layer_norm_rms_eps(c.rms_norm_eps)
    writer.add_rope_freq_base(300.0)
    words = sorted(tiny_llm.tokenizer().get_vocab().items(), key=lambda item: item[1])
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("qwen2")
    writer.add_token_list([word for word, _ in words])
    writer.add_token_types([3 if number < 3 else 1 for _, number in words])
    writer.add_token_merges(["H e"])  # one whose result is no token would be refused
    writer.add_eos_token_id(2)
    for name, value in made.state_dict().items():
        if name == "lm_head.weight" and c.tie_word_embeddings:
            continue
        *_, part, kind = name.split(".")
        value, heads = value.numpy(), {"q_proj": c.num_attention_heads, "k_proj": c.num_key_value_heads}.get(part)
        if heads and form == "llama":
            value = value.reshape(heads, 2, -1, *value.shape[1:]).swapaxes(1, 2).reshape(value.shape)
        names = gguf.get_tensor_name_map(gguf.MODEL_ARCH.LLAMA, c.num_hidden_layers)
        writer.add_tensor(names.get_name(name, ("." + kind,)), np.ascontiguousarray(value))
    for step in ("header", "kv_data", "tensors"):
        getattr(writer, f"write_{step}_to_file")()
    writer.close()


@pytest.mark.parametrize("form", ["llama", "qwen2"])
def test_the_same_model_as_gguf(folders, form, tmp_path, monkeypatch):
    made, fast, folder = folders[form]
    path = tmp_path / "some.gguf"
    a_gguf(path, made, form)
    # the vocabulary of single bytes has no merges, so the one that a file must have is taken out of what was read
    facts, weights = stored.gguf.read(path)
    monkeypatch.setattr(stored.gguf, "read", lambda path: ({**facts, "tokenizer.ggml.merges": []}, weights))
    ours, tokens = model.load(path), fast.encode(TEXT)
    assert ours.tokens.encode(TEXT) == tokens
    with torch.no_grad():
        expected = made(torch.tensor([tokens])).logits[0].numpy()
    np.testing.assert_allclose(ours.logits(tokens), expected, atol=2e-4)


# --- What is wrong with a path


@pytest.fixture
def folder(folders, tmp_path):
    """A copy to be damaged."""
    return shutil.copytree(folders["llama"][2], tmp_path / "copy")


def change(folder, **facts):
    path = folder / "config.json"
    path.write_text(json.dumps({**json.loads(path.read_text("utf-8")), **facts}), encoding="utf-8")


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"model_type": "gpt2"}, "the architecture gpt2, expected llama"),
        ({"rope_parameters": {"rope_type": "llama3"}}, "rotations of the kind llama3"),
        ({"rope_scaling": {"type": "linear", "factor": 2}}, "rotations of the kind linear"),
        ({"hidden_act": "gelu"}, "the activation gelu"),
        ({"num_hidden_layers": 3}, "has no weight block3"),
        ({"num_hidden_layers": 1}, "a weight block2"),
        ({"num_key_value_heads": 3}, "groups must divide heads"),
        ({"num_attention_heads": 8, "head_dim": 8}, r"of shape \(32, 32\), expected \(64, 32\)"),
    ],
)
def test_a_model_of_another_form_is_named(folder, facts, sentence):
    change(folder, **facts)
    with pytest.raises(CourseError, match=sentence):
        model.load(folder)


def test_what_a_folder_lacks_is_named(folder):
    for name, sentence in (
        ("tokenizer.json", "holds no tokenizer.json"),
        ("model.safetensors", "holds no file that ends in .safetensors"),
        ("config.json", "there is no .*config.json"),
    ):
        (folder / name).unlink()
        with pytest.raises(CourseError, match=sentence):
            stored.read(folder)
    with pytest.raises(CourseError, match="there is no .*nowhere"):
        stored.read(folder / "nowhere")


@pytest.mark.parametrize("name", ["config.json", "model.safetensors", "tokenizer.json"])
def test_a_damaged_file_is_named(folder, name):
    content = (folder / name).read_bytes()
    (folder / name).write_bytes(content[: len(content) // 2])
    with pytest.raises(CourseError, match=f"{name} is damaged"):
        stored.read(folder)
