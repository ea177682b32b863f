"""OpenAI's form of a conversation: POST /v1/chat/completions (https://platform.openai.com/docs/api-reference/chat)."""

import json
import time
import uuid

from course_lib.llm.engine import Sampling
from course_lib.serving import fields
from course_lib.serving.wishes import Wish

ROLES = ("system", "developer", "user", "assistant")
REASONS = {"end": "stop", "stop": "stop", "length": "length"}
KINDS = {401: "authentication_error", 404: "not_found_error", 429: "rate_limit_error"}
NOT_HERE = ("tools", "functions", "logprobs", "logit_bias", "audio", "presence_penalty", "frequency_penalty")
MOST = 512  # tokens of an answer where nothing is said


def wish(content, longest):
    """What a request asks for.

    Args:
        content: what was sent, a dict.
        longest: how many tokens an answer may have here.

    Raises:
        Refused: a field is wrong, or asks for what is not done here.
    """
    fields.not_here(content, *NOT_HERE)
    fields.number(content, "n", 1, 1, 1, whole=True)
    form = content.get("response_format")
    if form is not None and form != {"type": "text"}:
        fields.not_here(content, "response_format")
    most = fields.number(content, "max_tokens", 1, longest, min(MOST, longest), whole=True)
    most = fields.number(content, "max_completion_tokens", 1, longest, most, whole=True)
    sampling = Sampling(
        temperature=fields.number(content, "temperature", 0, 2, 1.0),
        top_p=fields.number(content, "top_p", 0, 1, 1.0),
        seed=fields.number(content, "seed", 0, 2**63 - 1, None, whole=True),
    )
    messages = fields.messages(content, ROLES)
    messages = [{**one, "role": "system"} if one["role"] == "developer" else one for one in messages]
    options = content.get("stream_options")
    usage = isinstance(options, dict) and fields.flag(options, "include_usage")
    stops = fields.texts(content, "stop", 4)
    return Wish(messages, most, sampling, stops, fields.flag(content, "stream"), {"usage": usage})


def refusal(error):
    """The answer to a request that is not done."""
    kind = KINDS.get(error.status, "invalid_request_error")
    facts = {"message": error.sentence, "type": kind, "param": error.place, "code": None}
    return _json({"error": facts}, error.status)


def models(model):
    """The answer to GET /v1/models."""
    return _json({"object": "list", "data": [_facts(model)]})


def one_model(model):
    """The answer to GET /v1/models/NAME."""
    return _json(_facts(model))


def whole(model, wish, answer):
    """An answer in one piece."""
    message = {"role": "assistant", "content": answer.text, "refusal": None}
    choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": REASONS.get(answer.reason)}
    return _json({**_head(model, "chat.completion"), "choices": [choice], "usage": _usage(answer)})


async def stream(model, wish, answer, pieces):
    """An answer in pieces, as events."""
    head = _head(model, "chat.completion.chunk")

    def event(delta, reason=None):
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": reason}
        return _event({**head, "choices": [choice]})

    yield event({"role": "assistant", "content": ""})
    async for piece in pieces:
        yield event({"content": piece})
    yield event({}, REASONS[answer.reason])
    if wish.more["usage"]:
        yield _event({**head, "choices": [], "usage": _usage(answer)})
    yield "data: [DONE]\n\n"


def _usage(answer):
    given, written = len(answer.prompt), len(answer.written)
    return {"prompt_tokens": given, "completion_tokens": written, "total_tokens": given + written}


def _head(model, kind):
    return {"id": f"chatcmpl-{uuid.uuid4().hex}", "object": kind, "created": int(time.time()), "model": model.name}


def _facts(model):
    return {"id": model.name, "object": "model", "created": 0, "owned_by": "course_lib"}


def _event(content):
    return f"data: {json.dumps(content)}\n\n"


def _json(content, status=200):
    from starlette.responses import JSONResponse

    return JSONResponse(content, status)
