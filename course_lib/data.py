"""Data sets by name. Every file of data/ is compared with its sha256 in data/MANIFEST.json before it is used."""

import gzip
import hashlib
import io
import json
import os
import zipfile
import zlib
from pathlib import Path

import numpy as np

from course_lib.errors import CourseError
from course_lib.pictures import Pictures, from_folder, lay_on

__all__ = ["Pictures", "emoji", "fashion_mnist", "file", "from_folder", "photograph"]

FOLDER = Path(__file__).resolve().parent.parent / "data"
DEBIAN = Path("/usr/share/datasets/fashion-mnist")
EMOJI_STYLES = ("google", "twitter", "fluent")
EMOJI_SPLITS = ("train", "validation", "test")
FASHION_MNIST_CLASSES = (
    "T-shirt/top",
    "Trouser",
    "Pullover",
    "Dress",
    "Coat",
    "Sandal",
    "Shirt",
    "Sneaker",
    "Bag",
    "Ankle boot",
)

# sha256 of the content of Zalando's four files once unpacked: Debian has packed them anew
_WHOLE = {
    "train-images-idx3-ubyte": "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
    "train-labels-idx1-ubyte": "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
    "t10k-images-idx3-ubyte": "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
    "t10k-labels-idx1-ubyte": "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34",
}


def file(name):
    """Path of a file of data/, verified.

    Raises:
        CourseError: the file is missing, or its content is not what the manifest says.
    """
    manifest = json.loads((FOLDER / "MANIFEST.json").read_text(encoding="utf-8"))
    if name not in manifest:
        raise CourseError(f"no data file {name!r}: data/MANIFEST.json knows {', '.join(sorted(manifest))}")
    path = FOLDER / name
    if not path.exists():
        raise CourseError(f"{path} is missing: get it back with `git checkout -- data/{name}`")
    if _sha256(path) != manifest[name]["sha256"]:
        raise CourseError(
            f"{path} is damaged (its sha256 is not the one in data/MANIFEST.json): get it back with `git checkout -- data/{name}`"
        )
    return path


def fashion_mnist(full=False, folder=None):
    """Fashion-MNIST (Xiao et al., 2017): grey pictures of ten kinds of clothing.

    Args:
        full: False for the shipped part, 15,000 training and 5,000 test images, 1,500 and 500 of each class;
            True for all 60,000 and 10,000, taken from `folder`, from Debian's package dataset-fashion-mnist, from
            Keras's cache, or downloaded by Keras, whichever is there first.
        folder: where your own copy of the four gzip'ed IDX files lies; also COURSE_FASHION_MNIST in the environment.

    Returns:
        (x_train, y_train), (x_test, y_test): images float32 (n, 28, 28, 1) from 0 to 1, labels int32 (n,) from 0 to 9;
        FASHION_MNIST_CLASSES names the labels.

    Raises:
        CourseError: a file is damaged, or the whole set is nowhere to be found.
    """
    if full:
        arrays = _whole_fashion_mnist(folder or os.environ.get("COURSE_FASHION_MNIST"))
    else:
        with np.load(file("fashion_mnist.npz")) as part:
            arrays = [part[name] for name in ("x_train", "y_train", "x_test", "y_test")]
    x_train, y_train, x_test, y_test = arrays
    scale = lambda images: images[..., np.newaxis].astype("float32") / 255
    return (scale(x_train), y_train.astype("int32")), (scale(x_test), y_test.astype("int32"))


