"""The server's addresses: what comes in, who answers, and how much of it.

A request is understood by one of two forms, `openai_form` and `anthropic_form`, which know what the clients of those
services send and want back. Between them stands a `Wish`: what both come to.
"""

import json

from course_lib.errors import CourseError
from course_lib.serving import anthropic_form, openai_form
from course_lib.serving.wishes import Refused
from course_lib.texts import say

LARGEST = 1 << 20  # bytes of a request
HOSTS = ["127.0.0.1", "localhost", "[::1]", "::1"]  # a page of somebody else's cannot give itself out as this computer


def make(model):
    """The server of a `LanguageModel`, as uvicorn takes it."""
    from starlette.applications import Starlette
    from starlette.exceptions import HTTPException
    from starlette.middleware import Middleware
    from starlette.middleware.trustedhost import TrustedHostMiddleware
    from starlette.routing import Route

    def of(request):
        """The form that a client speaks."""
        theirs = "anthropic-version" in request.headers or request.url.path.startswith("/v1/messages")
        return anthropic_form if theirs else openai_form

    async def refuse(request, error):
        return of(request).refusal(error)

    async def no_such(request, error):
        known = "/v1/chat/completions, /v1/messages, /v1/messages/count_tokens, /v1/models"
        sentence = say("there is no {method} {path} here; there are {known}", method=request.method, path=request.url.path, known=known)  # fmt: skip
        return of(request).refusal(Refused(sentence, error.status_code))

    async def models(request):
        return of(request).models(model)

    async def one_model(request):
        _require_model(model, request.path_params["name"])
        return of(request).one_model(model)

    async def count(request):
        wish = anthropic_form.wish({"max_tokens": 1, **await _content(request)}, model)
        return anthropic_form.counted(await _in_a_thread(_tokens, model, wish))

    return Starlette(
        routes=[
            Route("/v1/chat/completions", _answering(model, openai_form), methods=["POST"]),
            Route("/v1/messages", _answering(model, anthropic_form), methods=["POST"]),
            Route("/v1/messages/count_tokens", count, methods=["POST"]),
            Route("/v1/models", models),
            Route("/v1/models/{name:path}", one_model),
        ],
        middleware=[Middleware(TrustedHostMiddleware, allowed_hosts=HOSTS)],
        exception_handlers={Refused: refuse, HTTPException: no_such},
    )


def _answering(model, form):
    """The address at which a form's conversations are answered."""
    import asyncio

    from starlette.responses import StreamingResponse

    one_at_a_time = asyncio.Semaphore(1)  # two would only take the processor from each other

    async def pieces(answer):
        while (piece := await _in_a_thread(next, answer, None)) is not None:
            yield piece

    async def streamed(wish, answer):
        async with one_at_a_time:
            async for event in form.stream(model, wish, answer, pieces(answer)):
                yield event

    async def answering(request):
        content = await _content(request)
        _require_model(model, content.get("model"))
        wish = form.wish(content, model)
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
        answer = model.answer_to(tokens, min(wish.most, room), wish.sampling, wish.stops)
        if wish.stream:
            return StreamingResponse(streamed(wish, answer), media_type="text/event-stream")
        async with one_at_a_time:
            async for _ in pieces(answer):
                if await request.is_disconnected():
                    break
        return form.whole(model, wish, answer)

    return answering


async def _in_a_thread(function, *arguments):
    from starlette.concurrency import run_in_threadpool

    return await run_in_threadpool(function, *arguments)


def _tokens(model, wish):
    try:
        return model.tokens.chat(wish.messages)
    except CourseError as error:
        raise Refused(str(error), place="messages") from None


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
