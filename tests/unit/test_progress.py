"""Progress is seen by a person at a terminal or in JupyterLab, and by nobody else."""

import sys

import pytest
from jupyter_client.manager import start_new_kernel

from course_lib import progress

CODE = """
from course_lib.progress import bar, somebody_watches
list(bar(range(2), desc="at work", leave=True))
print("watched:", somebody_watches())
"""


def ran(client, metadata):
    """(what a cell printed, whether it showed a widget or wrote about its progress)."""
    content = {"code": CODE, "silent": False, "store_history": False, "user_expressions": {}, "allow_stdin": False}
    request = client.session.msg("execute_request", content, metadata=metadata)
    client.shell_channel.send(request)
    printed, seen = "", False
    while True:
        message = client.get_iopub_msg(timeout=60)
        if message["parent_header"].get("msg_id") != request["header"]["msg_id"]:
            continue
        content = message["content"]
        if message["msg_type"] == "status" and content["execution_state"] == "idle":
            return printed, seen
        if message["msg_type"] == "stream" and content["name"] == "stdout":
            printed += content["text"]
        elif message["msg_type"] in ("stream", "display_data"):
            seen |= "at work" in str(content) or "application/vnd.jupyter.widget-view+json" in str(content)


def test_a_person_sees_progress_and_a_build_does_not():
    """JupyterLab sends the id of the cell with each request; nbclient, nbconvert and nbval send none."""
    manager, client = start_new_kernel(kernel_name="python3")
    try:
        assert ran(client, {}) == ("watched: False\n", False)
        assert ran(client, {"cellId": "a1b2"}) == ("watched: True\n", True)
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


@pytest.mark.parametrize("terminal", [True, False])
def test_terminal(monkeypatch, capsys, terminal):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: terminal)
    assert progress.somebody_watches() is terminal
    assert list(progress.bar("abc", desc="at work")) == ["a", "b", "c"]
    shown = capsys.readouterr().err
    assert ("at work" in shown) is terminal
    assert "\n" not in shown and not "".join(shown.split("\r")[-2:]).strip(), "the line is wiped at the end"
