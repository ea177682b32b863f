"""One photograph from a file as a small square. What is written about the picture may be broken."""

import contextlib
import io
import re
import stat
import struct
import warnings

import numpy as np

from course_lib import memory
from course_lib.errors import CourseError
from course_lib.texts import Text, phrase, say

LARGE = 25_000_000  # pixels from which a picture is reduced before anything else is done with it
HEIC = phrase(
    "HEIC is not read here: save it as JPEG, on a Mac with Preview > Export, on an iPhone by Settings > Camera > Formats > Most Compatible"
)
HEAD = 4096  # bytes, which tell what a file is
ORIENTATION = 0x0112  # the tag of EXIF that says how the camera was held
CRITICAL = (b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND")  # the chunks of a PNG that make the picture


class TooSmall(CourseError):
    """A picture with too few pixels."""


def square(file, size, minimum):
    """The middle of a photograph, upright, resized with antialiasing.

    Args:
        file: pathlib.Path.
        size: width and height of what is returned, in pixels.
        minimum: how many pixels the shorter side must have.

    Returns:
        uint8 (size, size, 4): red, green, blue and alpha.

    Raises:
        TooSmall: it has fewer pixels.
        CourseError: the picture cannot be read; the message says why, and what to do.
    """
    try:
        if not stat.S_ISREG(file.stat().st_mode):  # a pipe would keep us waiting for ever
            raise CourseError(say("cannot be read: it is no file; remove it"))
        with _as_it_is():
            return _read(file, size, minimum)
    except CourseError:
        raise
    except FileNotFoundError:
        raise CourseError(
            say("cannot be read: it is a link to a file that is gone; copy the photograph itself here")
        ) from None
    except MemoryError:
        raise CourseError(say("cannot be read: it takes more memory than is free; save a smaller copy")) from None
    except OSError as error:
        if error.errno is None:
            raise CourseError(_cause(file, error)) from None
        why = error.strerror or error
        if isinstance(error, PermissionError):
            raise CourseError(
                say("cannot be read, {why}: give yourself the right to read it, or copy it here once more", why=why)
            ) from None
        raise CourseError(say("cannot be read, {why}: copy it here once more", why=why)) from None
    except Exception as error:  # Pillow raises a dozen kinds for damaged files
        raise CourseError(_cause(file, error)) from None


@contextlib.contextmanager
def _as_it_is():
    """Without Pillow's limit, which phones' photographs exceed today, and without its warnings of broken metadata."""
    from PIL import Image

    limit, Image.MAX_IMAGE_PIXELS = Image.MAX_IMAGE_PIXELS, None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        Image.MAX_IMAGE_PIXELS = limit


def _read(file, size, minimum):
    """Read the file, and where Pillow stumbles, once more the picture alone."""
    try:
        return _pixels(file, size, minimum)
    except (CourseError, MemoryError):
        raise
    except Exception as error:
        try:
            bare, exif = _without_metadata(file.read_bytes())
            return _pixels(io.BytesIO(bare), size, minimum, exif)
        except (CourseError, MemoryError):
            raise
        except Exception:  # the picture is broken, too: what Pillow said first is closer to the cause
            raise error from None


def _pixels(source, size, minimum, exif=None):
    from PIL import Image

    with Image.open(source) as image:
        if min(image.size) < minimum:
            raise TooSmall(
                say(
                    "{width}x{height} pixels, at least {minimum}x{minimum} are needed",
                    width=image.width,
                    height=image.height,
                    minimum=minimum,
                )
            )
        pixels = image.width * image.height
        image.draft(None, (2 * size, 2 * size))  # decodes a large JPEG at no more than the size needed
        # Pillow keeps 4 bytes a pixel, and we one more copy; of a progressive JPEG all coefficients are kept, too
        _demand_memory(pixels, 8 * image.width * image.height + 6 * pixels * ("progressive" in image.info), image)
        image.load()  # now, since looking for EXIF loads a PNG, too, and there every error is passed over
        turn = _turn(image, exif)
        side = min(image.size)
        left, top = (image.width - side) // 2, (image.height - side) // 2
        box = (left, top, left + side, top + side)
        times = side // (3 * size)
        plain = image.mode in ("L", "LA", "RGB", "RGBA", "CMYK") and "transparency" not in image.info
        if image.width * image.height > LARGE and times > 1 and plain:
            image = image.reduce(times, box)
        else:
            image = image.crop(box)  # not resize(box=...), whose filter reaches beyond the box
        if image.mode[0] in "IF":  # 16 bits per pixel: Pillow would clip everything above 255
            image = Image.fromarray((np.asarray(image).clip(0, 65535) // 257).astype("uint8"))
        # Pillow multiplies by alpha before averaging, so the colour of invisible pixels does not bleed into edges
        image = image.convert("RGBA").resize((size, size), Image.Resampling.LANCZOS)
        return np.asarray(image if turn is None else image.transpose(turn))


def _demand_memory(pixels, need, image):
    if need > 250e6 and need > (free := memory.available()):
        raise CourseError(
            say(
                "cannot be read: its {pixels} megapixels take {need} of memory, and {free} are free; save a smaller copy",
                pixels=round(pixels / 1e6),
                need=memory.amount(need),
                free=memory.amount(free),
            )
        )


def _turn(image, exif):
    """How to transpose the picture so that it stands upright, or None; only this one tag of EXIF is looked at."""
    from PIL import Image

    turns = ("FLIP_LEFT_RIGHT", "ROTATE_180", "FLIP_TOP_BOTTOM", "TRANSPOSE", "ROTATE_270", "TRANSVERSE", "ROTATE_90")
    try:
        tags = image.getexif()
        if exif is not None:
            tags.load(exif)
        return Image.Transpose[dict(enumerate(turns, 2))[tags[ORIENTATION]]]
    except Exception:  # no such tag, no such value, no EXIF at all, or one that nobody can read
        return None


def _without_metadata(content):
    """The same picture without what is written about it, and what was in its EXIF, or None.

    Raises:
        ValueError, struct.error: the file is of no format whose parts are known here, or its parts are broken, too.
    """
    if content.startswith(b"\xff\xd8"):
        return _bare_jpeg(content)
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return _bare_png(content)
    if content[4:8] == b"ftyp":  # AVIF: the entry for EXIF gets a type that nobody looks for
        return re.sub(rb"(infe.{8})Exif", rb"\1skip", content, flags=re.DOTALL), None
    raise ValueError


def _bare_jpeg(content):
    kept, exif, at = [content[:2]], None, 2
    while content[at + 1] != 0xDA:  # from "start of scan" on all is picture
        if content[at] != 0xFF:
            raise ValueError
        if content[at + 1] == 0xFF:  # padding
            at += 1
            continue
        end = at + 2 + struct.unpack_from(">H", content, at + 2)[0]
        if content[at + 1] == 0xE1 and content[at + 4 : at + 10] == b"Exif\0\0":
            exif = exif or content[at + 4 : end]
        if not 0xE0 <= content[at + 1] <= 0xEF and content[at + 1] != 0xFE or _says_colours(content[at:end]):
            kept.append(content[at:end])
        at = end
    return b"".join([*kept, content[at:]]), exif


def _says_colours(segment):
    """Whether this is Adobe's segment, which says how the colours of CMYK are kept, and whole."""
    return segment[1] == 0xEE and segment[4:9] == b"Adobe" and len(segment) >= 16


def _bare_png(content):
    kept, exif, at = [content[:8]], None, 8
    while at < len(content):
        length, kind = struct.unpack_from(">I4s", content, at)
        end = at + 12 + length
        if kind == b"eXIf":
            exif = content[at + 8 : end - 4]
        if kind in CRITICAL:
            kept.append(content[at:end])
        at = end
    return b"".join(kept), exif


def _cause(file, error):
    """Why a file is no picture that can be read, as far as its first bytes tell."""
    with file.open("rb") as opened:
        head = opened.read(HEAD)
    if not head.strip(b"\0"):
        return say("cannot be read: it is empty, as after a copy that was broken off; copy it here once more")
    if head[4:8] == b"ftyp" and head[8:12] in (b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1"):
        return Text(HEIC)
    if head[4:12] in (b"ftypavif", b"ftypavis") and not _reads_avif():
        return say("AVIF is not read by the Pillow that is installed here: save it as JPEG")
    if head.startswith(b"version https://git-lfs"):
        return say("cannot be read: it only says where `git-lfs` keeps the photograph; fetch it with `git lfs pull`")
    if re.match(rb"(?i)\s*(\xef\xbb\xbf)?\s*(<!doctype html|<html)", head):
        return say("cannot be read: it is a web page, no picture; download the picture itself")
    if _is_text(head):
        return say("cannot be read: it is text, no picture; save the picture itself here or remove it")
    if "truncated" in str(error).lower() or isinstance(error, EOFError):
        return say("cannot be read: the end of it is missing; copy it here once more")
    return say("cannot be read, {kind}: save it again or remove it", kind=type(error).__name__)


def _reads_avif():
    from PIL import features

    return features.check("avif")


def _is_text(head):
    try:
        text = head.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if error.start < HEAD - 4:  # else only the last letter is cut
            return False
        text = head[: error.start].decode("utf-8-sig")
    return all(letter.isprintable() or letter.isspace() for letter in text)
