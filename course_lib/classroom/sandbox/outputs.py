"""What a cell puts out, cleaned: text and pictures only, of bounded size."""

import base64
import re


class Outputs:
    """What a cell puts out, as nbformat has it: text and pictures only, shortened."""

    PICTURES = ("image/png", "image/jpeg")

    def __init__(self, limit):
        self.list, self.error, self.rest = [], None, limit

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
            lines = self._short("\n".join(line for line in trace if isinstance(line, str)))
            self.list.append({"output_type": "error", "ename": name, "evalue": value, "traceback": lines.split("\n")})
        elif self.rest <= 0 or len(self.list) > 200:
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
                if isinstance(value, str) and len(value) < 500_000 and _is_base64(value):
                    data[picture] = value
            if isinstance(content["data"].get("text/plain"), str):
                data["text/plain"] = self._short(content["data"]["text/plain"])
            if data:
                self.list.append({"output_type": "display_data", "data": data, "metadata": {}})
        return False

    def _short(self, text):
        text = "".join(letter for letter in text if letter.isprintable() or letter in "\n\t\x1b")
        if len(text) > self.rest:
            text = text[: max(self.rest, 0)] + "\n[cut: too much output]\n"
        self.rest -= len(text)
        return text


def _is_base64(text):
    try:
        base64.b64decode("".join(text.split()), validate=True)
    except ValueError:
        return False
    return True
