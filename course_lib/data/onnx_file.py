"""The weights in an ONNX file, by name. Nothing in the file is run.

They are read where they lie, through a memory map: an index beside the file, made once, says where each begins.
"""

import json

import numpy as np

from course_lib.errors import CourseError
from course_lib.files import write_text
from course_lib.texts import say


def arrays(path):
    """The weights of a network as NumPy arrays, which cannot be written to.

    Exporters fold the matrix of a dense layer into a constant without a name of its own; such a matrix is named here
    after the operation that multiplies by it: "encoder.layer.0.fc1.weight" for "/encoder/layer.0/fc1/MatMul".

    Args:
        path: of a file.onnx that holds its weights (no external data).

    Returns:
        dict: name -> array.

    Raises:
        CourseError: the file is none of ONNX.
    """
    content = np.memmap(path, np.uint8, "r") if path.stat().st_size else b""
    return {
        name: np.ndarray(shape, dtype, content, offset) for name, (dtype, shape, offset) in index(path, content).items()
    }


def index(path, content):
    """Where each weight lies: name -> [dtype, shape, first byte]; kept beside the file where that can be written.

    Args:
        path: of the file.
        content: its bytes.
    """
    kept = path.with_name(f"{path.name}.json")
    try:
        found = json.loads(kept.read_text(encoding="utf-8"))
        if found["bytes"] == len(content):
            return found["weights"]
    except (OSError, ValueError, KeyError, TypeError):
        pass  # there is none yet, or it is damaged
    weights = _weights(path, bytes(content))
    try:
        write_text(kept, json.dumps({"bytes": len(content), "weights": weights}))
    except OSError:  # a folder of somebody else's
        pass
    return weights


def _weights(path, content):
    import onnx
    from google.protobuf.message import DecodeError

    try:
        graph = onnx.load_from_string(content).graph
    except DecodeError:
        raise CourseError(say("{path} is no ONNX file: fetch it once more", path=path)) from None
    found, at = {}, 0
    for tensor in graph.initializer:
        if not tensor.raw_data and 0 not in tensor.dims:
            raise CourseError(
                say(
                    "{path} keeps {name} in a form that is not read here: export it with raw data",
                    path=path,
                    name=tensor.name,
                )
            )
        at = content.index(tensor.raw_data, at)
        dtype = onnx.helper.tensor_dtype_to_np_dtype(tensor.data_type).newbyteorder("<")
        found[tensor.name] = [dtype.str, list(tensor.dims), at]
        at += len(tensor.raw_data)
    for node in graph.node:
        for name in node.input if node.op_type == "MatMul" else ():
            if name.startswith("onnx::") and name in found:
                found[node.name.strip("/").removesuffix("/MatMul").replace("/", ".") + ".weight"] = found.pop(name)
    return found
