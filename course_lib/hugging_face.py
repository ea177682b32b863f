"""Models as Hugging Face's Transformers keeps them: a folder with config.json and model.safetensors.

A safetensors file begins with the length of its head (8 bytes), then comes the head, JSON: for each tensor its type,
its shape and where its numbers lie behind the head. Nothing in it can be run, unlike in a pickle; and no number has to
be read before it is needed.

PyTorch keeps the matrix of a linear layer as (out, in), Keras as (in, out), and so does the GPT-2 of Transformers,
which has queries, keys and values in one matrix.
"""

import json
import math
from pathlib import Path

import keras
import numpy as np

from course_lib import keras_private
from course_lib.data.byte_pairs import WORD
from course_lib.data.quantity_tokens import RESERVED
from course_lib.errors import CourseError
from course_lib.files import write_bytes, write_text
from course_lib.texts import say

CONFIG, WEIGHTS, TOKENS, TOKENS_CONFIG = "config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json"


# --- The file of weights


def tensors(path):
    """The arrays in a safetensors file, by name.

    Args:
        path: of the file.

    Returns:
        dict: name -> array; numbers of type bfloat16 become float32.

    Raises:
        CourseError: the file is none of safetensors, or holds a type that is not known here.
    """
    import ml_dtypes
    from safetensors import SafetensorError
    from safetensors.numpy import load_file

    try:
        found = load_file(path)
    except SafetensorError:
        raise CourseError(
            say("{path} cannot be read as a safetensors file: it is damaged, or of another kind", path=path)
        ) from None
    return {
        name: array.astype("float32") if array.dtype == ml_dtypes.bfloat16 else array for name, array in found.items()
    }


def write_tensors(path, arrays):
    """Write arrays as a safetensors file; float32, as all weights of the course.

    Args:
        path: of the file.
        arrays: {name: array}.
    """
    from safetensors.numpy import save as packed

    written = {name: np.ascontiguousarray(array, "float32") for name, array in arrays.items()}
    write_bytes(Path(path), packed(written, metadata={"format": "pt"}))


# --- Which weight is which


def places(model):
    """Where the weights of a model stand in a file of Transformers.

    Args:
        model: as made by `course_lib.models.gpt.gpt` or `course_lib.models.bert.bert`.

    Returns:
        dict: their name -> (our variables, whether theirs is transposed). Where there are several variables, theirs are
        these side by side.
    """
    return _gpt(model) if _is_gpt(model) else _bert(model)


def _is_gpt(model):
    return any(type(layer).__name__ == "GPTBlock" for layer in model.layers)


def _norm(name, layer):
    return {f"{name}.weight": ([layer.gamma], False), f"{name}.bias": ([layer.beta], False)}


def _dense(name, *found, turned=True):
    kernels, biases = [layer.kernel for layer in found], [layer.bias for layer in found]
    return {f"{name}.weight": (kernels, turned), f"{name}.bias": (biases, False)}


def _gpt(model):
    found = {
        "transformer.wte.weight": ([model.get_layer("embedding").embeddings], False),
        "transformer.wpe.weight": ([model.get_layer("positions").table], False),
        **_norm("transformer.ln_f", model.get_layer("norm")),
    }
    for number, block in enumerate(_blocks(model)):
        theirs, attention = f"transformer.h.{number}", block.attention
        found |= _norm(f"{theirs}.ln_1", block.norm_attention) | _norm(f"{theirs}.ln_2", block.norm_mlp)
        found |= _dense(f"{theirs}.attn.c_attn", attention.query, attention.key, attention.value, turned=False)
        found |= _dense(f"{theirs}.attn.c_proj", attention.output_dense, turned=False)
        found |= _dense(f"{theirs}.mlp.c_fc", block.inner, turned=False)
        found |= _dense(f"{theirs}.mlp.c_proj", block.outer, turned=False)
    return found


def _bert(model):
    found = {
        "bert.embeddings.word_embeddings.weight": ([model.get_layer("embedding").embeddings], False),
        "bert.embeddings.position_embeddings.weight": ([model.get_layer("positions").table], False),
        "bert.embeddings.token_type_embeddings.weight": ([model.get_layer("segments_added").table], False),
        **_norm("bert.embeddings.LayerNorm", model.get_layer("norm")),
    }
    for number, block in enumerate(_blocks(model)):
        theirs = f"bert.encoder.layer.{number}"
        for part in ("query", "key", "value"):
            found |= _dense(f"{theirs}.attention.self.{part}", getattr(block.attention, part))
        found |= _dense(f"{theirs}.attention.output.dense", block.attention.output_dense)
        found |= _norm(f"{theirs}.attention.output.LayerNorm", block.norm_attention)
        found |= _dense(f"{theirs}.intermediate.dense", block.inner) | _dense(f"{theirs}.output.dense", block.outer)
        found |= _norm(f"{theirs}.output.LayerNorm", block.norm_mlp)
    names = {layer.name for layer in model.layers}
    if "pooler" in names:
        found |= _dense("bert.pooler.dense", model.get_layer("pooler"))
    if "words_dense" in names:
        found |= _dense("cls.predictions.transform.dense", model.get_layer("words_dense"))
        found |= _norm("cls.predictions.transform.LayerNorm", model.get_layer("words_norm"))
        found["cls.predictions.bias"] = ([model.get_layer("words_bias").bias], False)
    return found


