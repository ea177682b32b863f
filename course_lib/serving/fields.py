"""Reading the fields of a request, each with one sentence about what is wrong with it."""

from course_lib.serving.wishes import Refused
from course_lib.texts import say


def number(content, name, low, high, default, whole=False):
    """A number from low to high; the default where there is none."""
    value = content.get(name)
    if value is None:
        return default
    right = isinstance(value, int) or isinstance(value, float) and not whole
    if not right or isinstance(value, bool) or not low <= value <= high:
        if low == high:
            raise Refused(say("`{name}` must be {only}; found {found}", name=name, only=low, found=shown(value)), place=name)  # fmt: skip
        kind = say("a whole number") if whole else say("a number")
        raise Refused(
            say(
                "`{name}` must be {kind} from {low} to {high}; found {found}",
                name=name,
                kind=kind,
                low=low,
                high=high,
                found=shown(value),
            ),
            place=name,
        )
    return value


def flag(content, name):
    """True or false; false where there is none."""
    value = content.get(name)
    if value not in (None, True, False) or isinstance(value, (int, float)) and not isinstance(value, bool):
        raise Refused(say("`{name}` must be true or false; found {found}", name=name, found=shown(value)), place=name)
    return bool(value)


def texts(content, name, most=16):
    """A list of texts, or one text, as a tuple."""
    value = content.get(name)
    value = [] if value is None else [value] if isinstance(value, str) else value
    if not isinstance(value, list) or len(value) > most or not all(isinstance(one, str) and one for one in value):
        raise Refused(
            say("`{name}` must be a list of at most {most} texts; found {found}", name=name, most=most, found=shown(content[name])),
            place=name,
        )  # fmt: skip
    return tuple(value)


def not_here(content, *names):
    """Refuse fields that would change the answer, and that nothing here does."""
    for name in names:
        if content.get(name):
            raise Refused(say("`{name}` is not done by this server: leave it out", name=name), place=name)


def messages(content, roles):
    """The messages, each with "role" and "content", a text."""
    found = content.get("messages")
    if not isinstance(found, list) or not found:
        raise Refused(say("`{name}` must be a list of one message or more", name="messages"), place="messages")
    return [_message(one, f"messages[{place}]", roles) for place, one in enumerate(found)]


def _message(message, place, roles):
    if not isinstance(message, dict):
        raise Refused(say("`{name}` must be an object with a role and a content", name=place), place=place)
    role = message.get("role")
    if not isinstance(role, str) or role not in roles:
        raise Refused(
            say("`{name}` must be one of {known}; found {found}", name=f"{place}.role", known=", ".join(roles), found=shown(role)),
            place=f"{place}.role",
        )  # fmt: skip
    return {"role": role, "content": text(message.get("content"), f"{place}.content")}


def text(content, place):
    """A text that stands as one, or in parts of the type "text"."""
    if isinstance(content, str):
        return content
    parts = content if isinstance(content, list) else [None]
    for part in parts:
        if not isinstance(part, dict) or part.get("type") != "text" or not isinstance(part.get("text"), str):
            kind = part.get("type") if isinstance(part, dict) else content
            raise Refused(
                say("`{name}` must be a text or parts of the type text; found {found}", name=place, found=shown(kind)),
                place=place,
            )
    return "".join(part["text"] for part in parts)


def shown(value):
    """A value as a sentence shows it: not too much of it."""
    return repr(value)[:80]
