"""Language models of LLaMA's form as they lie on a disk: a GGUF file, or a folder as Hugging Face writes it.

A folder holds config.json, model.safetensors (or several, and an index), tokenizer.json and, for chat models, a
template in tokenizer_config.json or chat_template.jinja. Weights are brought to the names of
`course_lib.models.llama`; matrices are (out, in), as both forms have them.
"""

import json
import re
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np

from course_lib.errors import CourseError
from course_lib.llm import gguf
from course_lib.llm.tokens import Tokens
from course_lib.models.llama_sizes import Config
from course_lib.texts import say

FORMS = ("llama", "mistral", "qwen2")  # the same, but for biases and windows
PARTS = {  # ours -> theirs, in GGUF and in Hugging Face's folders
    "norm_attention": ("attn_norm", "input_layernorm"),
    "query": ("attn_q", "self_attn.q_proj"),
    "key": ("attn_k", "self_attn.k_proj"),
    "value": ("attn_v", "self_attn.v_proj"),
    "output": ("attn_output", "self_attn.o_proj"),
    "norm_swiglu": ("ffn_norm", "post_attention_layernorm"),
    "gate": ("ffn_gate", "mlp.gate_proj"),
    "up": ("ffn_up", "mlp.up_proj"),
    "down": ("ffn_down", "mlp.down_proj"),
}
OUTER = {
    "embedding": ("token_embd", "model.embed_tokens"),
    "norm": ("output_norm", "model.norm"),
    "logits": ("output", "lm_head"),
}
WHOLE = (  # in config.json
    *("vocab_size", "num_hidden_layers", "hidden_size", "num_attention_heads", "intermediate_size"),
    *("num_key_value_heads", "head_dim", "max_position_embeddings", "sliding_window"),
)
REAL = ("rms_norm_eps", "rope_theta")
NOT_NEEDED = ("rotary_emb.inv_freq",)  # computed here


@dataclass(frozen=True)
class Stored:
    """A model on the disk.

    Attributes:
        path: where it lies.
        config: its sizes.
        tokens: its `Tokens`.
        readers: name -> function that returns the weight, float32: "embedding", "norm", "logits" (where it is not the
            embedding), "block1.query", "block1.query.bias" and so on.
    """

    path: Path
    config: Config
    tokens: Tokens
    readers: dict

    def weight(self, name):
        """One weight, float32."""
        return self.readers[name]()


def read(path):
    """A model by its path; its weights are not read yet.

    Args:
        path: of a GGUF file, or of a folder.

    Returns:
        `Stored`.

    Raises:
        CourseError: there is nothing, or something of another form; the message says what.
    """
    path = Path(path).expanduser()
    if path.is_dir():
        found = _of_folder(path)
    elif path.is_file():
        found = _of_gguf(path)
    else:
        raise CourseError(say("there is no {path}: give the path of a GGUF file or of a folder with config.json", path=path))  # fmt: skip
    _require_all(found)
    return found


def shapes(config):
    """Name -> shape of every weight that a model needs."""
    c = config
    found = {"embedding": (c.vocabulary, c.width), "norm": (c.width,)}
    if not c.tied:
        found["logits"] = (c.vocabulary, c.width)
    queries, keys = c.heads * c.head, c.groups * c.head
    of_block = {
        **{"norm_attention": (c.width,), "norm_swiglu": (c.width,)},
        **{"query": (queries, c.width), "key": (keys, c.width), "value": (keys, c.width), "output": (c.width, queries)},
        **{"gate": (c.hidden, c.width), "up": (c.hidden, c.width), "down": (c.width, c.hidden)},
    }
    if c.bias:
        of_block |= {"query.bias": (queries,), "key.bias": (keys,), "value.bias": (keys,)}
    for number in range(1, c.blocks + 1):
        found |= {f"block{number}.{name}": shape for name, shape in of_block.items()}
    return found


def _require_all(found):
    """Nothing is missing, nothing is left over."""
    wanted = shapes(found.config)
    left = [name for name in found.readers if name not in wanted]
    if left:
        raise _another(found.path, say("a weight {name}", name=left[0]), say("none of that name"))
    for name in wanted:
        if name not in found.readers:
            raise CourseError(
                say("{path} has no weight {name}: it is not complete, fetch it once more", path=found.path, name=name)
            )


def _another(path, found, expected):
    return CourseError(
        say(
            "{path} is no model of LLaMA's form: found {found}, expected {expected}; take one of LLaMA, Mistral, Qwen2 or SmolLM2",
            path=path,
            found=found,
            expected=expected,
        )
    )


def _require_form(path, form):
    if form not in FORMS:
        raise _another(path, say("the architecture {form}", form=form), ", ".join(FORMS))


# --- GGUF


def _of_gguf(path):
    facts, stored = gguf.read(path)
    form = facts.get("general.architecture")
    _require_form(path, form)
    fact = lambda name, default=None: facts.get(f"{form}.{name}", default)
    scaling = fact("rope.scaling.type", "none")
    if scaling != "none" or "rope_freqs.weight" in stored:
        raise _another(path, say("rotations of the kind {kind}", kind=scaling), say("plain ones"))
    names = {}
    for name in stored:
        ours = _name(name, 0, r"blk\.(\d+)\.(.+)", 0)
        if ours in names:
            raise _another(path, name, say("each weight once"))
        names[ours] = name
    try:
        embedding = stored[names["embedding"]]
        config = Config(
            vocabulary=embedding.shape[0],
            blocks=fact("block_count"),
            width=fact("embedding_length"),
            heads=fact("attention.head_count"),
            hidden=fact("feed_forward_length"),
            groups=fact("attention.head_count_kv"),
            head=fact("attention.key_length"),
            theta=fact("rope.freq_base", 10000.0),
            epsilon=fact("attention.layer_norm_rms_epsilon"),
            tied="logits" not in names,
            bias="block1.query.bias" in names,
            longest=fact("attention.sliding_window") or fact("context_length"),
        )
    except (KeyError, TypeError, ZeroDivisionError):
        raise _another(path, say("no {name} among its facts", name=f"{form}.*"), say("the sizes of a model")) from None
    wanted = shapes(config)
    readers = {}
    for ours, theirs in names.items():
        heads = {"query": config.heads, "key": config.groups}.get(ours.split(".")[1] if "." in ours else "")
        if form == "qwen2":  # whose pairs stand as here
            heads = None
        readers[ours] = partial(_unpacked, path, theirs, stored[theirs], wanted.get(ours), heads)
    return Stored(path, config, Tokens.of_gguf(path, facts), readers)