def _blocks(model):
    return [layer for layer in model.layers if type(layer).__name__ in ("GPTBlock", "BERTBlock")]


def exported(model):
    """The weights of a model, named and laid out as Transformers has them: {name: array}."""
    from keras import ops

    found = {}
    for name, (variables, turned) in places(model).items():
        value = np.concatenate([ops.convert_to_numpy(variable) for variable in variables], axis=-1)
        found[name] = value.T if turned else value
    return found


def fill(model, stored):
    """Give a model weights that are named and laid out as Transformers has them.

    Args:
        model: as of `places`, or its `blueprint` (`course_lib.models.summary`), which takes half as much memory to
            fill. It is left as it was if anything does not fit.
        stored: {name: array}; it may hold more, and names may lack "bert." or "transformer." in front.

    Returns:
        The same model.

    Raises:
        CourseError: something is missing or has another shape.
    """
    values = []
    for name, (variables, turned) in places(model).items():
        value = stored.get(name, stored.get(name.partition(".")[2]))
        if value is None:
            raise CourseError(say("there is no {name} among the weights, which {model} needs", name=name, model=repr(model.name)))  # fmt: skip
        parts = np.split(value.T if turned else value, len(variables), axis=-1)
        if parts[0].shape != (wanted := tuple(variables[0].shape)):
            facts = {"name": name, "shape": parts[0].shape, "wanted": wanted, "model": repr(model.name)}
            raise CourseError(say("{name} is {shape} among the weights, and {wanted} in {model}", **facts))
        values += zip(variables, parts)
    del stored, value, parts
    while values:  # what has been given is let go of
        variable, value = values.pop()
        value = keras.ops.convert_to_tensor(value, variable.dtype)
        keras_private.give(variable, value)
    return model


# --- The folder


def config(model):
    """What config.json says of a model: a dict."""
    blocks, context = _blocks(model), model.get_layer("positions").longest
    vocabulary, width = model.get_layer("embedding").embeddings.shape
    if _is_gpt(model):
        return {
            **{"architectures": ["GPT2LMHeadModel"], "model_type": "gpt2", "activation_function": "gelu_new"},
            **{"n_layer": len(blocks), "n_embd": width, "n_head": blocks[0].heads, "n_positions": context},
            **{"vocab_size": vocabulary, "layer_norm_epsilon": 1e-5, "bos_token_id": None, "eos_token_id": None},
        }
    words = any(layer.name == "words_dense" for layer in model.layers)
    return {
        **{"architectures": ["BertForMaskedLM" if words else "BertModel"], "model_type": "bert", "hidden_act": "gelu"},
        **{"num_hidden_layers": len(blocks), "hidden_size": width, "num_attention_heads": blocks[0].heads},
        **{"intermediate_size": 4 * width, "max_position_embeddings": context, "vocab_size": vocabulary},
        **{"type_vocab_size": 2, "layer_norm_eps": 1e-12, "pad_token_id": 0},
    }


def tokenizer(pairs):
    """What tokenizer.json says of byte pairs, a dict. Texts are encoded as `BytePairs.encode` does it; what is decoded
    has the letters of Hangul apart and a space in front.

    Args:
        pairs: `course_lib.data.BytePairs`.
    """
    plain = dict.fromkeys(("single_word", "lstrip", "rstrip", "normalized"), False)
    return {
        "version": "1.0",
        "added_tokens": [
            {"id": place, "content": piece, "special": True, **plain} for place, piece in enumerate(RESERVED)
        ],
        "normalizer": {
            "type": "Sequence",
            "normalizers": [
                {"type": "NFD"},
                {"type": "Replace", "pattern": {"Regex": r"\s+"}, "content": " "},
                {"type": "Strip", "strip_left": True, "strip_right": True},
                {"type": "Prepend", "prepend": " "},
            ],
        },
        "pre_tokenizer": {"type": "Split", "pattern": {"Regex": WORD}, "behavior": "Isolated", "invert": False},
        "decoder": {"type": "Fuse"},
        "model": {
            "type": "BPE",
            "vocab": {piece: place for place, piece in enumerate(pairs.pieces)},
            "merges": [list(pair) for pair in pairs.merges],
        },
    }


