"""Single files in a folder of one's own photographs: every format that phones and browsers make, and every way in which
one can be broken."""

import io
import os
import warnings
import zlib

import numpy as np
import pytest
from photographs import exif, halves, put, short, with_chunk, with_segment
from PIL import Image, ImageOps

from course_lib import data, memory


@pytest.fixture
def folder(open_folder):
    for name in ("cat", "dog"):
        put(open_folder / name / "whole.png")
    return open_folder


def read_with(folder, name, content, **options):
    """The pictures of a folder after a file was written into a class, and the warnings."""
    (folder / "cat" / name).write_bytes(content)
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        own = data.from_folder(folder, **options)
    return own, [str(warning.message) for warning in said]


@pytest.fixture
def use(folder):
    """Write a file into a class, and give what comes of it: the picture, without a single warning."""

    def used(name, content, **options):
        own, said = read_with(folder, name, content, **options)
        assert said == []
        return own.images[own.names.index(name)]

    return used


@pytest.fixture
def refuse(folder):
    """Write a file into a class, and give why it was left out: one warning, and everything else is used."""

    def refused(name, content, **options):
        own, said = read_with(folder, name, content, **options)
        assert own.names == ("whole.png", "whole.png") and len(said) == 1
        sentence = said[0]
        assert "\n" not in sentence and sentence.startswith(f"left out of {folder}: cat/{name} (")
        return sentence.partition(f"{name} (")[2].removesuffix(")")

    return refused


def saved(format, image=None, **options):
    content = io.BytesIO()
    (image or halves()).save(content, format, **options)
    return content.getvalue()


def is_upright(image):
    return np.abs(image[:, :28] - [1, 0, 0]).max() < 0.1 and np.abs(image[:, -28:] - [0, 0, 1]).max() < 0.1


def is_turned(image):
    """By 90 degrees clockwise: what was on the left is at the top."""
    return np.abs(image[:28] - [1, 0, 0]).max() < 0.1 and np.abs(image[-28:] - [0, 0, 1]).max() < 0.1


JPEG, PNG = saved("JPEG", quality=95), saved("PNG")
TURNED = exif((0x0112, 3, 1, short(6)))


@pytest.mark.parametrize(
    "name, format",
    [
        ("Chrome.jfif", "JPEG"),
        ("a.jpe", "JPEG"),
        ("a.JPG", "JPEG"),
        ("a.pjpeg", "JPEG"),
        ("a.mpo", "MPO"),
        ("a.avif", "AVIF"),
        ("a.webp", "WEBP"),
        ("a.apng", "PNG"),
        ("a.dib", "DIB"),
        ("WebP in truth.jpg", "WEBP"),
        ("AVIF in truth.jpg", "AVIF"),
        ("JPEG in truth.png", "JPEG"),
    ],
)
def test_formats_and_endings(use, name, format):
    assert is_upright(use(name, saved(format)))


@pytest.mark.parametrize("format", ["GIF", "PNG", "WEBP", "AVIF", "MPO"])
def test_the_first_of_several_frames(use, format):
    frames = [Image.new("RGB", (120, 100), "green")] * 2
    name = {"PNG": "a.png", "GIF": "a.gif", "WEBP": "a.webp", "AVIF": "a.avif", "MPO": "a.jpg"}[format]
    assert is_upright(use(name, saved(format, save_all=True, append_images=frames)))


@pytest.mark.parametrize("orientation", range(10))
@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "AVIF"])
def test_orientation(use, orientation, format):
    tags = Image.Exif()
    tags[0x0112] = orientation
    image = Image.new("RGB", (100, 100), "red")
    image.paste("blue", (0, 0, 50, 50))
    image.paste("green", (50, 0, 100, 50))  # no two orientations look the same
    content = saved(format, image, exif=tags)
    with Image.open(io.BytesIO(content)) as given:
        expected = np.asarray(ImageOps.exif_transpose(given).convert("RGB").resize((64, 64))) / 255
    found = use(f"a.{format.lower()}", content)
    assert np.abs(found - expected)[[8, 8, -8, -8], [8, -8, 8, -8]].max() < 0.1


