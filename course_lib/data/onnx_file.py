"""The weights in an ONNX file, by name. Nothing in the file is run."""

from course_lib.errors import CourseError
from course_lib.texts import say


def arrays(path):
    """The weights of a network as NumPy arrays.

    Exporters fold the matrix of a dense layer into a constant without a name of its own; such a matrix is named here
    after the operation that multiplies by it: "encoder.layer.0.fc1.weight" for "/encoder/layer.0/fc1/MatMul".

    Args:
        path: of a file.onnx that holds its weights (no external data).

    Returns:
        dict: name -> array.

    Raises:
        CourseError: the file is none of ONNX.
    """
    import onnx
    from google.protobuf.message import DecodeError

    try:
        graph = onnx.load(str(path), load_external_data=False).graph
    except DecodeError:
        raise CourseError(say("{path} is no ONNX file: fetch it once more", path=path)) from None
    found = {tensor.name: onnx.numpy_helper.to_array(tensor) for tensor in graph.initializer}
    for node in graph.node:
        for name in node.input if node.op_type == "MatMul" else ():
            if name.startswith("onnx::") and name in found:
                found[node.name.strip("/").removesuffix("/MatMul").replace("/", ".") + ".weight"] = found.pop(name)
    return found
