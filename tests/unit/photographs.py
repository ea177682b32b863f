"""Photographs to try the reading of folders with."""

import struct
import zlib

from PIL import Image


def halves(width=120, height=100, left=(255, 0, 0), right=(0, 0, 255)):
    """A picture with a left and a right half of one colour each."""
    image = Image.new("RGB", (width, height), right)
    image.paste(left, (0, 0, width // 2, height))
    return image


def put(path, width=120, height=100, **options):
    """Save halves at a path, whose folders are made."""
    path.parent.mkdir(parents=True, exist_ok=True)
    halves(width, height).save(path, **options)
    return path


def with_segment(jpeg, marker, payload):
    """A JPEG with one more segment at its beginning."""
    return jpeg[:2] + bytes([0xFF, marker]) + struct.pack(">H", len(payload) + 2) + payload + jpeg[2:]


def with_chunk(png, kind, payload, crc=None):
    """A PNG with one more chunk behind its first."""
    crc = zlib.crc32(kind + payload) if crc is None else crc
    return png[:33] + struct.pack(">I", len(payload)) + kind + payload + struct.pack(">I", crc) + png[33:]


def exif(*entries, start=b"II*\0\x08\0\0\0", next_one=0):
    """EXIF of entries (tag, type, count, four bytes of value or offset)."""
    return (
        start
        + struct.pack("<H", len(entries))
        + b"".join(struct.pack("<HHI", *entry[:3]) + entry[3] for entry in entries)
        + struct.pack("<I", next_one)
    )


def short(value):
    return struct.pack("<HH", value, 0)
