"""Arrays as `.npy` without pickle, and what is said of a value that does not cross."""

import io

import numpy as np

from course_lib.texts import Text, phrase

KINDS = "biufcSU"  # dtypes of arrays: numbers and fixed-width text, no objects, no records
SENTENCES = {  # each completes "a value came back that cannot be graded: "
    "kind": phrase("a value of type {name} (expected: numbers, text, lists, tuples, dicts, arrays, Keras models)"),
    "dtype": phrase("an array of dtype {name}"),
    "depth": phrase("more than {count} lists inside each other"),
    "large": phrase("more than {size} MB, {text} MB of them in lists, or more than {count} arrays"),
    "model": phrase("a model that cannot be rebuilt from its configuration ({name})"),
    "end": phrase("{name}, which ends the program"),
    "around": phrase("nothing, because the call failed around the function ({name})"),
    "loan": phrase("nothing, because no such function was lent"),
    "malformed": phrase("malformed data"),
}
CHANGES = {  # of a model that was given
    "layers": phrase("a model that was given has other layers now; a function must build a new model instead"),
    "layer": phrase(
        "the layer {name} of a model that was given has changed; a function must build a new model instead"
    ),
}


class Refused(Exception):
    """A value that does not cross. `reason`: a key of SENTENCES; `facts` are strings and numbers."""

    sentences = SENTENCES

    def __init__(self, reason, **facts):
        self.reason, self.facts = reason, facts
        super().__init__(Text(self.sentences[reason], facts))


class Changed(Refused):
    """What a function did to a model that it was given cannot be brought back. `reason`: a key of CHANGES."""

    sentences = CHANGES


def write(array, blobs):
    """Append an array to `blobs`; returns its place there.

    Raises:
        Refused: its dtype is not one of numbers or text.
    """
    if array.dtype.name == "bfloat16":  # of models that compute so; NumPy itself does not know it
        array = array.astype("float32")
    if array.dtype.kind not in KINDS:
        raise Refused("dtype", name=str(array.dtype)[:100])
    stream = io.BytesIO()
    np.lib.format.write_array(stream, np.asarray(array), version=(1, 0), allow_pickle=False)
    blobs.append(stream.getvalue())
    return len(blobs) - 1


def read(data):
    """A new array from the bytes of a `.npy` file.

    Raises:
        Refused: its header does not fit what has arrived, which is checked before memory is taken.
    """
    stream = io.BytesIO(data)
    if np.lib.format.read_magic(stream) != (1, 0):
        raise Refused("malformed", name="version of .npy")
    shape, fortran, dtype = np.lib.format.read_array_header_1_0(stream)
    if dtype.kind not in KINDS or dtype.hasobject:
        raise Refused("dtype", name=str(dtype)[:100])
    count = 1
    for side in shape:
        count *= int(side)
    rest = data[stream.tell() :]
    if len(shape) > 32 or min(shape, default=0) < 0 or count * dtype.itemsize != len(rest):
        raise Refused("malformed", name="size of an array")
    flat = np.frombuffer(rest, dtype).copy() if rest else np.zeros(count if count == 0 else shape, dtype).ravel()
    return flat.reshape(shape, order="F" if fortran else "C")
