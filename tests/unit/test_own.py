"""Folders of one's own photographs, as cameras, systems and network drives leave them."""

import os
import shutil
import subprocess
import sys
import unicodedata
import warnings

import numpy as np
import pytest
from photographs import halves, put
from PIL import Image

from course_lib import data, memory
from course_lib.errors import CourseError
from course_lib.files import COURSE


@pytest.fixture
def folder(open_folder):
    for name in ("dog", "cat"):
        put(open_folder / name / "a.png")
    return open_folder


def warned(path, **options):
    """What comes of a folder, and its one warning."""
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        own = data.from_folder(path, **options)
    assert len(said) == 1 and said[0].filename == __file__ and "\n" not in str(said[0].message)
    return own, str(said[0].message).removeprefix(f"left out of {path}: ")


def refused(path, **options):
    """The sentence with which a folder is refused."""
    with pytest.raises(CourseError) as error:
        data.from_folder(path, **options)
    assert "\n" not in str(error.value)
    return str(error.value)


# what is used


def test_own_folder(folder):
    halves().save(folder / "cat" / "B.JPG", "JPEG")
    for name in ("c.jpeg", "f.bmp"):
        halves().save(folder / "cat" / name)
    halves().save(folder / "cat" / "d.webp", lossless=True)
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
    wide.paste("blue", (100, 50, 200, 100))
    for turn in (None, Image.Transpose.ROTATE_90):
        image = wide.transpose(turn) if turn is not None else wide
        image.save(folder / "dog" / "a.png")
        found = data.from_folder(folder).images[1]
        assert found[..., 1].max() < 0.01, "green"
        assert found[..., 0].max() > 0.99 and found[..., 2].max() > 0.99


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


# names


def nfd(text):
    return unicodedata.normalize("NFD", text)


def test_names_of_a_mac_are_ordinary_text(tmp_path):
    for name in ("고양이", "개"):
        put(tmp_path / nfd(name) / nfd("사진.png"))
        (tmp_path / nfd(name) / nfd("글.txt")).touch()
    own, left_out = warned(tmp_path)
    assert own.classes == own.classes_ko == ("개", "고양이") and own.classes.index("고양이") == 1
    assert own.names == own.names_ko == ("사진.png",) * 2 and left_out.startswith("개/글.txt, 고양이/글.txt (")


@pytest.mark.skipif(sys.platform == "darwin", reason="here both forms are one name")
def test_folders_whose_names_are_the_same_text_are_one_class(tmp_path):
    put(tmp_path / nfd("고양이") / "b.png")
    put(tmp_path / "고양이" / "a.png")
    put(tmp_path / "고양이" / "사진.png")
    put(tmp_path / "고양이" / nfd("사진.png"))
    put(tmp_path / "개 " / "a.png")
    own = data.from_folder(tmp_path)
    assert own.classes == ("개", "고양이") and own.labels.tolist() == [0, 1, 1, 1, 1]
    assert own.names[1:] == ("a.png", "b.png", "사진.png", "사진.png")


@pytest.mark.skipif(sys.platform == "darwin", reason="here both forms are one name")
def test_the_path_itself_may_be_typed_in_either_form(tmp_path):
    for name in ("고양이", "개"):
        put(tmp_path / nfd("내 사진") / nfd("동물") / name / "a.png")
    for form in ("NFC", "NFD"):
        typed = tmp_path / unicodedata.normalize(form, "내 사진") / unicodedata.normalize(form, "동물")
        assert data.from_folder(typed).classes == ("개", "고양이")


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux lets names be any bytes")
def test_names_that_are_no_utf8(tmp_path):
    """As unzip leaves those of a zip file made on a Korean Windows."""
    for name in ("고양이", "개"):
        inner = os.fsencode(tmp_path) + b"/" + name.encode("cp949")
        os.mkdir(inner)
        shutil.copy(put(tmp_path.parent / "a.png"), inner + b"/" + "사진.png".encode("cp949"))
    with open(os.fsencode(tmp_path) + b"/" + "개".encode("cp949") + b"/\xff\xff\xff.txt", "w"):
        pass
    own, left_out = warned(tmp_path)
    assert own.classes == ("개", "고양이") and own.names == ("사진.png",) * 2
    (left_out + "".join(own.classes)).encode("utf-8")


# what is left out


