"""What the benchmark of decoding measures is the same text, by ours and by others; how fast, no test asks."""

import importlib.util
import sys
import types

import numpy as np
import pytest
import tiny_llm

from course_lib import data, memory
from course_lib.llm import litert, model
from course_lib.tools import bench
from course_lib.tools.bench import decoding, eight_bits, harness, language

FOUND = {"ours": 40.0, "repeating": 30.0, "with lookup": 90.0}
OF_LANGUAGE = {
    language.used: {"load": 2.34, "first": 0.5, "next": 0.07, "memory": 1.5},
    language.learning: {"ours": 5000.0},
    eight_bits.measured: {
        "engine": {"rate": 30.0, "bytes": 4e6, "same": 1.0, "perplexity": 20.0},
        "LiteRT float32": {"rate": 33.0, "bytes": 5e6, "same": 1.0, "perplexity": 20.0},
        "LiteRT int8": {"rate": 60.0, "bytes": 1.2e6, "same": 0.914, "perplexity": 20.456},
    },
}


@pytest.mark.parametrize("more", [{}, {"Hugging Face": 20.0, "llama.cpp": 80.0}])
def test_the_lines_about_decoding(more, monkeypatch, capsys):
    same = dict(zip(more, ("the same", "not the same")))
    answers = {decoding.measured: {**FOUND, **more, "same": same}, **OF_LANGUAGE}
    monkeypatch.setattr(harness, "child", lambda function, **_: answers[function])
    bench.main("decoding", record=False)
    first, theirs, wheel, repeated, *_ = capsys.readouterr().out.splitlines()
    assert first.endswith("ours 40.0") and repeated.endswith("30.0, with prompt lookup 90.0, ratio 3.00")
    if more:
        assert theirs == "    Hugging Face 20.0, ratio 2.00, tokens the same"
        assert wheel == "    llama.cpp 80.0, ratio 0.50, tokens not the same"
    else:
        how = "not installed, `python3 -m course_lib test --with-torch` installs it"
        assert (theirs, wheel) == (f"    Hugging Face: {how}", f"    llama.cpp: {how}")


def test_both_write_the_same_text():
    ours, given = tiny_llm.model(longest=2000), []

    def theirs(tokens):
        given.append(tokens)
        return lambda: sum(ours.engine.write(tokens, decoding.COUNT), [])

    another = lambda tokens: lambda: sum(ours.engine.write(tokens, decoding.COUNT), [])[::-1]
    found = decoding.rates(ours, {"one": theirs, "another": another})
    assert found.pop("same") == {"one": "the same", "another": "not the same"} and len(given) == 1
    assert sorted(found) == ["another", "one", "ours", "repeating", "with lookup"] and min(found.values()) > 0
    assert sorted(decoding.rates(ours, {})) == ["ours", "repeating", "same", "with lookup"]


def test_llama_cpp_is_asked_for_as_many_tokens_from_the_first_one_on(monkeypatch):
    """A stand-in for the package, which only some have."""
    made, asked = [], []
    space = types.SimpleNamespace

    class Server:
        def __init__(self, settings):
            made.append(settings)

        def handle_completions(self, wish):
            asked.append(wish)
            return {"choices": [], "__verbose": {"tokens": [7, 8]}}

    params = lambda: space(model=space(), cpuparams=space(), cpuparams_batch=space())
    monkeypatch.setitem(sys.modules, "xllamacpp", space(CommonParams=params, Server=Server))
    monkeypatch.setattr(data, "file", lambda name: f"/somewhere/{name}")
    write = decoding.llama_cpp([1, 2])
    assert write() == write() == [7, 8] and len(made) == 1 and asked[0] == asked[1]
    assert made[0].model.path.endswith("/smollm2_135m.gguf")
    assert made[0].cpuparams.n_threads == made[0].cpuparams_batch.n_threads == 1
    expected = {"prompt": [1, 2], "max_tokens": decoding.COUNT, "temperature": 0, "cache_prompt": False}
    assert expected.items() <= asked[0].items()


@pytest.mark.skipif(not importlib.util.find_spec("xllamacpp"), reason="xllamacpp is not installed")
def test_llama_cpp_writes_what_ours_writes(monkeypatch):
    monkeypatch.setattr(decoding, "COUNT", 8)
    ours = model.load()
    tokens = ours.tokens.chat([{"role": "user", "content": "What is the capital of France?"}])
    assert decoding.llama_cpp(tokens)() == sum(ours.engine.write(tokens, 8), [])