BROKEN_EXIF = {
    "a rational that is none": exif((0x0112, 3, 1, short(6)), (0x011A, 2, 3, b"ab\0\0")),
    "a number as text": exif((0x0112, 3, 1, short(6)), (0x829A, 2, 4, b"1/60")),
    "text as a number": exif((0x010F, 4, 1, b"\xff\xff\xff\xff"), (0x0112, 3, 1, short(6))),
    "an offset beyond the end": exif((0x010F, 2, 1000, b"\xff\xff\0\0"), (0x0112, 3, 1, short(6))),
    "a type that is none": exif((0x010E, 99, 1, b"\0\0\0\0"), (0x0112, 3, 1, short(6))),
    "a folder beyond the end": exif((0x0112, 3, 1, short(6)), (0x8769, 4, 1, b"\xff\xff\0\0")),
    "a next folder beyond the end": exif((0x0112, 3, 1, short(6)), next_one=0x7FFFFFFF),
    "cut short": exif((0x0112, 3, 1, short(6)), (0x010F, 2, 40, b"\x20\0\0\0"))[:-8],
}


@pytest.mark.parametrize("kind", BROKEN_EXIF)
@pytest.mark.parametrize("name", ["a.jpg", "a.png"])
def test_a_good_orientation_beside_a_bad_tag(use, kind, name):
    if name == "a.jpg":
        content = with_segment(JPEG, 0xE1, b"Exif\0\0" + BROKEN_EXIF[kind])
    else:
        content = with_chunk(PNG, b"eXIf", BROKEN_EXIF[kind])
    assert is_turned(use(name, content))


USELESS_EXIF = {
    "no TIFF": b"this is no TIFF at all",
    "empty": b"",
    "nothing but zeros": bytes(200),
    "a head alone": b"II*\0",
    "no orientation that exists": exif((0x0112, 3, 1, short(77))),
    "orientation as text": exif((0x0112, 2, 4, b"top\0")),
    "orientation as a fraction of nothing": exif((0x0112, 5, 1, b"\0\0\0\0")),
    "orientation beyond the end": exif((0x0112, 3, 100, b"\xff\xff\xff\x7f")),
    "a count without entries": b"II*\0\x08\0\0\0\xff\xff",
    "a circle": exif((0x8769, 4, 1, b"\x08\0\0\0")),
}


@pytest.mark.parametrize("kind", USELESS_EXIF)
@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "AVIF"])
def test_without_a_usable_orientation_the_picture_is_used_as_it_is(use, kind, format):
    payload = USELESS_EXIF[kind]
    content = {
        "JPEG": lambda: with_segment(JPEG, 0xE1, b"Exif\0\0" + payload),
        "PNG": lambda: with_chunk(PNG, b"eXIf", payload),
        "WEBP": lambda: saved("WEBP", exif=payload or b" "),
        "AVIF": lambda: avif_with(payload),
    }[format]()
    assert is_upright(use(f"a.{format.lower()}", content))


def avif_with(payload):
    """An AVIF whose EXIF is overwritten, since Pillow would not write such a one."""
    marked = exif((0x010F, 2, 400, b"\x1a\0\0\0")) + b"x" * 400
    content = saved("AVIF", exif=marked)
    assert content.count(marked) == 1
    return content.replace(marked, payload.ljust(len(marked), b"\0"))


def text_chunk(size):
    return b"Comment\0\0" + zlib.compress(b"A" * size)


METADATA = {
    "text of 5 MB": with_chunk(PNG, b"zTXt", text_chunk(5_000_000)),
    "text of 80 MB in parts": PNG[:33]
    + 80 * with_chunk(PNG, b"zTXt", text_chunk(1_000_000))[33 : 33 - len(PNG)]
    + PNG[33:],
    "a profile of 5 MB": with_chunk(PNG, b"iCCP", b"sRGB\0\0" + zlib.compress(bytes(5_000_000))),
    "a profile that is no zlib": with_chunk(PNG, b"iCCP", b"sRGB\0\0not compressed"),
    "a wrong sum": with_chunk(PNG, b"tEXt", b"Title\0cat", crc=1),
    "a wrong sum of the EXIF": with_chunk(PNG, b"eXIf", TURNED, crc=1),
    "a time of two bytes": with_chunk(PNG, b"tIME", b"ab"),
    "a resolution of one byte": with_chunk(PNG, b"pHYs", b"a"),
    "an empty gamma": with_chunk(PNG, b"gAMA", b""),
    "an empty choice of colours": with_chunk(PNG, b"cHRM", b""),
    "an animation of nothing": with_chunk(PNG, b"acTL", b"\0\0\0\0"),
}


