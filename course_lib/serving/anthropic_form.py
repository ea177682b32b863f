"""Anthropic's form of a conversation: POST /v1/messages (https://docs.anthropic.com/en/api/messages)."""

import json
import uuid

from course_lib.llm.engine import Sampling
from course_lib.serving import fields
from course_lib.serving.wishes import Refused, Wish
from course_lib.texts import say

ROLES = ("user", "assistant")
REASONS = {"end": "end_turn", "stop": "stop_sequence", "length": "max_tokens"}
KINDS = {401: "authentication_error", 404: "not_found_error", 413: "request_too_large", 429: "rate_limit_error"}
NOT_HERE = ("tools", "thinking", "top_k")


def wish(content, longest):
    """What a request asks for; arguments and exceptions as of `openai_form.wish`."""
    fields.not_here(content, *NOT_HERE)
    most = fields.number(content, "max_tokens", 1, longest, None, whole=True)
    if most is None:
        raise Refused(say("`max_tokens` is missing: say how many tokens the answer may have"), place="max_tokens")
    sampling = Sampling(
        temperature=fields.number(content, "temperature", 0, 1, 1.0), top_p=fields.number(content, "top_p", 0, 1, 1.0)
    )
    messages = fields.messages(content, ROLES)
    if content.get("system"):
        messages.insert(0, {"role": "system", "content": fields.text(content["system"], "system")})
    stops = fields.texts(content, "stop_sequences")
    return Wish(messages, most, sampling, stops, fields.flag(content, "stream"))


def refusal(error):
    """The answer to a request that is not done."""
    kind = KINDS.get(error.status, "invalid_request_error")
    return _json({"type": "error", "error": {"type": kind, "message": error.sentence}}, error.status)


def models(model):
    """The answer to GET /v1/models."""
    return _json({"data": [_facts(model)], "has_more": False, "first_id": model.name, "last_id": model.name})


def one_model(model):
    """The answer to GET /v1/models/NAME."""
    return _json(_facts(model))


def counted(tokens):
    """The answer to POST /v1/messages/count_tokens."""
    return _json({"input_tokens": len(tokens)})


def whole(model, wish, answer):
    """An answer in one piece."""
    return _json({**_head(model, answer), "content": [{"type": "text", "text": answer.text}], **_end(answer)})


async def stream(model, wish, answer, pieces):
    """An answer in pieces, as events."""
    start = {**_head(model, answer), "content": [], "stop_reason": None, "stop_sequence": None}
    yield _event("message_start", message={**start, "usage": {**_usage(answer), "output_tokens": 0}})
    yield _event("content_block_start", index=0, content_block={"type": "text", "text": ""})
    async for piece in pieces:
        yield _event("content_block_delta", index=0, delta={"type": "text_delta", "text": piece})
    yield _event("content_block_stop", index=0)
    end = _end(answer)
    usage = end.pop("usage")
    yield _event("message_delta", delta=end, usage={"output_tokens": usage["output_tokens"]})
    yield _event("message_stop")


def _head(model, answer):
    return {"id": f"msg_{uuid.uuid4().hex}", "type": "message", "role": "assistant", "model": model.name}


def _end(answer):
    reason = REASONS.get(answer.reason)
    return {"stop_reason": reason, "stop_sequence": answer.stop, "usage": _usage(answer)}


def _usage(answer):
    return {"input_tokens": len(answer.prompt), "output_tokens": len(answer.written)}


def _facts(model):
    return {"type": "model", "id": model.name, "display_name": model.name, "created_at": "1970-01-01T00:00:00Z"}


def _event(kind, **content):
    return f"event: {kind}\ndata: {json.dumps({'type': kind, **content})}\n\n"


def _json(content, status=200):
    from starlette.responses import JSONResponse

    return JSONResponse(content, status)
