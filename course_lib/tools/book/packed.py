"""What the scripts of pages read, packed to a third: JSON, deflated, in base 64. `theme/packed.js` unpacks it."""

import base64
import json
import zlib


def packed(thing):
    """A thing of JSON's types as text."""
    text = json.dumps(thing, ensure_ascii=False, separators=(",", ":"))
    return base64.b64encode(zlib.compress(text.encode(), 9)).decode()


def unpacked(text):
    """What `packed` was given."""
    return json.loads(zlib.decompress(base64.b64decode(text)))