def test_the_lines_about_eight_bits(monkeypatch, capsys):
    monkeypatch.setattr(harness, "child", lambda function, **_: OF_LANGUAGE[function])
    monkeypatch.setattr(memory, "available", lambda: 5e9)
    eight_bits.lines()
    assert capsys.readouterr().out == "    LiteRT: to convert takes 6.0 GB of memory, 5.0 GB is free\n"
    monkeypatch.setattr(memory, "available", lambda: 8e9)
    eight_bits.lines()
    assert capsys.readouterr().out.splitlines() == [
        "    LiteRT float32: 33.0, ours 30.0, ratio 1.10; 5 MB, likeliest token the same in 100.0%, perplexity 20.00 "
        "against 20.00",
        "    LiteRT int8: 60.0, ours 30.0, ratio 2.00; 1 MB, likeliest token the same in 91.4%, perplexity 20.46 "
        "against 20.00",
    ]


def test_what_is_written_with_eight_bits_is_measured():
    model = tiny_llm.model(width=64, hidden=256)
    text = "The red fox ran over the old bridge."
    ways = {"LiteRT float32": False, "LiteRT int8": True}
    contents = {name: litert.convert(model.stored, small) for name, small in ways.items()}
    found = eight_bits.compared(model, contents, [text, "Hi."], count=4)
    engine, exact, eight = (found[name] for name in ("engine", "LiteRT float32", "LiteRT int8"))
    surprises = [model.surprise(model.tokens.encode(each)) for each in (text, "Hi.")]
    expected = np.exp(np.average(surprises, weights=[len(text) - 1, 2]))
    assert engine["perplexity"] == pytest.approx(expected, rel=1e-4) and engine["same"] == 1
    assert exact["perplexity"] == pytest.approx(expected, rel=1e-3) and exact["same"] == 1
    assert eight["perplexity"] == pytest.approx(expected, rel=0.2) and eight["perplexity"] != exact["perplexity"]
    assert eight["bytes"] < 0.6 * exact["bytes"] and engine["bytes"] == 4 * sum(
        model.stored.weight(name).size for name in model.stored.readers
    )
    assert all(row["rate"] > 0 for row in found.values())


@pytest.mark.parametrize("installed", [True, False])
def test_the_lines_about_a_language_model_in_use(installed, monkeypatch, capsys):
    beside = {"theirs": 60.0} if installed else {}
    answers = {function: {**found, **(beside if "ours" in found else {})} for function, found in OF_LANGUAGE.items()}
    monkeypatch.setattr(harness, "child", lambda function, **_: answers[function])
    language.lines()
    used, learned = capsys.readouterr().out.splitlines()
    assert used == (
        "    read in 2.3 s, first token of a question 0.50 s later, of the next one 0.07 s; 1.50 GB at most "
        "(aims: 5 s, 1 s, 2 GB)"
    )
    if installed:
        assert learned == "    a small GPT learns, tokens/s: ours 5,000, PyTorch 60, ratio 83.33"
    else:
        assert learned.startswith("    a small GPT learns, tokens/s: ours 5,000, PyTorch not installed: ")


def test_waiting_and_memory_are_measured():
    found = language.waited(tiny_llm.model())
    assert sorted(found) == ["first", "next"] and all(seconds > 0 for seconds in found.values())
    before = language.peak()
    kept = np.ones(50_000_000)  # 0.4 GB
    assert language.peak() > max(0.4, before - 0.01) and kept[-1] == 1


def test_the_small_gpt_learns():
    rows = np.random.default_rng(0).integers(0, language.VOCABULARY, (4, language.CONTEXT + 1))
    step = language.ours(rows)
    losses = [step() for _ in range(4)]
    assert losses[-1] < losses[0]


@pytest.mark.skipif(not importlib.util.find_spec("torch"), reason="PyTorch is not installed")
def test_pytorchs_gpt_is_as_large_and_learns():
    from course_lib.models.gpt import gpt

    ours = gpt(language.VOCABULARY, language.SIZE, language.CONTEXT).count_params()
    assert sum(one.numel() for one in language.twin().parameters()) == ours
    step = language.theirs(np.random.default_rng(0).integers(0, language.VOCABULARY, (4, language.CONTEXT + 1)))
    losses = [step() for _ in range(4)]
    assert losses[-1] < losses[0]
