"""The Vision Transformer with trained weights: equal to ONNX Runtime, its positions resized as PyTorch does it."""

import keras
import numpy as np
import onnx
import onnxruntime
import pytest
from PIL import Image

from course_lib import data, saliency
from course_lib.data import onnx_file
from course_lib.errors import CourseError
from course_lib.models import vit

PHOTOGRAPHS = ("cat", "flower")
TOKENS = "/backbone/layernorm/Add_1_output_0"  # what the last norm of the backbone gives


@pytest.fixture(scope="module")
def path():
    try:
        return data.file(saliency.FILE)
    except CourseError as error:
        pytest.skip(f"the weights cannot be had: {error}")


@pytest.fixture(scope="module")
def model(path):
    return saliency.trained()


@pytest.fixture(scope="module")
def images():
    found = []
    for name in PHOTOGRAPHS:
        with Image.open(data.file(f"{name}.png")) as picture:
            found.append(np.asarray(picture.convert("RGB").resize((224, 224)), "float32") / 255)
    return saliency.preprocess(np.stack(found))


@pytest.fixture(scope="module")
def theirs(path, images):
    """Tokens and maps as ONNX Runtime computes them."""
    network = onnx.load(str(path))
    network.graph.output.append(onnx.helper.make_tensor_value_info(TOKENS, onnx.TensorProto.FLOAT, None))
    session = onnxruntime.InferenceSession(network.SerializeToString(), providers=["CPUExecutionProvider"])
    maps, tokens = session.run(None, {"input_image": images.transpose(0, 3, 1, 2)})
    return tokens, maps[:, 0]


def test_features_and_maps_equal_those_of_onnx_runtime(model, images, theirs):
    both = keras.Model(model.input, [model.get_layer("norm").output, model.output])
    tokens, maps = both.predict(images, verbose=0)
    assert tokens.shape == (2, 257, 384) and maps.shape == (2, 224, 224, 1)
    assert np.abs(theirs[0][0] - theirs[0][1]).max() > 1 and theirs[1].std() > 0.1, "the photographs differ"
    np.testing.assert_allclose(tokens, theirs[0], atol=1e-4)
    np.testing.assert_allclose(maps[..., 0], theirs[1], atol=1e-4)


def test_all_weights_of_the_file_are_used(path, model):
    stored = onnx_file.arrays(path)
    ours = {round(float(np.abs(value).sum()), 1) for value in model.get_weights()}
    for name, value in stored.items():
        if value.ndim and value.size > 1 and not name.startswith("onnx::"):  # positions are put on another grid
            assert any(abs(float(np.abs(value).sum()) - one) < 0.1 + 1e-4 * one for one in ours), name
    left = [name for name in stored if name.startswith("onnx::")]
    assert [stored[name].size for name in sorted(left, key=lambda name: stored[name].size)] == [384, 37 * 37 * 384]


def test_it_looks_at_the_flower(model, images):
    """The middle of the photograph, and not its corners."""
    flower = model.predict(images[1:], verbose=0)[0, ..., 0]
    assert flower[100:124, 70:100].mean() > 0.9 and flower[:40, :40].mean() < 0.5


def test_attention_of_each_block_and_head(model, images):
    maps = vit.attention_maps(model).predict(images, verbose=0)
    assert [part.shape for part in maps] == [(2, 6, 257, 257)] * 12


def test_a_grid_of_positions_is_resized_as_pytorch_does():
    torch = pytest.importorskip(
        "torch", reason="PyTorch is not installed: run `python3 -m course_lib test --with-torch`"
    )
    grid = np.random.default_rng(0).normal(size=(37 * 37, 5)).astype("float32")
    for side in (16, 40):
        square = torch.tensor(grid.reshape(1, 37, 37, 5).transpose(0, 3, 1, 2))
        theirs = torch.nn.functional.interpolate(square, size=(side, side), mode="bicubic", align_corners=False)
        theirs = theirs.numpy()[0].transpose(1, 2, 0).reshape(side * side, 5)
        np.testing.assert_allclose(saliency.resized(grid, side), theirs, atol=1e-5)
    np.testing.assert_allclose(saliency.resized(grid, 37), grid, atol=1e-6)