def save(model, folder, pairs=None):
    """Write a model so that `transformers.AutoModel.from_pretrained(folder)` loads it.

    Args:
        model: as of `places`.
        folder: made if it is not there.
        pairs: its byte pairs, which `transformers.AutoTokenizer.from_pretrained(folder)` then loads; None for none.
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    write_text(folder / CONFIG, json.dumps(config(model), indent=2) + "\n")
    write_tensors(folder / WEIGHTS, exported(model))
    if pairs is not None:
        names = dict(zip(("pad_token", "bos_token", "eos_token"), RESERVED))
        facts = {"tokenizer_class": "PreTrainedTokenizerFast", "clean_up_tokenization_spaces": False, **names}
        write_text(folder / TOKENS, json.dumps(tokenizer(pairs), ensure_ascii=False) + "\n")
        write_text(folder / TOKENS_CONFIG, json.dumps(facts, indent=2) + "\n")


def load(folder, **options):
    """A model from a folder that Transformers, or `save`, has written.

    Args:
        folder: with config.json and model.safetensors, of model_type "gpt2" or "bert".
        options: further ones of `course_lib.models.gpt.gpt` or `course_lib.models.bert.bert`, such as `pairs`.

    Returns:
        keras.Model with the weights.

    Raises:
        CourseError: a file is missing or damaged, a size is missing or no number, or the model is of another kind.
    """
    folder = Path(folder)
    for name in (CONFIG, WEIGHTS):
        if not (folder / name).is_file():
            raise CourseError(say("{folder} holds no {name}: give a folder that save_pretrained has written", folder=folder, name=name))  # fmt: skip
    try:
        facts = json.loads((folder / CONFIG).read_text(encoding="utf-8"))
        kind = facts["model_type"]
        made = _MADE.get(kind)
    except (ValueError, KeyError, TypeError):
        raise CourseError(say("{path} is no description of a model: save it again", path=folder / CONFIG)) from None
    if made is None:
        raise CourseError(say("{folder} holds a model of type {kind}, and only these can be built here: {known}", folder=folder, kind=repr(kind), known=", ".join(_MADE)))  # fmt: skip
    stored = tensors(folder / WEIGHTS)
    return fill(made(facts, stored, options), stored)


def _require(facts, **wanted):
    """CourseError where a configuration says something that the models here do not do."""
    for name, value in wanted.items():
        found = facts.get(name, value)
        near = isinstance(value, float) and isinstance(found, (int, float)) and math.isclose(found, value)
        if found is not None and found != value and not near:
            raise CourseError(say("its {name} is {found}, and only {value} can be built here", name=name, found=found, value=value))  # fmt: skip


def _sizes(facts, *names, least=1):
    """Whole numbers in a configuration, in the order of their names."""
    for name in names:
        value = facts.get(name)
        if not isinstance(value, int) or isinstance(value, bool) or value < least:
            raise CourseError(say("its {name} is {found}, and must be a whole number, {least} or more", name=name, found=repr(value), least=least))  # fmt: skip
    return [facts[name] for name in names]


def _made_gpt(facts, stored, options):
    from course_lib.models.gpt import gpt

    vocabulary, context, *size = _sizes(facts, "vocab_size", "n_positions", "n_layer", "n_embd", "n_head")
    _require(facts, activation_function="gelu_new", n_inner=4 * facts["n_embd"], layer_norm_epsilon=1e-5)
    return gpt(vocabulary, tuple(size), context, **options)


def _made_bert(facts, stored, options):
    from course_lib.models.bert import bert

    [vocabulary, context] = _sizes(facts, "vocab_size", "max_position_embeddings")
    blocks, width, heads = _sizes(facts, "num_hidden_layers", "hidden_size", "num_attention_heads")
    [pad] = _sizes(facts, "pad_token_id", least=0)
    _require(facts, hidden_act="gelu", intermediate_size=4 * width, type_vocab_size=2, layer_norm_eps=1e-12)
    kinds = {"cls.predictions.bias": "words", "bert.pooler.dense.bias": "pooler", "pooler.dense.bias": "pooler"}
    head = next((head for name, head in kinds.items() if name in stored), None)
    return bert(vocabulary, (blocks, width, heads), **{"head": head, "context": context, "pad": pad, **options})


_MADE = {"gpt2": _made_gpt, "bert": _made_bert}