NOISE = [
    ".DS_Store", "._a.png", ".git", "Thumbs.db", "ehthumbs.db", "desktop.ini", "Desktop.ini", "a.png:Zone.Identifier",
    "a.pngZone.Identifier", "@eaDir", "a.png@SynoEAStream", "lost+found", "System Volume Information", "$RECYCLE.BIN",
    "__MACOSX", ".Trashes", ".Spotlight-V100", ".ipynb_checkpoints", "Icon\r", ".picasa.ini", "FOUND.000", "~$a.docx",
    "#recycle", ".a.png.swp", ".thumbnails",
]  # fmt: skip


@pytest.mark.parametrize("place", ["", "cat"])
def test_what_systems_leave_behind_is_one_remark(folder, place):
    for name in NOISE:
        if "." in name.strip(".") and os.name != "nt":
            halves().save(folder / place / name, "PNG")
        else:
            (folder / place / name.strip("\r")).mkdir()
            put(folder / place / name.strip("\r") / "cached.png")
    (folder / place / "Icon").rename(folder / place / "Icon\r")
    own, left_out = warned(folder)
    assert own.classes == ("cat", "dog") and len(own) == 2
    count = len(list((folder / place).iterdir())) - (1 if place else 2)
    assert count >= len(NOISE)
    first = f"{place}/" * bool(place) + "#recycle"
    assert left_out == f"{count} that systems and programs make for themselves, such as {first}"


def test_thirty_photographs_with_twins_and_one_that_is_broken(folder):
    for i in range(30):
        put(folder / "cat" / f"IMG_{i:02}.jpg")
        put(folder / "cat" / f"._IMG_{i:02}.jpg")
        (folder / "cat" / f"IMG_{i:02}.jpg:Zone.Identifier").touch()
    (folder / "cat" / "IMG_17.jpg").write_bytes(b"\xff\xd8broken")
    own, left_out = warned(folder)
    assert len(own) == 31
    assert left_out == (
        "cat/IMG_17.jpg (cannot be read, UnidentifiedImageError: save it again or remove it), "
        "60 that systems and programs make for themselves, such as cat/._IMG_00.jpg"
    )


def test_what_costs_most_is_named_first(folder):
    put(folder / "cat" / "small.png", 200, 20)
    (folder / "cat" / "cut.jpg").write_bytes(b"\xff\xd8\xff")
    (folder / "cat" / "notes.txt").touch()
    (folder / "cat" / "more").mkdir()
    (folder / "cat" / "phone.HEIC").touch()
    put(folder / "cat" / "inner" / "b.jpg")
    (folder / "empty").mkdir()
    (folder / ".git").mkdir()
    halves().save(folder / "loose.png")
    (folder / "bird" / "raw").mkdir(parents=True)
    put(folder / "bird" / "raw" / "a.png")
    own, left_out = warned(folder)
    assert own.names == ("a.png", "a.png") and own.classes == ("cat", "dog")
    order = [
        "bird/raw/, cat/inner/ (pictures in a folder inside a class folder are not looked for: move them up into it)",
        "bird/, empty/ (no picture in it that can be used)",
        "cat/phone.HEIC (HEIC is not read here",
        "cat/cut.jpg (cannot be read",
        "cat/small.png (200x20 pixels, at least 32x32 are needed)",
        "cat/more/ (a folder inside a class folder is not looked into)",
        "loose.png (not in a class folder)",
        "cat/notes.txt (not one of .jpg .jpeg .png",
        "1 that systems and programs make for themselves, such as .git",
    ]
    assert sorted(order, key=left_out.find) != [] and all(part in left_out for part in order), left_out
    weight = [left_out.index(part) for part in order]
    assert max(weight[:2]) < min(weight[2:4]) and max(weight[2:4]) < weight[4] < min(weight[5:7])
    assert max(weight[5:7]) < weight[7] < weight[8]


def test_the_sentence_stays_short(folder):
    for i in range(300):
        (folder / "cat" / f"{i:03}.HEIC").touch()
        (folder / "cat" / f"{i:03}.txt").touch()
    for i in range(30):
        put(folder / "dog" / f"{i:02}.png", 5, i + 1)
    own, left_out = warned(folder)
    assert len(own) == 2 and len(left_out) < 3000
    assert "cat/000.HEIC, cat/001.HEIC, cat/002.HEIC, cat/003.HEIC, cat/004.HEIC, and 295 more (HEIC is" in left_out
    assert left_out.endswith(", and 311 more")  # 11 of the small ones, 300 texts