def emoji(split=None, styles=None, background=1.0):
    """The same things drawn in three styles, 64x64: 529 concepts of eight classes; data/README.md is their data card.

    Every concept lies, with those drawn much alike, in one part of the split only: what is tested was never seen in
    training, in no style. The order is always the same, and shuffled: neither classes nor styles stand in blocks.

    Args:
        split: "train", "validation", "test", or None for all.
        styles: "google", "twitter" (both flat), "fluent" (shaded), a list of these, or None for all.
        background: a brightness from 0 to 1, or three, red, green and blue.

    Returns:
        Pictures of size 64.

    Raises:
        CourseError: no such split or style, or the file is missing or damaged.
    """
    from PIL import Image

    if split is not None and split not in EMOJI_SPLITS:
        raise CourseError(f"split is {split!r}: there are {', '.join(map(repr, EMOJI_SPLITS))}, and None for all")
    styles = EMOJI_STYLES if styles is None else tuple(styles) if isinstance(styles, list | tuple | set) else (styles,)
    if not styles or any(style not in EMOJI_STYLES for style in styles):
        raise CourseError(
            f"styles are {', '.join(map(repr, styles)) or 'an empty list'}: there are {', '.join(map(repr, EMOJI_STYLES))}, and None for all"
        )
    with zipfile.ZipFile(file("emoji.zip")) as archive:
        index = json.loads(archive.read("index.json"))
        concepts = {concept["code"]: concept for concept in index["concepts"]}
        pixels, shown, drawn = [], [], []
        for name in index["order"]:  # such as google/1f408.webp
            style, code = name.removesuffix(".webp").split("/")
            if style in styles and split in (None, concepts[code]["split"]):
                with Image.open(io.BytesIO(archive.read(name))) as picture:
                    pixels.append(np.asarray(picture.convert("RGBA")))
                shown.append(concepts[code])
                drawn.append(style)
    images, masks = lay_on(np.stack(pixels), background)
    classes = tuple(entry["name"] for entry in index["classes"])
    return Pictures(
        images=images,
        masks=masks,
        labels=np.array([classes.index(concept["class"]) for concept in shown], "int32"),
        classes=classes,
        classes_ko=tuple(entry["name_ko"] for entry in index["classes"]),
        names=tuple(concept["name"] for concept in shown),
        names_ko=tuple(concept["name_ko"] for concept in shown),
        styles=tuple(drawn),
    )


def photograph(name="coffee"):
    """A photograph as float32 (height, width, 3), red, green and blue from 0 to 1."""
    from PIL import Image

    with Image.open(file(f"{name}.png")) as picture:
        return np.asarray(picture, "float32") / 255


def _sha256(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _whole_fashion_mnist(own):
    keras_cache = Path(os.environ.get("KERAS_HOME", "~/.keras")).expanduser() / "datasets" / "fashion-mnist"
    places = [Path(own).expanduser()] if own else [DEBIAN, keras_cache]
    for place in places:
        if all((place / f"{name}.gz").exists() for name in _WHOLE):
            return _read_idx(place)
    if own:
        raise CourseError(
            f"{own} does not hold the four files of Fashion-MNIST: expected {', '.join(name + '.gz' for name in _WHOLE)}"
        )
    try:
        import keras

        keras.datasets.fashion_mnist.load_data()  # downloads into its cache, unverified
    except Exception as error:  # urllib and Keras raise several kinds
        raise CourseError(
            "the whole of Fashion-MNIST is not on this machine and cannot be downloaded: connect to the network, or run "
            "`sudo apt install dataset-fashion-mnist`, or give the folder that holds it, fashion_mnist(full=True, folder=...); "
            "without full=True the shipped part needs none of that"
        ) from error
    return _read_idx(keras_cache)


def _read_idx(place):
    """The four IDX files: big-endian header of 8 bytes (labels) or 16 (images), then unsigned bytes."""
    arrays = []
    for name, expected in _WHOLE.items():
        try:
            raw = gzip.decompress((place / f"{name}.gz").read_bytes())
        except (OSError, EOFError, zlib.error) as error:
            raise CourseError(f"{place / name}.gz cannot be read ({error}): remove or replace it") from None
        images = "images" in name
        if hashlib.sha256(raw).hexdigest() != expected:
            raise CourseError(
                f"{place / name}.gz does not hold what Zalando published (its sha256 differs): remove or replace it"
            )
        array = np.frombuffer(raw, "uint8", offset=16 if images else 8)
        arrays.append(array.reshape(-1, 28, 28) if images else array)
    return arrays
