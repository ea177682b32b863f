"""Writing with a language model: engine, prompt lookup, answers; and SmolLM2 with its real weights."""

import random
import weakref

import numpy as np
import pytest
import tiny_llm

from course_lib import data
from course_lib.errors import CourseError
from course_lib.files import COURSE
from course_lib.llm import engine, lookup, model, stored
from course_lib.llm.engine import Sampling
from course_lib.llm.tokens import Tokens

GENERATOR = np.random.default_rng(0)
TOKENS = GENERATOR.integers(3, 200, 20)


@pytest.fixture(scope="module", params=[{}, {"tied": True, "bias": True}], ids=["plain", "tied, with biases"])
def tiny(request):
    return tiny_llm.model(**request.param)


def greedy(logits_of, tokens, most):
    """The likeliest tokens, each by reading everything anew."""
    known = list(tokens)
    for _ in range(most):
        known.append(int(np.argmax(logits_of(known)[-1])))
    return known[len(tokens) :]


def test_the_engine_equals_the_network(tiny):
    network = tiny.network()
    expected = np.array(network(TOKENS[np.newaxis]))[0]
    assert expected.std() > 0.3
    np.testing.assert_allclose(tiny.logits(TOKENS), expected, atol=1e-4)


def test_what_is_no_longer_needed_is_let_go_of():
    """Half a gigabyte each: TensorFlow keeps some graphs for good, and with them all that they refer to."""
    engine_only = tiny_llm.model(1)
    engine_only.logits(TOKENS)
    network = engine_only.network()
    network(TOKENS[np.newaxis])
    kept = [weakref.ref(part) for part in (engine_only.engine.embedding, network.weights[1].value.handle)]
    del engine_only, network
    tiny_llm.model(2)  # a new engine collects what refers to itself
    assert [reference() for reference in kept] == [None, None]


def test_what_is_written_in_a_loop_are_the_likeliest_tokens(tiny):
    pieces = list(tiny.engine.write(TOKENS, 30))
    assert [len(piece) for piece in pieces] == [1, 8, 8, 8, 5]
    assert sum(pieces, []) == greedy(tiny.logits, TOKENS, 30)


def test_a_long_text_is_read_in_parts(tiny, monkeypatch):
    whole, _ = tiny.engine.begin(TOKENS)
    monkeypatch.setattr(engine, "PART", 7)
    parts, cache = tiny.engine.begin(TOKENS)
    np.testing.assert_allclose(parts, whole, atol=1e-4)
    assert cache[0].shape == (4, 20, 8)


def test_it_ends_at_an_end_and_at_the_most(tiny):
    free = sum(tiny.engine.write(TOKENS, 12), [])
    end = free[6]
    until = free[: free.index(end) + 1]
    assert sum(tiny.engine.write(TOKENS, 12, [end]), []) == until
    assert sum(lookup.write(tiny.engine, TOKENS, 12, [end]), []) == until
    full = tiny.config.longest - 5
    long = np.resize(TOKENS, full)
    assert len(sum(tiny.engine.write(long, 50), [])) == len(sum(lookup.write(tiny.engine, long, 50), [])) == 5


@pytest.mark.parametrize("count", [0, 300])
def test_too_few_or_too_many_tokens_are_named(tiny, count):
    for write in (tiny.engine.write, lambda tokens: lookup.write(tiny.engine, tokens)):
        with pytest.raises(CourseError, match=f"found {count} tokens, expected 1 to 256"):
            list(write(np.ones(count, int)))


