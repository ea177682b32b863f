"""Byte pairs are those of `tokenizers`, which nobody here wrote, and lose nothing."""

import json
import unicodedata

import pytest
from tokenizers import Regex, Tokenizer, models, pre_tokenizers, trainers

from course_lib import data
from course_lib.data.byte_pairs import WORD, apart, learn, words
from course_lib.data.quantity_tokens import RESERVED
from course_lib.errors import CourseError
from course_lib.models import transformer

TEXTS = [text for pair in data.help_pairs() for text in pair]
ODD = ["a", "", " a  b ", "A1:B22", "x_y __z", "(=SUM(A1;B2))", "100%", "꿻뷁", "low lowest", "aaaaaaa", "…→“”"]


@pytest.fixture(scope="module")
def theirs():
    """The same vocabulary in `tokenizers`."""
    stored = json.loads(data.file("office_tokens.json").read_text(encoding="utf-8"))
    vocabulary = {piece: place for place, piece in enumerate(data.office_tokens().pieces)}
    merges = [tuple(pair) for pair in stored["merges"]]
    tokenizer = Tokenizer(models.BPE(vocab=vocabulary, merges=merges))
    tokenizer.pre_tokenizer = pre_tokenizers.Split(Regex(WORD), "isolated")
    return tokenizer


def test_a_small_vocabulary_by_hand():
    pairs = data.BytePairs(" deiklnostw", [("e", "s"), ("es", "t"), ("l", "o"), ("lo", "w"), (" ", "low")])
    assert pairs.split("low lowest widest") == [" low", " low", "est", " ", "w", "i", "d", "est"]
    assert pairs.split("test") == [" ", "t", "est"], "what was learned earlier is merged first"
    assert len(pairs) == len(RESERVED) + 11 + 5
    assert pairs.decode(pairs.encode("low lowest")) == "low lowest"


LEARNED = {
    "Korean and English": (data.help_sentences("ko", "train") + data.help_sentences("en", "train"), 2000),
    "Korean": (data.help_sentences("ko", "test"), 500),
    "letters that repeat themselves": (["aaa aaaa aaaaa", "abab abab", "ab ba ab", "bbbb"], 40),
    "one word": (["banana"], 9),
}


@pytest.mark.parametrize("name", LEARNED)
def test_what_is_learned_is_what_tokenizers_learns(name):
    texts, count = LEARNED[name]
    letters, merges = learn(words(texts), count)
    theirs = Tokenizer(models.BPE())
    theirs.pre_tokenizer = pre_tokenizers.Split(Regex(WORD), "isolated")
    trainer = trainers.BpeTrainer(vocab_size=len(letters) + count, show_progress=False)
    theirs.train_from_iterator(map(apart, texts), trainer)
    expected = json.loads(theirs.to_str())["model"]["merges"]
    assert [list(pair) for pair in merges] == expected
    ours = data.BytePairs(letters, merges)
    for text in texts[:300]:
        assert ours.split(text) == theirs.encode(apart(text)).tokens


def test_learning_by_hand():
    letters, merges = learn({"abab": 2, "ab": 1, "c": 5}, 9)
    assert letters == ["a", "b", "c"]
    assert merges == [("a", "b"), ("ab", "ab")], "5 times, then twice; then nothing is left"
    assert learn({"abab": 2}, 1)[1] == [("a", "b")]


def test_merges_are_made_in_the_order_in_which_they_were_learned():
    pairs = data.BytePairs(" abc", [("b", "c"), ("a", "b"), ("ab", "c")])
    assert pairs.split("abc") == [" ", "a", "bc"]
    assert data.BytePairs(" a", [("a", "a")]).split("aaa") == [" ", "aa", "a"], "from the left"


def test_all_sentences_are_split_as_by_tokenizers(theirs):
    ours = data.office_tokens()
    texts = TEXTS + ODD
    for text, expected in zip(texts, theirs.encode_batch([apart(text) for text in texts])):
        assert ours.encode(text) == expected.ids, text


def test_texts_are_put_together_again():
    pairs = data.office_tokens()
    assert len(pairs) == 4000 and len(set(pairs.pieces)) == 4000
    assert pairs.pieces[: len(RESERVED)] == RESERVED
    assert RESERVED[:3] == ("<pad>", "<start>", "<end>") and (transformer.PAD, transformer.START, transformer.END) == (
        0,
        1,
        2,
    )
    for text in TEXTS + ODD:
        assert pairs.decode(pairs.encode(text)) == " ".join(text.split())


def test_hangul_may_come_in_any_form():
    pairs = data.office_tokens()
    assert pairs.encode(unicodedata.normalize("NFD", "셀을 삭제")) == pairs.encode("셀을 삭제")


def test_all_syllables_and_all_of_ascii_are_known():
    pairs = data.office_tokens()
    letters = [*map(chr, range(ord("가"), ord("힣") + 1)), *map(chr, range(0x21, 0x7F))]
    assert all(pairs.decode(pairs.encode(letter)) == letter for letter in letters)


def test_a_letter_that_is_unknown_is_one_sentence_and_its_advice_works():
    with pytest.raises(
        CourseError, match="'鬱' is none of the letters that these tokens know: write Korean and English"
    ):
        data.office_tokens().encode("A 鬱")
    assert data.office_tokens().encode("A 울")


def test_arrays_for_training_are_those_of_all_tokens():
    pairs, some = data.office_tokens(), data.help_pairs("test")[:3]
    inputs, labels = pairs.arrays(some, to=("ko",), length=112)
    assert inputs["source"].shape == inputs["target"].shape == labels.shape == (3, 112)
    assert [pairs.decode(row) for row in labels] == [pair.ko for pair in some]
    assert pairs.pieces[inputs["source"][0, 0]] == "<ko>"
