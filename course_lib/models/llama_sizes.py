"""Sizes of language models of LLaMA's form, how many weights they have, and what those cost.

The counts need no model: a configuration of six numbers says all.
"""

from dataclasses import dataclass

from course_lib.errors import CourseError
from course_lib.texts import say

BYTES = {"float32": 4, "bfloat16": 2, "float16": 2, "int8": 1, "int4": 0.5}


@dataclass(frozen=True)
class Config:
    """Sizes of a model.

    Attributes:
        vocabulary, blocks, width: how many tokens there are, blocks, and numbers for a token.
        heads: attentions side by side; `groups`: how many different keys and values they have (None: as many).
        hidden: width within the SwiGLU.
        head: width of a head (None: width / heads).
        theta: the longest wavelength of the rotations is nearly 2 pi theta.
        epsilon: of the norms.
        tied: whether the embedding serves for the logits, too.
        bias: whether queries, keys and values have one, as in Qwen2.
        longest: how many tokens it was trained to look at.
    """

    vocabulary: int
    blocks: int
    width: int
    heads: int
    hidden: int
    groups: int | None = None
    head: int | None = None
    theta: float = 10000.0
    epsilon: float = 1e-6
    tied: bool = False
    bias: bool = False
    longest: int = 2048

    def __post_init__(self):
        groups, head = self.groups or self.heads, self.head or self.width // self.heads
        if self.heads % groups or head % 2 or not self.head and self.width % self.heads:
            raise CourseError(
                say(
                    "found {heads} heads, {groups} groups and a width of {width}: groups must divide heads, heads the width, and what each head gets must be even",
                    heads=self.heads,
                    groups=groups,
                    width=self.width,
                )
            )
        object.__setattr__(self, "groups", groups)
        object.__setattr__(self, "head", head)


SIZES = {  # LLaMA: Table 2 of the paper; PaLM: Table 1 of Chowdhery et al., "PaLM", 2022 (all heads share one key)
    "LLaMA-7B": Config(32000, 32, 4096, 32, 11008),
    "LLaMA-13B": Config(32000, 40, 5120, 40, 13824),
    "LLaMA-33B": Config(32000, 60, 6656, 52, 17920),
    "LLaMA-65B": Config(32000, 80, 8192, 64, 22016),
    "PaLM-8B": Config(256000, 32, 4096, 16, 16384, 1, 256, tied=True),
    "PaLM-62B": Config(256000, 64, 8192, 32, 32768, 1, 256, tied=True),
    "PaLM-540B": Config(256000, 118, 18432, 48, 73728, 1, 256, tied=True),
    "SmolLM2-135M": Config(49152, 30, 576, 9, 1536, 3, theta=1e5, epsilon=1e-5, tied=True, longest=8192),
}


def sized(config):
    """The `Config` of a name, or the one that is given.

    Raises:
        CourseError: the name is unknown.
    """
    if isinstance(config, str) and config not in SIZES:
        raise CourseError(say("no size {size}: there are {known}, or give a `Config`", size=repr(config), known=", ".join(SIZES)))  # fmt: skip
    return SIZES[config] if isinstance(config, str) else config


def parameters(config):
    """How many weights a model has: counted, without making one.

    Args:
        config: a `Config`, or a name of `SIZES`.

    Raises:
        CourseError: the name is unknown.
    """
    c = sized(config)
    queries, keys = c.heads * c.head, c.groups * c.head
    attention = 2 * c.width * queries + 2 * c.width * keys + c.bias * (queries + 2 * keys)
    block = attention + 3 * c.width * c.hidden + 2 * c.width
    return (1 if c.tied else 2) * c.vocabulary * c.width + c.blocks * block + c.width


def gpt_parameters(vocabulary, blocks, width, positions):
    """How many weights a model of GPT-2's and GPT-3's form has: learned positions, biases everywhere, one embedding.

    Args:
        vocabulary, blocks, width: as of `Config`.
        positions: how many tokens it can look at.
    """
    block = 12 * width**2 + 13 * width  # 4 + 8 matrices; biases 4 + 5, norms 2 x 2
    return (vocabulary + positions) * width + blocks * block + 2 * width


def memory(weights, dtype="float32"):
    """Bytes that weights take; of those in 4 bits without the scales of their blocks.

    Args:
        weights: how many.
        dtype: a name of `BYTES`.

    Raises:
        CourseError: the name is unknown.
    """
    if dtype not in BYTES:
        raise CourseError(say("no type {dtype}: there are {known}", dtype=repr(dtype), known=", ".join(BYTES)))
    return int(weights * BYTES[dtype])


def cache_memory(config, tokens, dtype="float32", batch=1):
    """Bytes of the keys and values that are kept for some tokens.

    Args:
        config: a `Config`, or a name of `SIZES`.
        tokens: how many, of each text.
        dtype: as of `memory`.
        batch: how many texts.

    Raises:
        CourseError: the name or the type is unknown.
    """
    c = sized(config)
    return memory(2 * c.blocks * c.groups * c.head * tokens * batch, dtype)


def training_compute(weights, tokens):
    """Operations (one multiplication or addition each) to train on some tokens: 6 N D.

    Two for each weight and token forward, four backward (Kaplan et al., "Scaling Laws for Neural Language Models",
    2020); attention's own are left out.
    """
    return 6 * weights * tokens
