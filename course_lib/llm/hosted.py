"""What goes wrong with a language model behind an interface, in one sentence, whichever client reports it."""

import contextlib

from course_lib.errors import CourseError
from course_lib.texts import say

LIMITED = 429
NO_KEY = ("Missing credentials", "resolve authentication method", "No API key")  # what each says without one


@contextlib.contextmanager
def plainly():
    """What the clients of OpenAI, Anthropic and Google raise inside becomes a CourseError with a sentence."""
    try:
        yield
    except Exception as error:
        sentence = trouble(error)
        if sentence is None:
            raise
        raise CourseError(sentence) from error


def trouble(error):
    """What an exception of a client means and what to do, one sentence; None if it is something else.

    Args:
        error: what was raised by `openai`, `anthropic` or `google.genai`.
    """
    of = type(error).__module__.partition(".")[0]
    kinds = {kind.__name__ for kind in type(error).__mro__}
    if any("Timeout" in kind for kind in kinds):
        return say("no answer came in time: ask for fewer tokens, or allow more time with `timeout`")
    if of in ("openai", "anthropic", "google", "httpx", "httpx2") and kinds & {"APIConnectionError", "ConnectError"}:
        return say("nobody answers at this address: is the server running, and the network there?")
    status = getattr(error, "status_code", None) or getattr(error, "code", None)
    if of in ("openai", "anthropic", "google") and isinstance(status, int):
        return _refused(status, error)
    if of in ("openai", "builtins") and any(words in str(error) for words in NO_KEY):
        return say("there is no key: put it into the environment, never into a notebook")
    return None


def _refused(status, error):
    told = _message(error)
    if status in (401, 403):
        return say("the key was not accepted ({status}): {told}", status=status, told=told)
    if status == 404:
        return say("there is no such model or address ({status}): {told}", status=status, told=told)
    if status == LIMITED:
        return say("too many requests or the quota is used up ({status}): {told}", status=status, told=told)
    if status >= 500:
        return say("the service is in trouble ({status}), try again later: {told}", status=status, told=told)
    return say("the service refuses the request ({status}): {told}", status=status, told=told)


def _message(error):
    """What the service itself has said."""
    body = getattr(error, "body", None)
    body = body.get("error", body) if isinstance(body, dict) else {}
    return body.get("message") or getattr(error, "message", None) or str(error)
