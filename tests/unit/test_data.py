import gzip
import shutil
import subprocess
import sys
import types

import numpy as np
import pytest

from course_lib import data
from course_lib.data import fashion, store
from course_lib.errors import CourseError
from course_lib.files import COURSE, sha256

MANIFEST = data.manifest()


def test_shipped_part():
    (x_train, y_train), (x_test, y_test) = data.fashion_mnist()
    assert x_train.shape == (15000, 28, 28, 1) and x_test.shape == (5000, 28, 28, 1)
    assert x_train.dtype == x_test.dtype == "float32" and y_train.dtype == y_test.dtype == "int32"
    assert x_train.min() == 0 and x_train.max() == 1
    assert np.bincount(y_train).tolist() == [1500] * 10 and np.bincount(y_test).tolist() == [500] * 10


def test_stamps_are_photographs_of_six_classes_on_the_colour_asked_for():
    white, red = data.stamps(), data.stamps(background=(1, 0, 0))
    assert white.images.shape == (268, 64, 64, 3) and white.images.dtype == "float32"
    assert white.classes == ("bird", "mammal", "small animal", "plant", "food", "thing")
    assert np.bincount(white.labels).tolist() == [35, 65, 22, 38, 49, 59]
    empty = white.masks[..., 0] == 0
    assert empty.mean() > 0.2 and (white.images[empty] == 1).all() and (red.images[empty] == (1, 0, 0)).all()
    kinds = {name: {white.labels[i] for i in np.flatnonzero(np.array(white.names) == name)} for name in white.names}
    assert {len(kinds[name]) for name in ("apple", "gnu", "wrench")} == {1} and len(kinds) == len(set(white.names))


@pytest.mark.parametrize("name", MANIFEST)
def test_manifest_tells_the_truth(name):
    entry = MANIFEST[name]
    assert (COURSE / "data" / entry["licence_file"]).read_text(encoding="utf-8").strip()
    assert entry["licence"] and entry["origin"] and (COURSE / entry["maker"]).is_file()
    path = COURSE / "data" / name
    assert sha256(path) == entry["sha256"] and path.stat().st_size == entry["bytes"]


def test_nothing_in_data_without_an_entry_and_all_of_it_small():
    files = [
        path
        for path in (COURSE / "data").iterdir()
        if path.is_file() and path.suffix != ".py" and path.name not in ("MANIFEST.json", "WHEELS.json", "README.md")
    ]
    assert {path.name for path in files} == MANIFEST.keys()
    assert sum(path.stat().st_size for path in files) < 40_000_000


def test_importing_it_loads_no_framework():
    script = "import sys; from course_lib import data; print({'tensorflow', 'keras', 'tqdm', 'PIL'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", script], cwd=COURSE, capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"


def test_functions_are_not_hidden_by_modules():
    for name in data.__all__:
        assert not isinstance(getattr(data, name), types.ModuleType), name


@pytest.fixture
def copy(tmp_path, monkeypatch):
    for path in (COURSE / "data").iterdir():
        if path.is_file():
            shutil.copy(path, tmp_path)
    monkeypatch.setattr(store, "FOLDER", tmp_path)
    return tmp_path


def test_a_flipped_bit_is_noticed(copy):
    content = bytearray((copy / "fashion_mnist.npz").read_bytes())
    content[len(content) // 2] ^= 1
    (copy / "fashion_mnist.npz").write_bytes(content)
    with pytest.raises(CourseError, match="damaged.*copy the file data/fashion_mnist.npz"):
        data.fashion_mnist()


def test_a_missing_file_is_named(copy):
    (copy / "coffee.png").unlink()
    with pytest.raises(CourseError, match="is missing: download the course once more"):
        data.photograph("coffee")


def test_an_unknown_file_is_refused():
    with pytest.raises(CourseError, match="no data file 'tea.png': .* knows, .*coffee.png"):
        data.photograph("tea")


def test_photograph():
    photo = data.photograph("coffee")
    assert (
        photo.shape == (200, 300, 3) and photo.dtype == "float32" and 0 <= photo.min() < 0.1 and 0.9 < photo.max() <= 1
    )


@pytest.mark.parametrize("name", ["astronaut", "cat", "china", "flower", "rocket"])
def test_more_photographs(name):
    photo = data.photograph(name)
    assert photo.shape == ((256, 256, 3) if name == "astronaut" else (200, 300, 3)) and photo.dtype == "float32"
    assert 0.8 < photo.max() <= 1 and photo.std() > 0.1


def test_photographs_are_small():
    assert sum(entry["bytes"] for name, entry in MANIFEST.items() if name.endswith(".png")) < 700_000


@pytest.mark.skipif(not fashion.DEBIAN.exists(), reason="Debian's dataset-fashion-mnist is not installed here")
def test_whole_set_holds_the_shipped_part():
    (x_all, y_all), (x_test_all, y_test_all) = data.fashion_mnist(full=True)
    assert x_all.shape == (60000, 28, 28, 1) and x_test_all.shape == (10000, 28, 28, 1)
    (x_train, y_train), _ = data.fashion_mnist()
    for k in range(10):
        np.testing.assert_array_equal(x_all[y_all == k][:1500], x_train[y_train == k])


def idx(array):
    head = (
        (2051).to_bytes(4, "big") + b"".join(n.to_bytes(4, "big") for n in array.shape)
        if array.ndim == 3
        else (2049).to_bytes(4, "big") + len(array).to_bytes(4, "big")
    )
    return gzip.compress(head + array.astype("uint8").tobytes())


def test_own_copy_that_is_another_set_is_refused(tmp_path):
    for name in fashion.UNPACKED:
        (tmp_path / f"{name}.gz").write_bytes(idx(np.zeros((2, 28, 28)) if "images" in name else np.zeros(2)))
    with pytest.raises(CourseError, match="does not hold what Zalando published"):
        data.fashion_mnist(full=True, folder=tmp_path)
    (tmp_path / "train-images-idx3-ubyte.gz").write_bytes(b"no gzip")
    with pytest.raises(CourseError, match="cannot be read"):
        data.fashion_mnist(full=True, folder=tmp_path)


def test_whole_set_nowhere_to_be_found(tmp_path, monkeypatch):
    monkeypatch.setattr(fashion, "DEBIAN", tmp_path / "none")
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    import keras

    def refuse():
        raise Exception("URL fetch failure")

    monkeypatch.setattr(keras.datasets.fashion_mnist, "load_data", refuse)
    with pytest.raises(
        CourseError,
        match="cannot be downloaded: connect to the network, or run `sudo apt install dataset-fashion-mnist`",
    ):
        data.fashion_mnist(full=True)
    with pytest.raises(CourseError, match="does not hold the four files"):
        data.fashion_mnist(full=True, folder=tmp_path)
