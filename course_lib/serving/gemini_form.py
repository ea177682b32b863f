"""Gemini's form of a conversation: POST /v1/models/NAME:generateContent, or /v1beta (https://ai.google.dev/api)."""

import json

from course_lib.llm.engine import Sampling
from course_lib.serving import fields
from course_lib.serving.wishes import Refused, Wish
from course_lib.texts import say

ROLES = {"user": "user", "model": "assistant", None: "user"}
REASONS = {"end": "STOP", "stop": "STOP", "length": "MAX_TOKENS"}
STATUSES = {401: "UNAUTHENTICATED", 404: "NOT_FOUND", 413: "INVALID_ARGUMENT", 429: "RESOURCE_EXHAUSTED"}
NOT_HERE = ("tools", "cachedContent")
NOT_HERE_OF_CONFIG = ("topK", "responseSchema", "responseJsonSchema", "thinkingConfig", "responseLogprobs")
MOST = 512  # tokens of an answer where nothing is said


def wish(content, longest):
    """What a request asks for; arguments and exceptions as of `openai_form.wish`."""
    fields.not_here(content, *NOT_HERE)
    config = content.get("generationConfig") or {}
    if not isinstance(config, dict):
        raise Refused(say("`{name}` must be an object", name="generationConfig"), place="generationConfig")
    fields.not_here(config, *NOT_HERE_OF_CONFIG)
    fields.number(config, "candidateCount", 1, 1, 1, whole=True)
    sampling = Sampling(
        temperature=fields.number(config, "temperature", 0, 2, 1.0),
        top_p=fields.number(config, "topP", 0, 1, 1.0),
        seed=fields.number(config, "seed", 0, 2**63 - 1, None, whole=True),
    )
    most = fields.number(config, "maxOutputTokens", 1, longest, min(MOST, longest), whole=True)
    messages = _messages(content)
    told = content.get("systemInstruction")
    if told:
        messages.insert(0, {"role": "system", "content": _text(told, "systemInstruction")})
    return Wish(messages, most, sampling, fields.texts(config, "stopSequences"), fields.flag(content, "stream"))


def _messages(content):
    found = content.get("contents")
    if not isinstance(found, list) or not found:
        raise Refused(say("`{name}` must be a list of one message or more", name="contents"), place="contents")
    return [_message(one, f"contents[{place}]") for place, one in enumerate(found)]


def _message(message, place):
    role = message.get("role") if isinstance(message, dict) else None
    if not (role is None or isinstance(role, str)) or role not in ROLES:
        known = ", ".join(name for name in ROLES if name)
        raise Refused(
            say("`{name}` must be one of {known}; found {found}", name=f"{place}.role", known=known, found=fields.shown(role)),
            place=f"{place}.role",
        )  # fmt: skip
    return {"role": ROLES[role], "content": _text(message, place)}


def _text(message, place):
    """The texts of a message's parts."""
    parts = message.get("parts") if isinstance(message, dict) else None
    if not isinstance(parts, list) or not parts:
        parts = [None]
    for part in parts:
        if not isinstance(part, dict) or not isinstance(part.get("text"), str):
            found = next(iter(part), None) if isinstance(part, dict) else part
            raise Refused(
                say("`{name}` must be a list of texts; found {found}", name=f"{place}.parts", found=fields.shown(found)),
                place=f"{place}.parts",
            )  # fmt: skip
    return "".join(part["text"] for part in parts)


def refusal(error):
    """The answer to a request that is not done."""
    status = STATUSES.get(error.status, "INVALID_ARGUMENT")
    return _json({"error": {"code": error.status, "message": error.sentence, "status": status}}, error.status)


def models(model):
    """The answer to GET /v1/models."""
    return _json({"models": [_facts(model)]})


def one_model(model):
    """The answer to GET /v1/models/NAME."""
    return _json(_facts(model))


def counted(tokens):
    """The answer to POST /v1/models/NAME:countTokens."""
    return _json({"totalTokens": len(tokens)})


def whole(model, wish, answer):
    """An answer in one piece."""
    return _json(_part(model, answer, answer.text, REASONS.get(answer.reason)))


async def stream(model, wish, answer, pieces):
    """An answer in pieces, as events; the last one is empty and says why it ended."""
    async for piece in pieces:
        yield _event(_part(model, answer, piece))
    yield _event(_part(model, answer, "", REASONS[answer.reason]))


def _part(model, answer, text, reason=None):
    given, written = len(answer.prompt), len(answer.written)
    candidate = {"index": 0, "content": {"role": "model", "parts": [{"text": text}]}}
    usage = {"promptTokenCount": given, "candidatesTokenCount": written, "totalTokenCount": given + written}
    ended = {"finishReason": reason} if reason else {}
    return {"candidates": [{**candidate, **ended}], "usageMetadata": usage, "modelVersion": model.name}


def _facts(model):
    return {"name": f"models/{model.name}", "displayName": model.name, "inputTokenLimit": model.config.longest}


def _event(content):
    return f"data: {json.dumps(content)}\n\n"


def _json(content, status=200):
    from starlette.responses import JSONResponse

    return JSONResponse(content, status)