def _unpacked(path, name, stored, shape, heads):
    if stored.shape != shape:
        raise _another(path, say("{name} of shape {shape}", name=name, shape=stored.shape), shape)
    array = stored.array()
    if heads is None:
        return array
    # llama.cpp turns neighbours (x[0], x[1]); here, as in Hugging Face's, halves (x[0], x[size / 2])
    pairs = array.reshape(heads, -1, 2, *shape[1:])
    return np.ascontiguousarray(pairs.swapaxes(1, 2)).reshape(shape)


def _name(theirs, column, pattern, first):
    """Our name of a weight: of the block from 1, where theirs counts from 0."""
    name, _, kind = theirs.rpartition(".")
    end = ".bias" if kind == "bias" else ""
    for ours, names in OUTER.items():
        if name == names[column]:
            return ours + end
    inner = re.fullmatch(pattern, name)
    if inner:
        for ours, names in PARTS.items():
            if inner[2] == names[column]:
                return f"block{int(inner[1]) + 1}.{ours}{end}"
    return theirs


# --- Folders


def _of_folder(path):
    facts = _json(path / "config.json")
    form = facts.get("model_type")
    _require_form(path, form)
    turned = facts.get("rope_parameters") or {"rope_theta": facts.get("rope_theta", 10000.0)}
    _require_numbers(path, facts)
    for settings in (turned, facts.get("rope_scaling") or {}):
        if not isinstance(settings, dict):
            raise _another(path, say("rotations of the kind {kind}", kind=settings), say("plain ones"))
        _require_numbers(path, settings)
        kind = settings.get("rope_type", settings.get("type", "default"))
        if kind != "default":
            raise _another(path, say("rotations of the kind {kind}", kind=kind), say("plain ones"))
    if facts.get("hidden_act", "silu") != "silu":
        raise _another(path, say("the activation {name}", name=facts["hidden_act"]), "silu")
    arrays = _arrays(path)
    names = {_name(name, 1, r"model\.layers\.(\d+)\.(.+)", 0): name for name in arrays}
    names = {ours: theirs for ours, theirs in names.items() if not theirs.endswith(NOT_NEEDED)}
    tied = facts.get("tie_word_embeddings", "logits" not in names)
    if tied:
        names.pop("logits", None)
    window = facts.get("sliding_window") if facts.get("use_sliding_window", form == "mistral") else None
    try:
        config = Config(
            vocabulary=facts["vocab_size"],
            blocks=facts["num_hidden_layers"],
            width=facts["hidden_size"],
            heads=facts["num_attention_heads"],
            hidden=facts["intermediate_size"],
            groups=facts.get("num_key_value_heads"),
            head=facts.get("head_dim"),
            theta=turned.get("rope_theta", 10000.0),
            epsilon=facts.get("rms_norm_eps", 1e-6),
            tied=tied,
            bias="block1.query.bias" in names,
            longest=window or facts["max_position_embeddings"],
        )
    except KeyError as error:
        raise _another(
            path, say("no {name} among its facts", name=error.args[0]), say("the sizes of a model")
        ) from None
    wanted = shapes(config)
    readers = {ours: partial(_taken, path, theirs, arrays[theirs], wanted.get(ours)) for ours, theirs in names.items()}
    return Stored(path, config, Tokens.of_folder(path, facts), readers)


def _require_numbers(path, facts):
    for names, kind, expected in (
        (WHOLE, int, say("a whole number above 0")),
        (REAL, (int, float), say("a number above 0")),
    ):
        for name in names:
            value = facts.get(name, 1)
            if not isinstance(value, kind) or not value > 0:
                raise _another(path, say("{name} of {value}", name=name, value=repr(value)), expected)


def _taken(path, name, file, shape):
    import ml_dtypes  # noqa: F401  so that NumPy knows bfloat16
    from safetensors import safe_open

    with safe_open(file, "np") as stored:
        array = stored.get_tensor(name).astype("float32")
    if array.shape != shape:
        raise _another(path, say("{name} of shape {shape}", name=name, shape=array.shape), shape)
    return array


def _arrays(path):
    """Name of each weight in a folder -> the file that it is in."""
    from safetensors import SafetensorError, safe_open

    files = sorted(path.glob("*.safetensors"))
    if not files:
        raise CourseError(say("{path} holds no file that ends in .safetensors: export the model in that form", path=path))  # fmt: skip
    found = {}
    for file in files:
        try:
            with safe_open(file, "np") as stored:
                found |= dict.fromkeys(stored.keys(), file)
        except SafetensorError:
            raise CourseError(say("{path} is damaged or cut off: fetch it once more", path=file)) from None
    return found


def _json(path):
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise CourseError(say("there is no {path}: give the path of a GGUF file or of a folder with config.json", path=path)) from None  # fmt: skip
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise CourseError(say("{path} is damaged or cut off: fetch it once more", path=path))
    return {name: value for name, value in found.items() if value is not None}