def test_what_is_still_in_icloud(folder):
    (folder / "cat" / ".IMG_1.HEIC.icloud").touch()
    _, left_out = warned(folder)
    assert (
        left_out == "cat/.IMG_1.HEIC.icloud (it is still in iCloud: open it once, so that it is downloaded)"
    )  # fmt: skip


def test_pictures_of_one_colour_are_used_and_named(folder):
    for i in range(7):
        Image.new("RGB", (50, 50), (128, 128, 127 + i % 2)).save(folder / "cat" / f"blank{i}.jpg")
    Image.new("RGBA", (50, 50)).save(folder / "dog" / "nothing.png")
    own, sentence = warned(folder)
    assert len(own) == 10 and sentence.startswith("used, though of one colour all over: cat/blank0.jpg, cat/blank1.jpg")
    assert sentence.endswith(", and 3 more; look at them, and remove those that show nothing")
    for path in (*folder.glob("cat/blank*"), folder / "dog" / "nothing.png"):
        path.unlink()
    assert len(data.from_folder(folder)) == 2


# rights


def test_folders_that_may_not_be_looked_into(folder, as_nobody):
    """As at the root of a drive, and for one class of several."""
    for name in ("lost+found", "bird", "cow"):
        put(folder / name / "a.png")
        (folder / name).chmod(0)
    (folder / "cow").chmod(0o444)  # its names can be read, but nothing else
    with as_nobody():
        own, left_out = warned(folder)
        assert own.classes == ("cat", "dog")
    advice = f'give yourself the right to read it, with `chmod -R u+rX "{folder / "bird"}"`, or ask whoever owns it'
    assert left_out.startswith(f"bird/ (it cannot be looked into, Permission denied: {advice}), ")
    assert "cow/a.png (cannot be read, Permission denied" in left_out and "lost+found (" not in left_out
    if not os.geteuid():
        for path in (folder / "bird", folder / "bird" / "a.png"):
            os.chown(path, 65534, 65534)
    with as_nobody():
        subprocess.run(["chmod", "-R", "u+rX", folder / "bird"], check=True)
        assert warned(folder)[0].classes == ("bird", "cat", "dog")
    (folder / "lost+found").chmod(0o755)


def test_a_folder_that_may_not_be_looked_into(folder, as_nobody):
    if not os.geteuid():
        os.chown(folder, 65534, 65534)
    folder.chmod(0)
    with as_nobody():
        advice = refused(folder)
        assert advice == (
            f"{folder} cannot be looked into (Permission denied): give yourself the right to read it, "
            f'with `chmod -R u+rX "{folder}"`, or ask whoever owns it'
        )
        subprocess.run(advice.split("`")[1], shell=True, check=True)
        assert len(data.from_folder(folder)) == 2


# another folder was meant


def test_one_folder_below(folder):
    inside = folder / "cat"
    for i in range(3):
        put(inside / f"{i}.png")
    sentence = refused(inside)
    assert sentence.startswith(
        f"{inside} holds 4 pictures but no folder: if it is one of the classes (cat, dog), "
        f"give the folder around them, {folder}; if not, expected one folder for each class, such as {inside / 'cat'} and"
    )
    assert len(data.from_folder(sentence.partition("around them, ")[2].partition(";")[0])) == 5
    for name in ("black", "white"):  # the other way
        (inside / name).mkdir()
        shutil.move(inside / f"{'012'[name == 'white']}.png", inside / name)
    assert warned(inside)[0].classes == ("black", "white")


@pytest.mark.parametrize("between", ["photos", "archive/PetImages/photos"])
def test_one_or_more_folders_above(tmp_path, between):
    for name in ("cat", "dog", "bird", "cow"):
        put(tmp_path / "dataset" / between / name / "a.png")
    (tmp_path / "dataset" / "readme.txt").touch()
    sentence = refused(tmp_path / "dataset")
    inner = tmp_path / "dataset" / between
    assert sentence == (
        f"{tmp_path / 'dataset'} does not hold the class folders, but {inner} does (bird, cat, cow, and 1 more): give {inner}"
    )
    assert len(data.from_folder(sentence.partition(": give ")[2])) == 4


def test_a_folder_of_parts(tmp_path):
    for part in ("test", "train"):
        for name in ("cat", "dog"):
            put(tmp_path / part / name / "a.png")
    sentence = refused(tmp_path)
    assert sentence == (
        f"{tmp_path} does not hold the class folders; they seem to be in {tmp_path / 'test'}, {tmp_path / 'train'}: "
        "give one of these, or if these are the classes, move the pictures up into them"
    )
    assert len(data.from_folder(tmp_path / "train")) == 2
    for part in ("test", "train"):
        for name in ("cat", "dog"):
            (tmp_path / part / name / "a.png").rename(tmp_path / part / f"{name}.png")
    assert warned(tmp_path)[0].classes == ("test", "train")


