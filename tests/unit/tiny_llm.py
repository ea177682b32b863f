"""Small language models with random weights, for tests that need no trained one."""

from pathlib import Path

import numpy as np
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers

from course_lib.llm import stored
from course_lib.llm.model import LanguageModel
from course_lib.llm.tokens import Tokens
from course_lib.models.llama_sizes import Config

TEMPLATE = (
    "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>\n' }}"
    "{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"
)
SPECIAL = ("<|endoftext|>", "<|im_start|>", "<|im_end|>")
SIZES = {"blocks": 2, "width": 32, "heads": 4, "hidden": 48, "groups": 2, "theta": 500.0, "longest": 256}


def tokenizer():
    """One token for each byte, and the special ones."""
    words = [*SPECIAL, *sorted(pre_tokenizers.ByteLevel.alphabet())]
    made = Tokenizer(models.BPE({word: number for number, word in enumerate(words)}, []))
    made.pre_tokenizer, made.decoder = pre_tokenizers.ByteLevel(add_prefix_space=False), decoders.ByteLevel()
    made.add_special_tokens([AddedToken(word, normalized=False, special=True) for word in SPECIAL])
    return made


def found(seed=0, **sizes):
    """A model as `stored.read` gives it."""
    made = tokenizer()
    config = Config(made.get_vocab_size(), **{**SIZES, **sizes})
    generator = np.random.default_rng(seed)

    def random(shape):
        value = generator.normal(size=shape).astype("float32")
        return 1 + value / 10 if len(shape) == 1 else value * np.float32(1.5 * shape[-1] ** -0.5)

    weights = {name: random(shape) for name, shape in stored.shapes(config).items()}
    readers = {name: lambda value=value: value for name, value in weights.items()}
    tokens = Tokens(made, TEMPLATE, {"bos_token": SPECIAL[1], "eos_token": SPECIAL[2]}, [2])
    return stored.Stored(Path("tiny"), config, tokens, readers)


def model(seed=0, **sizes):
    """A `LanguageModel`."""
    return LanguageModel(found(seed, **sizes), "tiny")
