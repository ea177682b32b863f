"""The server's addresses: what comes in, who answers, and how much of it.

A request is understood by one of three forms, `openai_form`, `anthropic_form` and `gemini_form`, which know what the
clients of those services send and want back. Between them stands a `Wish`: what all of them come to.
"""

import asyncio
import contextlib
import json

from course_lib.errors import CourseError
from course_lib.serving import anthropic_form, gemini_form, openai_form
from course_lib.serving.wishes import Refused
from course_lib.texts import say

LARGEST = 1 << 20  # bytes of a request
AT_ONCE = 16  # requests that are answered or wait; more are sent away
HOSTS = ["127.0.0.1", "localhost", "[::1]", "::1"]  # a page of somebody else's cannot give itself out as this computer


def make(model, key=None, at_once=AT_ONCE, most=None):
    """The server of a `LanguageModel`, as uvicorn takes it.

    Args:
        key: what a client has to send as its key; None for any.
        at_once: how many requests are answered or wait; more are sent away.
        most: how many tokens an answer may have; None for as many as the model can look at.
    """
    most = min(most or model.config.longest, model.config.longest)
    from starlette.applications import Starlette
    from starlette.exceptions import HTTPException
    from starlette.middleware import Middleware
    from starlette.middleware.trustedhost import TrustedHostMiddleware
    from starlette.routing import Route

    def of(request):
        """The form that a client speaks."""
        path, headers = request.url.path, request.headers
        if path.startswith("/v1beta") or ":" in path or "x-goog-api-key" in headers:
            return gemini_form
        return anthropic_form if "anthropic-version" in headers or path.startswith("/v1/messages") else openai_form

    async def refuse(request, error):
        return of(request).refusal(error)

    async def no_such(request, error):
        known = "/v1/chat/completions, /v1/messages, /v1/messages/count_tokens, /v1/models, /v1beta/models"
        sentence = say("there is no {method} {path} here; there are {known}", method=request.method, path=request.url.path, known=known)  # fmt: skip
        return of(request).refusal(Refused(sentence, error.status_code))

    async def models(request):
        _require_key(request, key)
        return of(request).models(model)

    async def one_model(request):
        _require_key(request, key)
        _require_model(model, request.path_params["name"])
        return of(request).one_model(model)

    async def count(request):
        _require_key(request, key)
        wish = of(request).wish({"max_tokens": 1, **await _content(request)}, most)
        return of(request).counted(await _in_a_thread(_tokens, model, wish))

    line = _Line(at_once)
    answering = lambda form, **more: _answering(model, form, key, line, most, more)
    of_gemini = [
        Route(f"/{version}/models/{{name}}:{action}", endpoint, methods=["POST"])
        for version in ("v1", "v1beta")  # which one is used depends on the client's own version
        for action, endpoint in (
            ("generateContent", answering(gemini_form, stream=False)),
            ("streamGenerateContent", answering(gemini_form, stream=True)),
            ("countTokens", count),
        )
    ]
    return Starlette(
        routes=[
            *of_gemini,
            Route("/v1/chat/completions", answering(openai_form), methods=["POST"]),
            Route("/v1/messages", answering(anthropic_form), methods=["POST"]),
            Route("/v1/messages/count_tokens", count, methods=["POST"]),
            Route("/v1/models", models),
            Route("/v1/models/{name:path}", one_model),
            Route("/v1beta/models", models),
            Route("/v1beta/models/{name:path}", one_model),
        ],
        middleware=[Middleware(TrustedHostMiddleware, allowed_hosts=HOSTS)],
        exception_handlers={Refused: refuse, HTTPException: no_such},
    )


class _Line:
    """Who is answered, and who waits: one at a time, since two would only take the processor from each other."""

    def __init__(self, most):
        self.most, self.count, self.free = most, 0, asyncio.Semaphore(1)

    def refuse_more(self):
        if self.count >= self.most:
            raise Refused(say("too many requests at once: {most} are being answered here; wait a few seconds and ask again", most=self.most), 429)  # fmt: skip

    @contextlib.asynccontextmanager
    async def turn(self, *gone):
        """Wait for one's turn, but no longer than until one of the tasks `gone` is done."""
        self.count += 1
        mine = asyncio.ensure_future(self.free.acquire())
        try:
            await asyncio.wait([mine, *gone], return_when=asyncio.FIRST_COMPLETED)
            yield
        finally:
            self.count -= 1
            if not mine.cancel():  # it was this one's turn
                self.free.release()


def _answering(model, form, key, line, most, more):
    """The address at which a form's conversations are answered; `more` is what the address itself says."""
    from starlette.responses import StreamingResponse

    async def pieces(answer):
        while (piece := await _in_a_thread(next, answer, None)) is not None:
            yield piece

    async def streamed(wish, answer):
        async with line.turn():
            async for event in form.stream(model, wish, answer, pieces(answer)):
                yield event

    async def answering(request):
        _require_key(request, key)
        content = {**await _content(request), **more}
        _require_model(model, request.path_params.get("name", content.get("model")))
        wish = form.wish(content, most)
        tokens = await _in_a_thread(_tokens, model, wish)
        room = model.config.longest - len(tokens)
        if room < 1:
            raise Refused(
                say(
                    "the messages have {count} tokens, and the model looks at {most} at most: send less",
                    count=len(tokens),
                    most=model.config.longest,
                ),
                place="messages",
            )
        line.refuse_more()
        answer = model.answer_to(tokens, min(wish.most, room), wish.sampling, wish.stops)
        if wish.stream:
            return StreamingResponse(streamed(wish, answer), media_type="text/event-stream")
        gone = asyncio.ensure_future(_gone(request))
        try:
            async with line.turn(gone):
                while not gone.done() and await _in_a_thread(next, answer, None) is not None:
                    pass
        finally:
            gone.cancel()
        return form.whole(model, wish, answer)

    return answering


async def _gone(request):
    """Return when who asks has hung up; a request that was read brings nothing else."""
    while (await request.receive())["type"] != "http.disconnect":
        pass


async def _in_a_thread(function, *arguments):
    from starlette.concurrency import run_in_threadpool

    return await run_in_threadpool(function, *arguments)


def _tokens(model, wish):
    try:
        return model.tokens.chat(wish.messages)
    except CourseError as error:
        raise Refused(str(error), place="messages") from None


def _require_key(request, key):
    headers = request.headers
    bearer = headers.get("authorization", "").removeprefix("Bearer ")
    sent = headers.get("x-api-key") or headers.get("x-goog-api-key") or bearer
    if key is not None and sent != key:
        raise Refused(say("the key that was sent is not the one of this server"), 401)


def _require_model(model, name):
    if name is None:
        raise Refused(say("`model` is missing: here it is {name}", name=repr(model.name)), place="model")
    if name != model.name:
        raise Refused(say("there is no model {name}: here it is {known}", name=repr(name), known=repr(model.name)), 404, "model")  # fmt: skip


async def _content(request):
    """What was sent, a dict."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":  # which a page of somebody else's cannot send without asking first
        raise Refused(say("found the content type {found}, expected application/json", found=repr(kind)), 415)
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > LARGEST:
            raise Refused(say("the request is larger than {most} bytes: send less", most=f"{LARGEST:,}"), 413)
    try:
        content = json.loads(body)
    except (ValueError, RecursionError):
        raise Refused(say("what was sent is no JSON")) from None
    if not isinstance(content, dict):
        raise Refused(say("what was sent is no object of JSON: send {example}", example='{"model": ..., "messages": ...}'))  # fmt: skip
    return content
