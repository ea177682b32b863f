"""Data sets by name. Every file is compared with its sha256 in data/MANIFEST.json before it is used."""

from course_lib.data.emojis import EMOJI_SPLITS, EMOJI_STYLES, emoji
from course_lib.data.fashion import FASHION_MNIST_CLASSES, FASHION_MNIST_CLASSES_KO, fashion_mnist
from course_lib.data.own import from_folder
from course_lib.data.photographs import photograph
from course_lib.data.pictures import Pictures
from course_lib.data.store import file, manifest

__all__ = [
    "EMOJI_SPLITS",
    "EMOJI_STYLES",
    "FASHION_MNIST_CLASSES",
    "FASHION_MNIST_CLASSES_KO",
    "Pictures",
    "emoji",
    "fashion_mnist",
    "file",
    "from_folder",
    "manifest",
    "photograph",
]
