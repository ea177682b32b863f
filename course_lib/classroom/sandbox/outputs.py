"""What a cell puts out, cleaned: text and pictures only, of bounded size."""

import base64
import re

MOST = 200  # outputs of a cell
PICTURES = 4_000_000  # characters of the pictures of a cell


def cleaned(outputs, limit):
    """Outputs of nbformat, from wherever, as they are here: see `Outputs`.

    Args:
        outputs: list of dicts.
        limit: characters of text.
    """
    kept = Outputs(limit)
    for one in outputs:
        kept.take(one.get("output_type"), one)
    return kept.list


class Outputs:
    """What a cell puts out, as nbformat has it: text and pictures only, shortened.

    Args:
        limit: characters of text.
    """

    PICTURES = ("image/png", "image/jpeg")

    def __init__(self, limit):
        self.list, self.error, self.rest, self.pictures = [], None, limit, PICTURES

    def take(self, kind, content):
        """Add a message; True if it is the one that says that the cell is done."""
        if kind == "status":
            return content.get("execution_state") == "idle"
        if kind == "clear_output":
            self.list.clear()
        if kind == "error":
            name, value = str(content.get("ename"))[:100], str(content.get("evalue"))[:1000]
            value = re.sub(r"\(\d+\.py, line (\d+)\)$", r"(line \1)", value)  # IPython's name for the cell says nothing
            self.error = f"{name}: {value}"
            trace = content.get("traceback") if isinstance(content.get("traceback"), list) else []
            if len(self.list) > MOST:  # a cell has one error; who forges them may send millions
                return False
            lines = self._short("\n".join(line for line in trace[:1000] if isinstance(line, str)))
            self.list.append({"output_type": "error", "ename": name, "evalue": value, "traceback": lines.split("\n")})
        elif self.rest <= 0 or len(self.list) > MOST:
            pass
        elif kind == "stream" and isinstance(content.get("text"), str):
            name = "stderr" if content.get("name") == "stderr" else "stdout"
            text = self._short(content["text"])
            if self.list and self.list[-1].get("name") == name:
                self.list[-1]["text"] += text
            else:
                self.list.append({"output_type": "stream", "name": name, "text": text})
        elif kind in ("display_data", "execute_result") and isinstance(content.get("data"), dict):
            data = {}
            for picture in self.PICTURES:
                value = content["data"].get(picture)
                if isinstance(value, str) and len(value) < min(500_000, self.pictures) and _is_base64(value):
                    data[picture] = value
                    self.pictures -= len(value)
            if isinstance(content["data"].get("text/plain"), str):
                data["text/plain"] = self._short(content["data"]["text/plain"])
            if data:
                self.list.append({"output_type": "display_data", "data": data, "metadata": {}})
        return False

    def _short(self, text):
        rest = max(self.rest, 0)
        # of megabytes, only what may be kept is looked at
        text = "".join(letter for letter in text[: rest + 1] if letter.isprintable() or letter in "\n\t\x1b")
        if len(text) > rest:
            text = text[:rest] + "\n[cut: too much output]\n"
        self.rest -= len(text)
        return text


def _is_base64(text):
    try:
        base64.b64decode("".join(text.split()), validate=True)
    except ValueError:
        return False
    return True