def test_sampling_follows_temperature_top_p_and_seed(tiny):
    first = lambda **options: next(tiny.engine.write(TOKENS, 1, sampling=Sampling(**options)))[0]
    logits = tiny.logits(TOKENS)[-1]
    assert {first(temperature=1.0, top_p=1e-6, seed=seed) for seed in range(5)} == {int(logits.argmax())}
    assert first(temperature=1.0, seed=3) == first(temperature=1.0, seed=3)
    odds = np.exp(logits - logits.max())
    order = np.argsort(-odds)
    nucleus = set(order[: int(np.searchsorted(np.cumsum(odds[order]) / odds.sum(), 0.5)) + 1].tolist())
    drawn = [first(temperature=1.0, top_p=0.5, seed=seed) for seed in range(150)]
    assert set(drawn) <= nucleus and len(set(drawn)) > len(nucleus) / 3
    free = [first(temperature=1.0, seed=seed) for seed in range(150)]
    assert not set(free) <= nucleus
    cold = [first(temperature=0.2, seed=seed) for seed in range(150)]
    assert len(set(cold)) < len(set(free)) / 2


# --- Prompt lookup


@pytest.mark.parametrize(
    ("tokens", "expected"),
    [
        ([1, 2, 3, 4, 1, 2], [3, 4, 1, 2]),
        ([1, 2, 3, 9, 1, 2, 3, 8, 1, 2, 3], [8, 1, 2, 3]),
        ([5, 1, 2, 7, 6, 1, 2, 8, 5, 1, 2], [7, 6, 1, 2, 8, 5, 1]),
        ([1, 2, 3, 4], []),
        ([1, 1], []),
        ([7], []),
        ([], []),
    ],
)
def test_a_guess_is_what_followed_before(tokens, expected):
    assert lookup.guess(tokens) == expected


def test_lookup_writes_the_same_tokens_and_settles_several_at_once(tiny):
    for seed in range(3):
        tokens = np.random.default_rng(seed).integers(3, 200, 10).tolist() * 2
        pieces = list(lookup.write(tiny.engine, tokens, 60))
        assert sum(pieces, []) == sum(tiny.engine.write(tokens, 60), [])
    repeated = [piece for piece in pieces if len(piece) > 1]
    assert repeated or len(set(sum(pieces, []))) > 30


# --- Answers


class Written:
    """A model that writes given tokens."""

    def __init__(self, tokens, pieces):
        self.tokens, self.pieces, self.engine = tokens, pieces, self
        self.config = tiny_llm.found().config

    def write(self, prompt, most, ends, sampling):
        yield from self.pieces


def an_answer(text, stops=(), end=True):
    """An answer whose tokens are the bytes of a text."""
    tokens = tiny_llm.found().tokens
    pieces = [[token] for token in tokens.encode(text)] + ([[2]] if end else [])
    return model.Answer(Written(tokens, pieces), [1], 99, Sampling(temperature=1.0), stops)


def test_letters_of_several_bytes_come_whole():
    answer = an_answer("가 é🙂")
    assert list(answer) == ["가", " ", "é", "🙂"]
    assert (answer.text, answer.reason, answer.stop) == ("가 é🙂", "end", None)


@pytest.mark.parametrize(
    ("stops", "text", "stop"),
    [(["cd"], "ab", "cd"), (["zz", "e"], "abcd", "e"), (["abc", "bc"], "", "abc"), (["ef!"], "abcdef", None), ([""], "abcdef", None)],
)  # fmt: skip
def test_a_stop_ends_the_text_before_it_and_none_of_it_is_shown(stops, text, stop):
    answer = an_answer("abcdef", stops)
    assert "".join(answer) == text == answer.text
    assert (answer.reason, answer.stop) == ("stop" if stop else "end", stop)


def test_an_answer_that_is_too_long_says_so():
    answer = an_answer("ab", end=False)
    assert answer.finish() == "ab" and answer.reason == "length"


# --- Templates


def test_messages_become_one_text():
    tokens = tiny_llm.found().tokens
    assert (
        tokens.prompt([{"role": "user", "content": "hi"}]) == "<|im_start|>user\nhi<|im_end|>\n<|im_start|>assistant\n"
    )
    assert tokens.prompt([{"role": "user", "content": "hi"}], answer=False) == "<|im_start|>user\nhi<|im_end|>\n"
    assert tokens.chat([{"role": "user", "content": "hi"}])[0] == 1


