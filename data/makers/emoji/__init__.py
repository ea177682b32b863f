"""emoji.zip: the same things drawn in three styles, with names in English and Korean, alpha masks and a split."""

import io
import json
import zipfile

from PIL import Image

from .. import File, program
from .choice import choose, digest, split
from .sources import IMAGES, PACKAGES, catalogue, package_files
from .tables import CLASSES

SIZE = 64


def picture(raw):
    """An image file as SIZE x SIZE RGBA in lossless WebP, black where it is fully transparent."""
    with Image.open(io.BytesIO(raw)) as image:
        image = image.convert("RGBA")
    if image.size != (SIZE, SIZE):  # Pillow multiplies by alpha before averaging, so edges keep their colour
        image = image.resize((SIZE, SIZE), Image.Resampling.LANCZOS)
    seen = image.getchannel("A").point(lambda alpha: 255 if alpha else 0)
    image = Image.composite(image, Image.new("RGBA", image.size), seen)
    packed = io.BytesIO()
    image.save(packed, "WEBP", lossless=True, quality=90, method=4)
    return packed.getvalue()


def make():
    packages = {name: package_files(name) for name in PACKAGES}
    concepts = choose(catalogue(packages))
    pictures = {}
    for style in IMAGES:
        for concept in concepts:
            pictures[f"{style}/{concept['code']}.webp"] = picture(packages[style][concept["files"][style]])
    parts = split(concepts)
    for concept in concepts:
        del concept["files"]
        concept["split"] = parts[concept["name"]]
    index = {
        "classes": [{"name": label, "name_ko": korean} for label, (korean, *_) in CLASSES.items()],
        "concepts": concepts,
        "order": sorted(pictures, key=digest),  # shuffled once, so that neither styles nor classes come in blocks
    }
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_STORED) as archive:  # WebP is compressed already
        text = json.dumps(index, indent=1, ensure_ascii=False).encode()
        for name, member in {"index.json": text, **pictures}.items():
            entry = zipfile.ZipInfo(name)  # dated 1980: the same bytes whenever it is made
            entry.create_system, entry.external_attr = 3, 0o644 << 16  # and on every system
            archive.writestr(entry, member)
    return content.getvalue()


FILES = {
    "emoji.zip": File(
        make,
        needs=(program("npm"),),
        licence="Apache-2.0 (google), CC-BY-4.0 (twitter), MIT (fluent), Unicode-3.0 (names)",
        licence_file="licences/emoji.txt",
        origin=(
            "Noto Emoji, Twemoji, Fluent Emoji and Unicode CLDR by way of the npm packages emoji-datasource-google, "
            "emoji-datasource-twitter, @lobehub/fluent-emoji-3d and cldr-annotations-full"
        ),
        what=(
            "529 things of eight classes drawn in three styles, 64x64 RGBA, with English and Korean names and a split "
            "by concept"
        ),
        effort="fetches 160 MB the first time",
    )
}