@pytest.mark.parametrize("kind", METADATA)
def test_what_is_written_into_a_png_does_not_cost_the_picture(use, kind):
    image = use("a.png", METADATA[kind])
    assert is_turned(image) if "EXIF" in kind else is_upright(image)


SEGMENTS = {
    "several pictures that are none": (0xE2, b"MPF\0II*\0\x08\0\0\0\xff\xff"),
    "several pictures, of which the list is broken": (
        0xE2,
        b"MPF\0" + exif((0xB000, 7, 4, b"0100"), (0xB001, 4, 1, b"\x05\0\0\0"), (0xB002, 7, 9, b"\x01\0\0\0")),
    ),
    "several pictures without a list": (0xE2, b"MPF\0" + exif((0xB001, 4, 1, b"\x02\0\0\0"))),
    "the number of pictures as text": (0xE2, b"MPF\0" + exif((0xB001, 2, 4, b"two\0"))),
    "a profile in parts of which some are missing": (0xE2, b"ICC_PROFILE\0\x02\x07" + bytes(60_000)),
    "Photoshop's, cut short": (0xED, b"Photoshop 3.0\x008BIM\x03\xed\0\0\0\0\xff\xff"),
    "Adobe's, cut short": (0xEE, b"Adobe\0"),
    "JFIF's, cut short": (0xE0, b"JFIF\0\x01"),
    "a resolution of nothing": (0xE1, b"Exif\0\0" + exif((0x011A, 5, 1, b"\0\0\0\0"), (0x0128, 3, 1, short(2)))),
    "XMP that is no XML": (0xE1, b"http://ns.adobe.com/xap/1.0/\0<x:xmpmeta <<"),
    "a comment of 65 kB": (0xFE, b"\xff" * 65_000),
}


@pytest.mark.parametrize("kind", SEGMENTS)
def test_what_is_written_into_a_jpeg_does_not_cost_the_picture(use, kind):
    assert is_upright(use("a.jpg", with_segment(JPEG, *SEGMENTS[kind])))


def test_the_orientation_survives_other_metadata_that_is_broken(use):
    content = with_segment(with_segment(JPEG, *SEGMENTS["the number of pictures as text"]), 0xE1, b"Exif\0\0" + TURNED)
    assert is_turned(use("a.jpg", content))
    content = with_chunk(with_chunk(PNG, b"zTXt", text_chunk(5_000_000)), b"eXIf", TURNED)
    assert is_turned(use("a.png", content))


