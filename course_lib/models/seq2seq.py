"""Encoder-decoder of GRUs: one network reads a sentence, another one writes the answer, with attention or without.

- Without: the decoder starts from the encoder's last state, and gets nothing else (Cho et al., "Learning Phrase
  Representations using RNN Encoder-Decoder", EMNLP 2014; Sutskever et al., "Sequence to Sequence Learning with Neural
  Networks", NeurIPS 2014). A sentence of any length must fit into that one vector.
- With: for each token it also looks back at all states of the encoder (Bahdanau, Cho and Bengio, "Neural Machine
  Translation by Jointly Learning to Align and Translate", ICLR 2015). Here in the form of Luong, Pham and Manning,
  "Effective Approaches to Attention-based Neural Machine Translation", EMNLP 2015: the decoder's state s is compared
  with each state h of the encoder by s W h, the shares mix the h into a context c, and tanh([c, s] W') is what the
  logits are made from. Nothing of it enters the next state, so all tokens are computed at once behind the GRU.

The encoder reads in both directions, with half of the units each. Tokens, and the attention itself, are those of
`transformer.py`. Parameters with a vocabulary of V and m units:

    embedding     V m, for source and target
    encoder       2 x 3 (m / 2) (m + m / 2 + 2)
    decoder       3 m (m + m + 2)
    attention     m m, and 2 m m + m
    logits        (m + 1) V
"""

import keras
from keras import layers, ops

from course_lib.errors import CourseError
from course_lib.models.transformer import PAD, attend
from course_lib.texts import say


@keras.saving.register_keras_serializable("course_lib")
class LookBack(layers.Layer):
    """The decoder's states (batch, T, m), the encoder's (batch, S, m), and which of these are tokens (batch, S) ->
    both together (batch, T, m), and the shares (batch, T, S)."""

    def build(self, states_shape):
        width = states_shape[-1]
        self.compare = layers.Dense(width, use_bias=False, name="compare", dtype=self.dtype_policy)
        self.join = layers.Dense(width, activation="tanh", name="join", dtype=self.dtype_policy)
        self.compare.build((None, None, width))
        self.join.build((None, None, 2 * width))

    def call(self, states, memory, there):
        context, shares = attend(self.compare(states), memory, memory, there[:, None, :], scale=False)
        return self.join(ops.concatenate([context, states], axis=-1)), shares


def seq2seq(vocabulary, units=256, attention=True, lengths=(None, None), name=None):
    """An encoder-decoder for sentences of any length, for both languages one vocabulary.

    Args:
        vocabulary: how many different tokens there are, the three reserved ones included.
        units: size of a token's vector and of the decoder's state; even.
        attention: whether the decoder looks back at all states of the encoder.
        lengths: (S, T) of the inputs; None for any.

    Returns:
        keras.Model from {"source": (batch, S), "target": (batch, T)}, integers, to logits (batch, T, vocabulary),
        float32: what follows each token of the target. The target begins with START; what stands behind a sentence is
        PAD.

    Raises:
        CourseError: the units cannot be shared by two directions.
    """
    if units % 2:
        raise CourseError(say("{units} units cannot be shared by two directions: give an even number", units=units))
    source, target = (
        keras.Input((length,), dtype="int32", name=name) for name, length in zip(("source", "target"), lengths)
    )
    embedding = layers.Embedding(vocabulary, units, name="embedding")
    there = ops.not_equal(source, PAD)  # (batch, S)
    both_ways = layers.Bidirectional(layers.GRU(units // 2, return_sequences=True, return_state=True), name="encoder")
    memory, forwards, backwards = both_ways(embedding(source), mask=there)  # (batch, S, units) and both last states
    last = ops.concatenate([forwards, backwards], axis=-1)  # (batch, units)
    x = layers.GRU(units, return_sequences=True, name="decoder")(embedding(target), initial_state=last)
    if attention:
        x, _ = LookBack(name="look_back")(x, memory, there)  # (batch, T, units)
    logits = layers.Dense(vocabulary, dtype="float32", name="logits")(x)
    return keras.Model({"source": source, "target": target}, logits, name=name or "seq2seq")


def attention_map(model):
    """The same network, giving how much each token of the target takes from each of the source.

    Args:
        model: as made by `seq2seq` with attention.

    Returns:
        keras.Model from the same inputs to the shares (batch, T, S), which sum to 1 in each row.

    Raises:
        CourseError: the model has no attention.
    """
    if not any(isinstance(layer, LookBack) for layer in model.layers):
        raise CourseError(say("the network {name} does not look back: make it with `attention=True`", name=model.name))
    return keras.Model(model.input, model.get_layer("look_back").output[1], name=f"{model.name}_attention")