def test_a_folder_of_an_iphone(folder):
    """Nothing but HEIC: the folder that was meant is found all the same, and the reason is told."""
    for name in ("cat", "dog"):
        (folder / name / "a.png").rename(folder / name / "a.HEIC")
    assert "holds 1 picture but no folder: if it is one of the classes (cat, dog)" in refused(folder / "cat")
    with pytest.warns(UserWarning, match="cat/a.HEIC, dog/a.HEIC .HEIC is not read here"):
        assert "in 0 class folders" in refused(folder)


@pytest.mark.skipif(os.name == "nt", reason="links are for administrators there")
def test_links_that_lead_back(folder):
    os.symlink(folder, folder / "round")
    os.symlink("..", folder / "cat" / "up")
    os.symlink(folder.parent, folder / "dog" / "far")
    own, left_out = warned(folder)
    assert own.classes == ("cat", "dog") and len(own) == 2
    assert left_out == "round, cat/up, dog/far (a link back to a folder around it; remove it)"
    for link in ("round", "cat/up", "dog/far"):
        (folder / link).unlink()
    assert len(data.from_folder(folder)) == 2


def test_a_name_that_is_misspelt(folder):
    (folder / "pets").mkdir()
    for name in ("cat", "dog"):
        shutil.move(folder / name, folder / "pets" / name)
    sentence = refused(folder / "pet")
    near = folder / "pets"
    assert sentence.startswith(
        f"there is no folder {folder / 'pet'}, but {near}: give that one, if it is meant; expected"
    )
    assert len(data.from_folder(near)) == 2
    assert refused(folder / "Sammlung").startswith(f"there is no folder {folder / 'Sammlung'}: expected one folder for")
    put(folder / "Sammlung" / "cat" / "a.png")  # "check the spelling, or make it"
    put(folder / "Sammlung" / "dog" / "a.png")
    assert len(data.from_folder(folder / "Sammlung")) == 2


def test_files(folder):
    assert refused(folder / "cat" / "a.png").startswith(
        f"{folder / 'cat' / 'a.png'} is a file: expected one folder for each class, such as"
    )
    archive = shutil.make_archive(folder / "pets", "zip", folder)
    assert refused(archive).startswith(f"{archive} is an archive: unpack it, and give the folder; expected one folder")
    shutil.unpack_archive(archive, folder / "pets")
    with pytest.warns(UserWarning, match="pets.zip"):
        assert len(data.from_folder(folder / "pets")) == 2


def test_other_refusals(folder):
    (folder / "nothing").mkdir()
    sentence = refused(folder / "nothing")
    assert "holds no folder: expected one folder for each class" in sentence and "make them and move" in sentence
    for name in ("cat", "dog"):
        shutil.copytree(folder / name, folder / "nothing" / name)
    assert len(data.from_folder(folder / "nothing")) == 2
    shutil.rmtree(folder / "nothing")
    shutil.move(folder / "dog", folder.parent / f"{folder.name}-dog")
    assert "in 1 class folder (cat): at least two classes are needed, so add photographs to another" in refused(folder)
    (folder / "cat" / "a.png").write_bytes(b"")
    with pytest.warns(UserWarning, match="cat/a.png"):
        assert "in 0 class folders: at least two" in refused(folder)
    for name in ("cat", "dog"):
        put(folder / name / "a.png")
    shutil.rmtree(folder.parent / f"{folder.name}-dog")
    assert len(data.from_folder(folder)) == 2


