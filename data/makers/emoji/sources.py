"""The packages of the npm registry that hold drawings and names, fetched once and verified."""

import json
import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path

import pooch

from course_lib.errors import CourseError
from course_lib.wheels import cache

# name@version in the registry, and the sha256 of the archive
PACKAGES = {
    "google": (
        "emoji-datasource-google@16.0.0",
        "fb5fd131b362aab7a55542d2a147a79708cce0a8b1c1bbacd470172708b5c438",
    ),
    "twitter": (
        "emoji-datasource-twitter@16.0.0",
        "f64a530c63bca463bd8317fdc4615ce63a53a0c65018e4ce2d848aaba7a28877",
    ),
    "fluent": (
        "@lobehub/fluent-emoji-3d@1.1.0",
        "c1bb7eee7de090205a232518a9ab4adb3df458bfbe8a1f78232991194c8b2e58",
    ),
    "names": (
        "cldr-annotations-full@48.2.0",
        "28576e51225deb51e3ddd734b0f824a0079682cb5d8c27faa9f68149317a14d1",
    ),
}
IMAGES = {
    "google": "package/img/google/64/{}.png",
    "twitter": "package/img/twitter/64/{}.png",
    "fluent": "package/assets/{}.webp",
}
NAMES = {language: f"package/annotations/{language}/annotations.json" for language in ("en", "ko")}
WANTED = (*(pattern.split("{}")[0] for pattern in IMAGES.values()), "package/emoji.json", *NAMES.values())


def archive(package):
    """Path of a package's archive in the user's cache, before it is fetched as well as after."""
    return cache() / "npm" / (package.removeprefix("@").replace("/", "-").replace("@", "-") + ".tgz")


def npm_pack(package, output_file, _):
    """A downloader for pooch: npm brings the package, since it knows the machine's proxies and mirrors."""
    with tempfile.TemporaryDirectory() as folder:
        command = [shutil.which("npm"), "pack", package, "--pack-destination", folder]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            said = " ".join(done.stderr.split())[-300:]
            raise CourseError(f"npm cannot fetch {package} ({said}): check the network and try again")
        [packed] = Path(folder).iterdir()
        shutil.move(packed, output_file)


def package_files(style):
    """The files needed of one of the PACKAGES: {path: bytes}.

    Raises:
        CourseError: the package cannot be fetched, or is another one than it should be.
    """
    package, sha256 = PACKAGES[style]
    path = archive(package)
    try:
        pooch.retrieve(package, sha256, path.name, path.parent, downloader=npm_pack)
    except ValueError as error:  # pooch: another sha256
        raise CourseError(f"{package} is not the package it should be ({error})") from None
    # in one pass: going back in a compressed archive means unpacking it again
    with tarfile.open(path) as packed:
        return {member.name: packed.extractfile(member).read() for member in packed if member.name.startswith(WANTED)}


def code_of(unified):
    """The name of an emoji's file without the variation selector, which some packages include and others leave out."""
    return unified.lower().replace("-fe0f", "")


def catalogue(packages):
    """Every emoji that has a Korean name and is drawn in all three styles.

    Args:
        packages: {name in PACKAGES: what `package_files` returns}.

    Returns:
        {English name: {"code", "subcategory", "ko", "files": {style: path in the package}}}.
    """
    files = {}
    for style, pattern in IMAGES.items():
        folder, ending = pattern.split("{}")
        paths = [path for path in packages[style] if path.startswith(folder) and path.endswith(ending)]
        files[style] = {code_of(path.removeprefix(folder).removesuffix(ending)): path for path in paths}
    names = {
        language: json.loads(packages["names"][path])["annotations"]["annotations"] for language, path in NAMES.items()
    }
    found = {}
    for entry in json.loads(packages["google"]["package/emoji.json"]):
        code = code_of(entry["unified"])
        sign = "".join(chr(int(part, 16)) for part in code.split("-"))
        drawn = entry["has_img_google"] and entry["has_img_twitter"] and all(code in files[style] for style in files)
        if drawn and sign in names["en"] and sign in names["ko"]:
            english, korean = (names[language][sign]["tts"][0] for language in ("en", "ko"))
            where = {style: files[style][code] for style in files}
            found[english] = {"code": code, "subcategory": entry["subcategory"], "ko": korean, "files": where}
    return found
