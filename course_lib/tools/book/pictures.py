"""Figures as files: each is stored once for both languages, under a name made from its content."""

import base64
import hashlib
import io
import re

from PIL import Image

from course_lib.files import write_bytes

FOLDER = "figures"
PICTURE = re.compile(
    r'<img\b(?P<before>[^>]*?)\bsrc="data:image/(?P<kind>\w+);base64,(?P<data>[^"]+)"(?P<after>[^>]*)>'
)
WIDTH = re.compile(r'\bwidth="(\d+)"')


def stored(html, folder):
    """HTML whose pictures stand in files.

    Args:
        html: with pictures as addresses that hold all of their content.
        folder: of the book, in which `FOLDER` is.
    """
    return PICTURE.sub(lambda found: _stored(found, folder), html)


def _stored(found, folder):
    content = base64.b64decode(found["data"])
    name = f"{hashlib.sha256(content).hexdigest()[:16]}.{found['kind']}"
    if not (folder / FOLDER / name).exists():
        write_bytes(folder / FOLDER / name, content)
    rest = (found["before"] + found["after"]).replace(' style="max-width:100%"', "")
    with Image.open(io.BytesIO(content)) as picture:
        if width := WIDTH.search(rest):  # so that the page keeps the picture's place while it loads
            rest += f' height="{round(int(width[1]) * picture.height / picture.width)}"'
        if getattr(picture, "is_animated", False):
            rest += f' data-still="../{FOLDER}/{_still(picture, name, folder)}"'
    return f'<img src="../{FOLDER}/{name}" loading="lazy"{rest}>'


def _still(picture, name, folder):
    """The name of the file with the first picture of a film."""
    still = f"{name.partition('.')[0]}-still.png"
    content = io.BytesIO()
    picture.seek(0)
    picture.convert("RGBA").save(content, "png", optimize=True)
    write_bytes(folder / FOLDER / still, content.getvalue())
    return still