@pytest.mark.parametrize(
    "template",
    [
        "{{ raise_exception('no') }}",
        "{{ messages[0].nothing.more }}",
        "{% for",
        "{{ ''.__class__.__mro__ }}",
        "{{ messages.append(1) }}",
    ],
)
def test_a_template_that_refuses_or_reaches_out_is_named(template):
    with pytest.raises(CourseError, match="the chat template refuses"):
        Tokens(tiny_llm.tokenizer(), template).prompt([{"role": "user", "content": "hi"}])


def test_without_a_template_there_is_no_chat():
    with pytest.raises(CourseError, match="no chat template"):
        Tokens(tiny_llm.tokenizer()).prompt([])


# --- SmolLM2


@pytest.fixture(scope="module")
def smol():
    try:
        return model.load()
    except CourseError as error:
        pytest.skip(f"the weights cannot be had: {error}")


def strings(count=1000):
    """Texts in two languages, with numbers, spaces and signs, and special tokens.

    None has a number outside of ASCII, such as one half: the reference forgets that these stand on their own.
    """
    chosen = random.Random(0)
    words = [word for name in ("README.md", "README.ko.md") for word in (COURSE / name).read_text("utf-8").split()]
    words += ["\n", "\n\n", "  ", "\t", "don't", "I'LL", "2026", "3.14", "🙂", "e\u0301", "\xa0", "<|im_end|>"]
    for _ in range(count):
        yield " ".join(chosen.choices(words, k=chosen.randint(1, 12)))


def test_tokens_equal_those_of_hugging_face(smol):
    transformers = pytest.importorskip("transformers")
    path = data.file(model.FILE)
    theirs = transformers.AutoTokenizer.from_pretrained(path.parent, gguf_file=path.name)
    for text in strings():
        tokens = smol.tokens.encode(text)
        assert tokens == theirs.encode(text, add_special_tokens=False), text
        assert smol.tokens.decode(tokens, special=True) == text
    messages = [{"role": "user", "content": "What is 2+2?"}, {"role": "assistant", "content": "4"}]
    messages.append({"role": "user", "content": "Why?"})
    expected = theirs.apply_chat_template(messages, tokenize=False, add_generation_prompt=True)
    assert smol.tokens.prompt(messages) == expected and "named SmolLM" in expected


def test_logits_and_answers_equal_those_of_hugging_face(smol):
    torch, transformers = pytest.importorskip("torch"), pytest.importorskip("transformers")
    path = data.file(model.FILE)
    theirs = transformers.AutoModelForCausalLM.from_pretrained(path.parent, gguf_file=path.name, dtype="float32").eval()
    tokens = smol.tokens.chat([{"role": "user", "content": "Name three large cities of France, with a fact each."}])
    with torch.no_grad():
        logits = theirs(torch.tensor([tokens])).logits[0].numpy()
        written = theirs.generate(torch.tensor([tokens]), max_new_tokens=60, do_sample=False, pad_token_id=2)
    np.testing.assert_allclose(smol.logits(tokens), logits, atol=1e-3)
    expected = written[0, len(tokens) :].tolist()
    assert sum(smol.engine.write(tokens, 60, smol.tokens.ends), []) == expected
    assert sum(lookup.write(smol.engine, tokens, 60, smol.tokens.ends), []) == expected


def test_it_answers(smol):
    assert "Paris" in smol.ask("What is the capital of France?", most=20)
    near, far = smol.perplexity("The cat sat on the mat."), smol.perplexity("mat the. on sat cat The")
    assert near < far / 5


def test_every_weight_of_the_file_is_read(smol):
    found = stored.read(data.file(model.FILE))
    assert sorted(found.readers) == sorted(stored.shapes(found.config))
