import json
import shutil
import zipfile
from collections import defaultdict

import numpy as np
import pytest

from course_lib import data
from course_lib.data import store
from course_lib.errors import CourseError
from course_lib.files import COURSE


@pytest.fixture(scope="module")
def everything():
    return data.emoji()


@pytest.fixture(scope="module")
def concepts():
    with zipfile.ZipFile(COURSE / "data" / "emoji.zip") as archive:
        return json.loads(archive.read("index.json"))["concepts"]


def test_shapes_and_scales(everything):
    n = len(everything)
    assert n == 1587 == len(everything.names) == len(everything.names_ko) == len(everything.styles)
    assert everything.images.shape == (n, 64, 64, 3) and everything.masks.shape == (n, 64, 64, 1)
    assert everything.images.dtype == everything.masks.dtype == "float32" and everything.labels.dtype == "int32"
    for array in (everything.images, everything.masks):
        assert array.min() == 0 and array.max() == 1
    assert len(everything.classes) == len(everything.classes_ko) == 8 == len(set(everything.classes_ko))


def test_each_concept_in_all_styles_one_class_and_two_names(everything):
    styles, labels, korean = defaultdict(list), defaultdict(set), defaultdict(set)
    for name, name_ko, style, label in zip(
        everything.names, everything.names_ko, everything.styles, everything.labels.tolist()
    ):
        styles[name].append(style)
        labels[name].add(label)
        korean[name].add(name_ko)
    assert len(styles) == 529 and all(sorted(drawn) == ["fluent", "google", "twitter"] for drawn in styles.values())
    assert all(len(found) == 1 for found in (*labels.values(), *korean.values()))
    assert len({name for names in korean.values() for name in names}) == 529  # no name is given twice
    counts = np.bincount([label for (label,) in labels.values()])
    assert counts.min() >= 40 and counts.max() <= 3 * counts.min()
    hangul = [name for (name,) in korean.values() if any("가" <= letter <= "힣" for letter in name)]
    assert len(hangul) == 528  # all but SUV


def test_no_concept_and_no_family_on_two_sides_of_the_split(everything, concepts):
    parts = {split: data.emoji(split) for split in ("train", "validation", "test")}
    names = {split: set(part.names) for split, part in parts.items()}
    assert sum(map(len, parts.values())) == len(everything) and sum(map(len, names.values())) == 529
    families = defaultdict(set)
    for concept in concepts:
        families[concept["class"], concept["family"]].add(concept["split"])
    assert all(len(splits) == 1 for splits in families.values())
    family = {concept["name"]: concept["family"] for concept in concepts}
    for a, b in (("bus", "trolleybus"), ("cat", "black cat"), ("cat face", "cat"), ("train", "metro")):
        assert family[a] == family[b]
    for split, share in (("train", 0.6), ("validation", 0.15), ("test", 0.25)):  # in every class, not only on the whole
        of_class = np.bincount(parts[split].labels) / np.bincount(everything.labels)
        assert np.abs(of_class - share).max() < 0.03, (split, of_class)


def test_order_is_shuffled_and_always_the_same(everything):
    again = data.emoji()
    np.testing.assert_array_equal(again.labels, everything.labels)
    assert again.names == everything.names and again.styles == everything.styles
    third = len(everything) // 3
    for start in (0, third, 2 * third):
        piece = slice(start, start + third)
        assert all(everything.styles[piece].count(style) > third / 4 for style in data.EMOJI_STYLES)
        assert np.bincount(everything.labels[piece], minlength=8).min() > 30


def test_styles(everything):
    flat = data.emoji("test", styles=["google", "twitter"])
    fluent = data.emoji("test", styles="fluent")
    assert set(flat.styles) == {"google", "twitter"} and set(fluent.styles) == {"fluent"}
    assert len(flat) == 2 * len(fluent) and set(flat.names) == set(fluent.names)
    assert "8 classes, styles: fluent" in repr(fluent)


def test_background_shows_only_where_the_mask_is_open(everything):
    blue = data.emoji("test", styles="google", background=(0, 0, 1))
    white = data.emoji("test", styles="google")
    np.testing.assert_array_equal(blue.masks, white.masks)
    outside, inside = white.masks[..., 0] == 0, white.masks[..., 0] == 1
    assert outside.mean() > 0.1 and inside.mean() > 0.2
    assert (blue.images[outside] == [0, 0, 1]).all() and (white.images[outside] == 1).all()
    np.testing.assert_array_equal(blue.images[inside], white.images[inside])
    difference = white.images - blue.images  # (1 - alpha) * (white - blue)
    np.testing.assert_allclose(difference, (1 - white.masks) * [1, 1, 0], atol=1e-6)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (dict(split="val"), "split is 'val': there are 'train', 'validation', 'test', and None"),
        (dict(styles="apple"), "styles are 'apple': there are 'google', 'twitter', 'fluent'"),
        (dict(styles=["google", "apple"]), "styles are 'google', 'apple': there are"),
        (dict(styles=[]), "styles are an empty list"),
        (dict(styles=3), "styles are 3: there are"),
        (dict(split="test", background=2), "background is 2: expected"),
        (dict(split="test", background="white"), "background is 'white': expected"),
        (dict(split="test", background=(0, 1)), "expected a brightness from 0"),
    ],
)
def test_what_is_not_there_is_refused(options, message):
    with pytest.raises(CourseError, match=message):
        data.emoji(**options)


def test_where(everything):
    shaded = everything.where(np.array(everything.styles) == "fluent")
    assert len(shaded) == 529 and set(shaded.styles) == {"fluent"} and shaded.classes == everything.classes
    two = everything.where([5, 2])
    assert two.names == (everything.names[5], everything.names[2]) and two.labels[1] == everything.labels[2]
    np.testing.assert_array_equal(two.masks[0], everything.masks[5])
    assert len(everything.where(everything.labels == 99)) == 0 == len(everything.where([]))
    for wrong, message in (
        ([True, False], "give one True or False for each of the 1587"),
        ([1.5], "float64"),
        ([1587], "there are 1587 pictures"),
        (np.array(everything.styles), "or indices"),
        (np.eye(2, dtype=int), "or indices"),
    ):
        with pytest.raises(CourseError, match=message):
            everything.where(wrong)


def test_a_damaged_archive_is_noticed(tmp_path, monkeypatch):
    shutil.copy(COURSE / "data" / "MANIFEST.json", tmp_path)
    content = bytearray((COURSE / "data" / "emoji.zip").read_bytes())
    content[len(content) // 2] ^= 1
    (tmp_path / "emoji.zip").write_bytes(content)
    monkeypatch.setattr(store, "FOLDER", tmp_path)
    with pytest.raises(CourseError, match="emoji.zip is damaged"):
        data.emoji()