@pytest.mark.parametrize(
    "options, right",
    [
        ({"size": 0}, {"size": 1}),
        ({"size": 64.0}, {"size": 64}),
        ({"minimum": 2.5}, {"minimum": 2}),
        ({"background": "white"}, {"background": 1}),
        ({"background": 255}, {"background": 1.0}),
        ({"background": (1, 1)}, {"background": (1, 1, 0)}),
    ],
)
def test_arguments_are_looked_at_before_anything_is_read(folder, options, right, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(Image, "open", None)
        assert f"{next(iter(options))} is {next(iter(options.values()))!r}: expected a" in refused(folder, **options)
    assert len(data.from_folder(folder, **right)) == 2


@pytest.mark.parametrize("path", [None, 3, ["cat", "dog"]])
def test_no_path_at_all(path, folder, monkeypatch):
    assert refused(path) == f"the path is {path!r}: give the name of the folder that holds the class folders"
    monkeypatch.chdir(folder)
    assert len(data.from_folder(".")) == 2


# memory and patience


def test_what_would_not_fit_is_said_before_anything_is_read(folder, monkeypatch):
    for i in range(48):
        put(folder / "cat" / f"{i}.png")
    monkeypatch.setattr(memory, "available", lambda: 10_000_000)
    with monkeypatch.context() as patch:
        patch.setattr(Image, "open", None)
        sentence = refused(folder, size=160)
    assert sentence == (
        "50 photographs of 160x160 take 22 MB of memory, and 10 MB are free: take size=96, or at most 16 of them"
    )
    own = data.from_folder(folder, size=96)  # one way
    assert len(own) == 50 and own.images.nbytes + own.masks.nbytes < 8_000_000
    assert "take size=96" in refused(folder, size=104)
    for path in sorted((folder / "cat").iterdir())[:34]:  # the other way
        path.unlink()
    assert len(data.from_folder(folder, size=160)) == 16
    monkeypatch.setattr(memory, "available", lambda: 15_000)
    assert refused(folder, size=8).endswith("are free: take at most 8 of them")
    for path in sorted((folder / "cat").iterdir())[:8]:
        path.unlink()
    assert len(data.from_folder(folder, size=8)) == 8
    monkeypatch.setattr(memory, "available", lambda: 1000)
    assert refused(folder, size=8).endswith("are free: close other programs and notebooks")
    monkeypatch.undo()
    assert len(data.from_folder(folder, size=8)) == 8


@pytest.mark.skipif(sys.platform != "linux", reason="other systems keep to no such limit")
def test_within_a_real_limit(folder):
    """As with `ulimit -v`: no traceback, no dead kernel, and the size that the sentence names works."""
    script = f"""
import resource, psutil, PIL.Image
from course_lib import data
import course_lib.progress
data.from_folder({str(folder)!r})
own = psutil.Process().memory_info().vms
resource.setrlimit(resource.RLIMIT_AS, (own + 300_000_000, -1))
try:
    data.from_folder({str(folder)!r}, size=4000)
except data.own.CourseError as error:
    print(error)
    size = int(str(error).partition("size=")[2].partition(",")[0])
    print(data.from_folder({str(folder)!r}, size=size).images.nbytes > 30_000_000)
"""
    done = subprocess.run([sys.executable, "-c", script], cwd=COURSE, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("2 photographs of 4000x4000 take 1.3 GB of memory, and ") and "True" in done.stdout


def test_a_limit_that_nobody_knows_of(folder, monkeypatch):
    """An allocation that fails all the same is told as a sentence, too."""

    def refuse(*arguments):
        raise MemoryError

    monkeypatch.setattr(np, "empty", refuse)
    assert "2 photographs of 64x64 take 0 MB of memory, and 0 MB are free: take size=40" in refused(folder)


def test_memory_of_a_container(tmp_path, monkeypatch):
    on_machine = memory.available()
    assert 0 < on_machine < 1 << 50
    monkeypatch.setattr(memory, "CGROUPS", tmp_path)
    before = memory.available()
    (tmp_path / "memory.max").write_text("300000000\n", encoding="utf-8")
    (tmp_path / "memory.current").write_text("250000000\n", encoding="utf-8")
    (tmp_path / "memory.stat").write_text("anon 1\ninactive_file 50000000\n", encoding="utf-8")
    if sys.platform == "linux":
        assert memory.available() == 100_000_000
        (tmp_path / "memory.max").write_text("max\n", encoding="utf-8")
    assert abs(memory.available() - before) < before / 2


@pytest.mark.parametrize(
    "count, words", [(640_000, "1 MB"), (128e6, "128 MB"), (1.23e9, "1.2 GB"), (1e13, "10,000.0 GB")]
)
def test_amounts(count, words):
    assert memory.amount(count) == words


def test_whoever_watches_sees_a_bar(folder, monkeypatch, capsys):
    from course_lib import progress

    put(folder / "cat" / "b.png")
    monkeypatch.setattr(progress, "somebody_watches", lambda: True)
    data.from_folder(folder)
    shown = capsys.readouterr().err
    assert f"reading {folder.name}" in shown and "/3 " in shown
    monkeypatch.setattr(progress, "somebody_watches", lambda: False)
    data.from_folder(folder)
    assert capsys.readouterr() == ("", "")
