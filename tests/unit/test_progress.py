"""Progress is seen by a person at a terminal or in JupyterLab, and by nobody else; nothing of it is left."""

import sys

import pytest
from jupyter_client.manager import start_new_kernel

from course_lib import progress
from course_lib.tools.contents import WIDGET, alive

BAR = """
from course_lib.progress import bar, somebody_watches
list(bar(range(2), desc="at work"))
print("watched:", somebody_watches())
"""
INTERRUPTED = """
from course_lib.progress import bar
kept = bar(range(9), desc="at work")
for i in kept:
    raise KeyboardInterrupt
"""
TRAINING = """
import keras, numpy as np
from course_lib.training import Progress
model = keras.Sequential([keras.layers.Input((2,)), keras.layers.Dense(1)])
model.compile("sgd", "mse")
class Stop(keras.callbacks.Callback):
    def on_train_batch_end(self, batch, logs=None):
        raise KeyboardInterrupt
model.fit(np.ones((4, 2)), np.ones((4, 1)), verbose=0, callbacks=[Progress("at work"), Stop()])
"""


@pytest.fixture(scope="module")
def kernel():
    manager, client = start_new_kernel(kernel_name="python3")
    yield client
    client.stop_channels()
    manager.shutdown_kernel(now=True)


def ran(client, code, metadata):
    """(what a cell printed, all that it ever showed, its outputs at the end as a front end keeps them)."""
    content = {"code": code, "silent": False, "store_history": False, "user_expressions": {}, "allow_stdin": False}
    request = client.session.msg("execute_request", content, metadata=metadata)
    client.shell_channel.send(request)
    printed, shown, outputs = "", [], []
    while True:
        message = client.get_iopub_msg(timeout=120)
        if message["parent_header"].get("msg_id") != request["header"]["msg_id"]:
            continue
        kind, content = message["msg_type"], message["content"]
        if kind == "status" and content["execution_state"] == "idle":
            return printed, shown, outputs
        if kind == "stream" and content["name"] == "stdout":
            printed += content["text"]
        elif kind == "stream":
            outputs.append({"output_type": "stream", **content})
        elif kind in ("display_data", "update_display_data"):
            shown.append(content["data"])
            name = content["transient"]["display_id"]
            output = {
                "output_type": "display_data",
                "data": content["data"],
                "metadata": content["metadata"],
                "id": name,
            }
            outputs = [output if old.get("id") == name else old for old in outputs]
            if kind == "display_data":
                outputs.append(output)


def saved(outputs):
    """What of these outputs is in the file, in the workbook."""
    notebook = {"metadata": {}, "cells": [{"cell_type": "code", "outputs": outputs}]}
    return alive(notebook)["cells"][0]["outputs"]


def test_a_person_sees_progress_and_a_build_does_not(kernel):
    """JupyterLab sends the id of the cell with each request; nbclient, nbconvert and nbval send none."""
    assert ran(kernel, BAR, {}) == ("watched: False\n", [], [])
    printed, shown, outputs = ran(kernel, BAR, {"cellId": "a1b2"})
    assert printed == "watched: True\n"
    assert "at work" in shown[0]["text/html"] and "<progress" in shown[0]["text/html"]
    assert [output["data"] for output in outputs] == [{"text/plain": "", "text/html": ""}], "gone from the page"
    assert WIDGET not in str(shown), "a widget is dead the next day"
    assert saved(outputs) == []


@pytest.mark.parametrize("code", [INTERRUPTED, TRAINING], ids=["loop", "training"])
def test_what_is_stopped_leaves_no_bar(kernel, code):
    _, shown, outputs = ran(kernel, code, {"cellId": "a1b2"})
    assert any("at work" in page["text/plain"] for page in shown)
    assert "at work" not in str(outputs) and saved(outputs) == []


def test_a_bar_is_saved_in_no_moment():
    output = {"output_type": "display_data", "data": {"text/html": "at work"}, "metadata": progress.MARK}
    assert saved([output]) == []


@pytest.mark.parametrize("total", [None, 3])
def test_bar_without_an_end(kernel, total):
    code = f"from course_lib.progress import bar\nwith bar(total={total}, desc='<at> work') as shown: shown.update(3)"
    _, shown, _ = ran(kernel, code, {"cellId": "a1b2"})
    assert "&lt;at&gt; work" in shown[0]["text/html"] and ("max=" in shown[0]["text/html"]) is (total is not None)


@pytest.mark.parametrize("terminal", [True, False])
def test_terminal(monkeypatch, capsys, terminal):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: terminal)
    assert progress.somebody_watches() is terminal
    assert list(progress.bar("abc", desc="at work")) == ["a", "b", "c"]
    shown = capsys.readouterr().err
    assert ("at work" in shown) is terminal
    assert "\n" not in shown and not "".join(shown.split("\r")[-2:]).strip(), "the line is wiped at the end"
