"""What the benchmark of decoding measures is the same text, by ours and by others; how fast, no test asks."""

import pytest
import tiny_llm

from course_lib.tools import bench
from course_lib.tools.bench import decoding, harness

FOUND = {"ours": 40.0, "repeating": 30.0, "with lookup": 90.0}


@pytest.mark.parametrize("more", [{}, {"theirs": 20.0, "same": "the same"}])
def test_the_lines_about_decoding(more, monkeypatch, capsys):
    monkeypatch.setattr(harness, "child", lambda function, **_: {**FOUND, **more})
    bench.main("decoding", record=False)
    first, theirs, repeated = capsys.readouterr().out.splitlines()
    assert first.endswith("ours 40.0") and repeated.endswith("30.0, with prompt lookup 90.0, ratio 3.00")
    assert theirs == "    Hugging Face 20.0, ratio 2.00, tokens the same" if more else "not installed" in theirs


def test_both_write_the_same_text():
    model, given = tiny_llm.model(longest=2000), []

    def theirs(tokens):
        given.append(tokens)
        return lambda: sum(model.engine.write(tokens, decoding.COUNT), [])

    found = decoding.rates(model, theirs)
    assert found.pop("same") == "the same" and len(given) == 1
    assert sorted(found) == ["ours", "repeating", "theirs", "with lookup"] and min(found.values()) > 0
