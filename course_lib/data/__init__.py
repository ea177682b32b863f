"""Data sets by name. Every file is compared with its sha256 in data/MANIFEST.json or WHEELS.json before it is used."""

from course_lib.data.byte_pairs import BytePairs, office_tokens
from course_lib.data.emojis import EMOJI_SPLITS, EMOJI_STYLES, emoji
from course_lib.data.fashion import FASHION_MNIST_CLASSES, FASHION_MNIST_CLASSES_KO, FASHION_MNIST_NAMES, fashion_mnist
from course_lib.data.films import Film, film
from course_lib.data.office_help import help_pairs, help_sentences
from course_lib.data.own import from_folder
from course_lib.data.photographs import photograph, stamps
from course_lib.data.pictures import Pictures
from course_lib.data.quantity_sentences import Quantity, quantities
from course_lib.data.quantity_tokens import QUANTITY_TOKENS, Tokens
from course_lib.data.scenes import SCENE_CLASSES, Scenes, Stickers, compose, stickers
from course_lib.data.store import file, manifest
from course_lib.data.time_series import SERIES, Series, series
from course_lib.data.unigrams import Unigrams
from course_lib.data.word_pieces import WordPieces
from course_lib.wheels import available

__all__ = [
    "BytePairs",
    "EMOJI_SPLITS",
    "EMOJI_STYLES",
    "FASHION_MNIST_CLASSES",
    "FASHION_MNIST_CLASSES_KO",
    "FASHION_MNIST_NAMES",
    "Film",
    "SERIES",
    "Pictures",
    "QUANTITY_TOKENS",
    "Quantity",
    "Tokens",
    "Unigrams",
    "WordPieces",
    "available",
    "Series",
    "SCENE_CLASSES",
    "Scenes",
    "Stickers",
    "compose",
    "emoji",
    "fashion_mnist",
    "file",
    "film",
    "from_folder",
    "help_pairs",
    "help_sentences",
    "manifest",
    "office_tokens",
    "photograph",
    "quantities",
    "series",
    "stamps",
    "stickers",
]
