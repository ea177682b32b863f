"""The `serve` command: a language model on this computer, behind the interfaces of hosted ones."""

import logging
import socket
import sys

from course_lib.errors import CourseError
from course_lib.texts import say

ADDRESS = "127.0.0.1"  # this computer only
PORT = 8000
PATIENCE = 2  # seconds that answers under way get at the end


def main(path=None, port=None, key=None, most=None, at_once=None):
    """`python -m course_lib serve`; returns when somebody stops it.

    Args:
        path: of a GGUF file or a folder; None for SmolLM2.
        port: to listen on; None for the first free one from 8000 on.
        key: what a client has to send as its key; None for any.
        most: how many tokens an answer may have; None for as many as the model can look at.
        at_once: how many requests are answered or wait; None for `app.AT_ONCE`.

    Raises:
        CourseError: the model cannot be had, or the port is taken.
        KeyboardInterrupt: stopped with Ctrl-C.
    """
    import uvicorn

    from course_lib import start

    start(precision="float32")  # which keeps TensorFlow's own messages from the terminal
    from course_lib.llm import model
    from course_lib.llm.engine import LIKELIEST, Sampling
    from course_lib.serving import app

    with listening(port) as listener:  # before the model, so that a port that is taken is said at once
        address = f"http://{ADDRESS}:{listener.getsockname()[1]}"
        print(say("reading the model"), flush=True)
        loaded = model.load(path)  # under the name that lessons print, too
        for sampling in (LIKELIEST, Sampling(temperature=1.0)):  # the first time takes longest
            loaded.complete("a", most=2, sampling=sampling)
        print(model.describe(loaded))
        print(say("listening at {address}; stop with Ctrl-C", address=address))
        sent = "-" if key is None else "..."  # a key is not written where others may look
        print(f'    openai.OpenAI(base_url="{address}/v1", api_key="{sent}")')
        print(f'    anthropic.Anthropic(base_url="{address}", api_key="{sent}")')
        print(f'    genai.Client(http_options={{"base_url": "{address}"}}, api_key="{sent}")', flush=True)
        made = app.make(loaded, key, at_once or app.AT_ONCE, most)
        settings = uvicorn.Config(
            made, log_level="warning", access_log=False, timeout_graceful_shutdown=PATIENCE, lifespan="off"
        )
        server = uvicorn.Server(settings)
        # what is cut off when somebody stops it is no error
        logging.getLogger("uvicorn.error").addFilter(lambda record: not server.should_exit)
        server.run(sockets=[listener])


def listening(port):
    """A socket of this computer that nobody else has.

    Args:
        port: its number; None for the first free one from 8000 on.

    Raises:
        CourseError: it is taken, or may not be used.
    """
    for number in range(PORT, PORT + 100) if port is None else [port]:
        made = socket.socket()
        if sys.platform != "win32":
            made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            made.bind((ADDRESS, number))
            made.listen(100)  # who comes before the model is read has to wait, and is not turned away
            return made
        except (OSError, OverflowError) as error:
            made.close()
            why = getattr(error, "strerror", None) or error
    raise CourseError(say("port {port} cannot be had ({why}): choose another one with --port", port=number, why=why))
