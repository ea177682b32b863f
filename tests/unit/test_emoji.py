import io
import json
import shutil
import zipfile
from collections import defaultdict

import numpy as np
import pytest
from PIL import Image

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


def halves(width=120, height=100, left=(255, 0, 0), right=(0, 0, 255)):
    """A picture with a left and a right half of one colour each."""
    image = Image.new("RGB", (width, height), right)
    image.paste(left, (0, 0, width // 2, height))
    return image


@pytest.fixture
def folder(tmp_path):
    for name in ("dog", "cat"):
        (tmp_path / name).mkdir()
        halves().save(tmp_path / name / "a.png")
    return tmp_path


def test_own_folder(folder):
    halves().save(folder / "cat" / "B.JPG", "JPEG")
    halves().save(folder / "cat" / "c.jpeg")
    halves().save(folder / "cat" / "d.webp", lossless=True)
    halves().save(folder / "cat" / "f.bmp")
    halves().save(folder / "cat" / "e.gif", save_all=True, append_images=[Image.new("RGB", (120, 100))])
    own = data.from_folder(folder, size=48)
    assert own.images.shape == (7, 48, 48, 3) and own.masks.shape == (7, 48, 48, 1) and own.labels.dtype == "int32"
    assert own.classes == own.classes_ko == ("cat", "dog") and own.labels.tolist() == [0] * 6 + [1]
    assert own.names == own.names_ko == ("B.JPG", "a.png", "c.jpeg", "d.webp", "e.gif", "f.bmp", "a.png")
    assert set(own.styles) == {"own"} and (own.masks == 1).all() and own.images.dtype == own.masks.dtype == "float32"
    for image in own.images:
        assert np.abs(image[:, :20] - [1, 0, 0]).max() < 0.05 and np.abs(image[:, -20:] - [0, 0, 1]).max() < 0.05


def test_the_square_in_the_middle_is_kept(folder):
    wide = Image.new("RGB", (300, 100), "green")
    wide.paste("red", (100, 0, 200, 100))
    for size in (wide.size, wide.size[::-1]):
        image = wide if size == wide.size else wide.rotate(90, expand=True)
        image.save(folder / "dog" / "a.png")
        own = data.from_folder(folder)
        np.testing.assert_allclose(own.images[1], np.broadcast_to([1, 0, 0], (64, 64, 3)), atol=1e-6)


def test_exif_orientation(folder):
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned by 90 degrees clockwise: what is on the left comes to the top
    halves(1200, 1000).save(folder / "dog" / "a.jpg", exif=exif, quality=95)
    own = data.from_folder(folder)
    turned = own.images[own.names.index("a.jpg")]
    assert np.abs(turned[:28] - [1, 0, 0]).max() < 0.05 and np.abs(turned[-28:] - [0, 0, 1]).max() < 0.05


def test_alpha_is_kept_and_edges_stay_clean(folder):
    image = Image.new("RGBA", (256, 256), (0, 255, 0, 0))  # invisible pixels are green
    image.paste((255, 0, 0, 255), (63, 63, 190, 190))
    image.save(folder / "dog" / "a.png")
    own = data.from_folder(folder)
    mask, picture = own.masks[1, ..., 0], own.images[1]
    assert mask[0, 0] == 0 and mask[32, 32] == 1 and ((mask > 0) & (mask < 1)).any()
    np.testing.assert_allclose(picture[0, 0], 1)
    np.testing.assert_allclose(picture[..., 1], 1 - mask, atol=0.02)  # nothing of the green bleeds into the edge
    black = data.from_folder(folder, background=0)
    assert (black.images[1, 0, 0] == 0).all() and black.images[1, ..., 1].max() < 0.02


def test_other_modes(folder):
    Image.new("L", (50, 50), 128).save(folder / "cat" / "grey.png")
    Image.fromarray(np.full((50, 50), 32896, "uint16")).save(folder / "cat" / "grey16.png")
    Image.new("CMYK", (50, 50), (0, 0, 0, 127)).save(folder / "cat" / "print.jpg")
    palette = Image.new("P", (50, 50), 1)
    palette.putpalette([255, 0, 0, 0, 255, 0])
    palette.save(folder / "cat" / "palette.png", transparency=1)
    own = data.from_folder(folder)
    for name in ("grey.png", "grey16.png", "print.jpg"):
        np.testing.assert_allclose(own.images[own.names.index(name)], 0.5, atol=0.02)
    assert (own.masks[own.names.index("palette.png")] == 0).all()


def test_what_cannot_be_used_is_named_and_left_out(folder):
    whole = io.BytesIO()
    halves(400, 300).save(whole, "JPEG")
    (folder / "cat" / "cut.jpg").write_bytes(whole.getvalue()[:3000])
    (folder / "cat" / "text.png").write_text("no picture", encoding="utf-8")
    (folder / "cat" / "zero.png").write_bytes(b"")
    halves(200, 20).save(folder / "cat" / "small.png")
    (folder / "cat" / ".DS_Store").write_bytes(b"x")
    (folder / "cat" / "notes.txt").write_text("x", encoding="utf-8")
    (folder / "cat" / "phone.HEIC").write_bytes(b"x")
    (folder / "cat" / "more").mkdir()
    (folder / "empty").mkdir()
    (folder / ".git").mkdir()
    halves().save(folder / "loose.png")
    with pytest.warns(UserWarning) as warned:
        own = data.from_folder(folder)
    assert own.names == ("a.png", "a.png") and own.classes == ("cat", "dog")
    assert len(warned) == 1 and warned[0].filename == __file__
    sentence = str(warned[0].message)
    assert "\n" not in sentence
    for part in (
        "cat/cut.jpg (cannot be read",
        "cat/text.png (cannot be read",
        "cat/zero.png (cannot be read",
        "cat/small.png (200x20 pixels, at least 32x32 are needed)",
        "cat/.DS_Store (hidden)",
        "cat/notes.txt (not one of .jpg",
        "cat/phone.HEIC (HEIC is not read here: save it as JPEG",
        "cat/more/ (a folder inside",
        "empty/ (no picture in it",
        ".git (hidden)",
        "loose.png (not in a class folder)",
    ):
        assert part in sentence, part


def test_a_long_list_is_cut(folder):
    for i in range(30):
        (folder / "cat" / f"{i:02}.txt").write_text("x", encoding="utf-8")
    with pytest.warns(UserWarning, match="cat/19.txt .*, and 10 more$"):
        data.from_folder(folder)


def test_refused_in_one_sentence(folder, tmp_path):
    def refused(path, message, **options):
        with pytest.raises(CourseError, match=message) as error:
            data.from_folder(path, **options)
        assert "\n" not in str(error.value)

    refused(tmp_path / "no", "there is no folder .*no: expected one folder for each class.*check the spelling")
    refused(folder / "cat" / "a.png", "a.png is a file: expected one folder for each class")
    refused(folder / "cat", "holds 1 picture but no folder: .*move the pictures into them")
    (folder / "nothing").mkdir()
    refused(folder / "nothing", "holds no folder: expected")
    shutil.rmtree(folder / "dog")
    shutil.rmtree(folder / "nothing")
    refused(folder, r"in 1 class folder \(cat\): at least two classes are needed")
    (folder / "cat" / "a.png").write_bytes(b"")
    with pytest.warns(UserWarning, match="cat/a.png"):
        refused(folder, "in 0 class folders: at least two")
    refused(folder, "size is 0: expected a whole number", size=0)
    refused(folder, "minimum is 2.5: expected a whole number", minimum=2.5)