def test_other_modes(folder):
    def add(name, image, **options):
        image.save(folder / "cat" / name, **options)

    grey = np.full((50, 50), 32896, "uint16")
    grey[:, :25] = 0
    add("grey16.png", Image.fromarray(grey))
    add("grey.png", Image.fromarray((grey // 257).astype("uint8")))
    add("alpha.png", Image.fromarray((grey // 257).astype("uint8")).convert("LA"))
    add("black and white.png", Image.fromarray(grey > 0))
    ink = np.zeros((50, 50, 4), "uint8")
    ink[:, 25:, 3] = 127
    ink[:, :25, 3] = 255
    add("print.jpg", Image.fromarray(ink, "CMYK"), quality=95)
    own = data.from_folder(folder)
    for name in ("grey.png", "grey16.png", "print.jpg", "alpha.png", "black and white.png"):
        image = own.images[own.names.index(name)]
        np.testing.assert_allclose(image[:, 40:], 1 if "white" in name else 0.5, atol=0.03)
        np.testing.assert_allclose(image[:, :24], 0, atol=0.03)


@pytest.mark.parametrize("transparency", [1, bytes([255, 0])])
def test_a_palette_with_transparency(folder, transparency):
    palette = Image.new("P", (50, 50), 1)
    palette.paste(0, (0, 0, 25, 50))
    palette.putpalette([255, 0, 0, 0, 255, 0])
    palette.save(folder / "cat" / "palette.png", transparency=transparency)
    own = data.from_folder(folder)
    mask = own.masks[own.names.index("palette.png")]
    assert (mask[:, :28] == 1).all() and (mask[:, -28:] == 0).all()


@pytest.mark.parametrize("width, height", [(12000, 9000), (16320, 12240)])
def test_phones_with_108_and_200_megapixels(use, width, height):
    image = Image.new("L", (width, height), 0)
    image.paste(255, (0, 0, width // 2, height))
    before = Image.MAX_IMAGE_PIXELS
    found = use("phone.jpg", saved("JPEG", image, quality=30))
    assert found[:, :28].min() > 0.95 and found[:, -28:].max() < 0.05 and Image.MAX_IMAGE_PIXELS == before


def test_a_large_png_is_reduced_and_stays_as_sharp(use, monkeypatch):
    image = halves(9500, 9500)  # over Pillow's limit
    image.paste("white", (0, 0, 9500, 4750))
    found = use("large.png", saved("PNG", image, compress_level=1))
    expected = np.asarray(image.resize((64, 64), Image.Resampling.LANCZOS)) / 255
    assert np.abs(found - expected).max() < 0.03


def test_a_large_transparent_picture(folder, monkeypatch):
    from course_lib.data import reading

    monkeypatch.setattr(reading, "LARGE", 100_000)
    image = halves(1000, 1000).convert("RGBA")
    image.paste((0, 255, 0, 0), (0, 0, 1000, 500))
    image.save(folder / "cat" / "a.png")
    halves(1000, 1000).save(folder / "cat" / "b.png", transparency=(255, 0, 0))
    own = data.from_folder(folder)
    mask, other = own.masks[0, ..., 0], own.masks[1, ..., 0]
    assert mask[:30].max() < 0.01 and mask[-30:].min() > 0.99 and own.images[0, -30:, :, 1].max() < 0.01
    assert other[:, :30].max() < 0.01 and other[:, -30:].min() > 0.99


def test_a_picture_that_does_not_fit_into_memory(refuse, folder, monkeypatch):
    content = saved("PNG", halves(6500, 6500), compress_level=1)
    monkeypatch.setattr(memory, "available", lambda: 300_000_000)
    why = refuse("large.png", content)
    assert why == "cannot be read: its 42 megapixels take 338 MB of memory, and 300 MB are free; save a smaller copy"
    halves(800, 800).save(folder / "cat" / "large.png")  # as it says
    assert len(data.from_folder(folder)) == 3


def test_a_progressive_jpeg_keeps_all_its_coefficients(use, refuse, folder, monkeypatch):
    content = saved("JPEG", halves(7000, 7000), progressive=True)
    monkeypatch.setattr(memory, "available", lambda: 280_000_000)
    assert "its 49 megapixels take 300 MB of memory, and 280 MB are free" in refuse("large.jpg", content)
    assert is_upright(use("large.jpg", saved("JPEG", halves(7000, 7000))))


BOX = b"\0\0\0\x18ftyp%s\0\0\0\0mif1%s" + bytes(40)
FAULTS = {
    "empty.png": (b"", "it is empty, as after a copy that was broken off; copy it here once more"),
    "zeros.jpg": (bytes(5000), "it is empty, as after a copy that was broken off; copy it here once more"),
    "text.jpg": (b"not a picture", "it is text, no picture; save the picture itself here or remove it"),
    "korean.jpg": ("그림이 아님 ".encode() * 300, "it is text, no picture; save the picture itself here or remove it"),
    "page.jpg": (b"\n<!DOCTYPE html><title>404</title>", "it is a web page, no picture; download the picture itself"),
    "lfs.png": (
        b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n",
        "it only says where `git-lfs` keeps the photograph; fetch it with `git lfs pull`",
    ),
    "cut.jpg": (saved("JPEG", halves(400, 300))[:3000], "the end of it is missing; copy it here once more"),
    "cut.png": (PNG[: len(PNG) // 2], "the end of it is missing; copy it here once more"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_told_with_its_cause(refuse, folder, name):
    content, why = FAULTS[name]
    assert refuse(name, content) == f"cannot be read: {why}"
    halves().save(folder / "cat" / name)  # as each of them says: the picture itself, whole
    assert len(data.from_folder(folder)) == 3


@pytest.mark.parametrize(
    "content",
    [
        JPEG[:2] + b"\0" * 400 + JPEG[500:],
        PNG[:41] + b"no zlib" + PNG[48:],
        b"\x89PNG\r\n\x1a\n" + bytes(range(256)),
        b"\xff\xd8\xff",
        b"GIF89a" + bytes(range(100)),
        b"RIFF\0\0\0\0WEBP" + bytes(range(100)),
        b"PK\3\4" + bytes(range(200)),
        BOX % (b"avif", b"avif"),
    ],
)
def test_a_damaged_picture_is_left_out(refuse, folder, content):
    why = refuse("a.jpg", content)
    assert why.startswith("cannot be read") and why.endswith(("save it again or remove it", "copy it here once more"))
    (folder / "cat" / "a.jpg").unlink()
    assert len(data.from_folder(folder)) == 2


@pytest.mark.parametrize("name", ["IMG_0001.HEIC", "IMG_0001.heif", "IMG_0001.jpg"])
def test_heic(refuse, folder, name):
    why = refuse(name, BOX % (b"heic", b"heic"))
    assert why.startswith("HEIC is not read here: save it as JPEG, on a Mac with Preview > Export, on an iPhone by")
    halves().save(folder / "cat" / "IMG_0001.jpg")
    (folder / "cat" / name).unlink() if not name.endswith("jpg") else None
    assert len(data.from_folder(folder)) == 3


def test_a_pillow_without_avif(refuse, folder, monkeypatch):
    from PIL import AvifImagePlugin, features

    monkeypatch.setattr(features, "check", lambda name: name != "avif")
    monkeypatch.setattr(AvifImagePlugin, "SUPPORTED", False)
    assert refuse("a.avif", saved("AVIF")) == (
        "AVIF is not read by the Pillow that is installed here: save it as JPEG"
    )  # fmt: skip
    (folder / "cat" / "a.avif").unlink()
    halves().save(folder / "cat" / "a.jpg")
    assert len(data.from_folder(folder)) == 3


@pytest.mark.skipif(os.name == "nt", reason="Windows has no pipes in folders, and links only for administrators")
def test_links_and_what_is_no_file(folder, tmp_path_factory):
    os.mkfifo(folder / "cat" / "pipe.jpg")
    os.symlink("itself.jpg", folder / "cat" / "itself.jpg")
    os.symlink("gone.jpg", folder / "cat" / "link.jpg")
    os.symlink(folder, folder / "cat" / "round")
    os.symlink("../dog/round", folder / "dog" / "round")
    elsewhere = put(tmp_path_factory.mktemp("elsewhere") / "good.png")
    os.symlink(elsewhere, folder / "dog" / "good.png")
    with pytest.warns(UserWarning) as said:
        own = data.from_folder(folder)
    assert own.names == ("whole.png", "good.png", "whole.png")
    sentence = str(said[0].message)
    for part in (
        "cat/pipe.jpg (cannot be read: it is no file; remove it)",
        "cat/link.jpg (cannot be read: it is a link to a file that is gone; copy the photograph itself here)",
        "cat/itself.jpg (cannot be read, Too many levels of symbolic links: copy it here once more)",
        "dog/round (not one of",
        "cat/round (a link back to a folder around it; remove it)",
    ):
        assert part in sentence, part
    for name in ("pipe.jpg", "itself.jpg", "link.jpg", "round"):
        (folder / "cat" / name).unlink()
    (folder / "dog" / "round").unlink()
    for name in ("link.jpg", "itself.jpg"):
        halves().save(folder / "cat" / name)
    assert len(data.from_folder(folder)) == 5


def test_a_file_that_may_not_be_read(folder, as_nobody):
    put(folder / "cat" / "a.jpg").chmod(0)
    with (
        as_nobody(),
        pytest.warns(UserWarning, match="cat/a.jpg .cannot be read, Permission denied: give yourself the"),
    ):
        data.from_folder(folder)
    (folder / "cat" / "a.jpg").chmod(0o644)  # as it says
    with as_nobody():
        assert len(data.from_folder(folder)) == 3