def test_saved_and_loaded_it_is_the_same(tmp_path):
    small = saliency.saliency_vit((1, 16, 2), 8, (32, 16, 3), filters=(4,))
    images = np.random.default_rng(0).normal(size=(2, 32, 16, 3)).astype("float32")
    assert small.output_shape == (None, 32, 16, 1)
    small.save(tmp_path / "small.keras")
    again = keras.models.load_model(tmp_path / "small.keras")
    np.testing.assert_array_equal(again.predict(images, verbose=0), small.predict(images, verbose=0))


def test_a_file_that_is_none_of_onnx(tmp_path):
    (tmp_path / "page.onnx").write_text("<html>log in</html>", encoding="utf-8")
    with pytest.raises(CourseError, match="page.onnx is no ONNX file: fetch it once more"):
        onnx_file.arrays(tmp_path / "page.onnx")
    weight = onnx.numpy_helper.from_array(np.arange(6.0).reshape(2, 3), "weight")
    graph = onnx.helper.make_graph([], "fetched once more", [], [], [weight])
    onnx.save(onnx.helper.make_model(graph), tmp_path / "page.onnx")
    np.testing.assert_array_equal(onnx_file.arrays(tmp_path / "page.onnx")["weight"], np.arange(6.0).reshape(2, 3))


def stored(folder):
    """A file of ONNX with two weights, and what is in it."""
    values = {"kernel": np.arange(6, dtype="float32").reshape(2, 3), "steps": np.array([3, 1], "int64")}
    tensors = [onnx.numpy_helper.from_array(value, name) for name, value in values.items()]
    onnx.save(onnx.helper.make_model(onnx.helper.make_graph([], "two weights", [], [], tensors)), folder / "two.onnx")
    return folder / "two.onnx", values


def test_weights_in_another_form_are_one_sentence(tmp_path):
    tensor = onnx.helper.make_tensor("kernel", onnx.TensorProto.FLOAT, [2], [1.0, 2.0])  # a list, no raw data
    onnx.save(onnx.helper.make_model(onnx.helper.make_graph([], "one", [], [], [tensor])), tmp_path / "list.onnx")
    with pytest.raises(CourseError, match="keeps kernel in a form that is not read here: export it with raw data"):
        onnx_file.arrays(tmp_path / "list.onnx")
    values = np.array([1.0, 2.0], "float32")
    raw = onnx.numpy_helper.from_array(values, "kernel")  # as advised
    onnx.save(onnx.helper.make_model(onnx.helper.make_graph([], "one", [], [], [raw])), tmp_path / "raw.onnx")
    same(onnx_file.arrays(tmp_path / "raw.onnx"), {"kernel": values})


def same(found, values):
    assert found.keys() == values.keys()
    for name, value in values.items():
        assert found[name].dtype == value.dtype and found[name].shape == value.shape
        np.testing.assert_array_equal(found[name], value)


def test_weights_are_read_where_they_lie_once_the_index_is_there(tmp_path, monkeypatch):
    path, values = stored(tmp_path)
    same(onnx_file.arrays(path), values)
    with monkeypatch.context() as patch:
        patch.setattr(onnx, "load_from_string", lambda content: pytest.fail("parsed again"))
        found = onnx_file.arrays(path)
        same(found, values)
    assert all(isinstance(value.base, np.memmap) and not value.flags.writeable for value in found.values())
    for damaged in ("", "{}", '{"bytes": 1, "weights": {}}'):
        (tmp_path / "two.onnx.json").write_text(damaged, encoding="utf-8")
        same(onnx_file.arrays(path), values)


def test_a_folder_of_somebody_else_needs_no_index(open_folder, as_nobody):
    path, values = stored(open_folder)
    path.chmod(0o644)
    open_folder.chmod(0o555)  # for tests that run as an ordinary user, whose own folder it is
    with as_nobody():
        same(onnx_file.arrays(path), values)
    open_folder.chmod(0o755)
    assert [one.name for one in open_folder.iterdir()] == ["two.onnx"]
