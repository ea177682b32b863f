"""Arrays as `.npy` without pickle, and what is said of a value that does not cross."""

import io

import numpy as np

KINDS = "biufcSU"  # dtypes of arrays: numbers and fixed-width text, no objects, no records


class Refused(Exception):
    """A value that does not cross; the message completes "a value came back that cannot be graded: "."""


class Changed(Refused):
    """What a function did to a model that it was given cannot be brought back; the message is a sentence."""


def write(array, blobs):
    """Append an array to `blobs`; returns its place there.

    Raises:
        Refused: its dtype is not one of numbers or text.
    """
    if array.dtype.kind not in KINDS:
        raise Refused(f"an array of dtype {str(array.dtype)[:100]}")
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
        raise Refused("malformed data (version of .npy)")
    shape, fortran, dtype = np.lib.format.read_array_header_1_0(stream)
    if dtype.kind not in KINDS or dtype.hasobject:
        raise Refused(f"an array of dtype {str(dtype)[:100]}")
    count = 1
    for side in shape:
        count *= int(side)
    rest = data[stream.tell() :]
    if len(shape) > 32 or min(shape, default=0) < 0 or count * dtype.itemsize != len(rest):
        raise Refused("malformed data (size of an array)")
    flat = np.frombuffer(rest, dtype).copy() if rest else np.zeros(count if count == 0 else shape, dtype).ravel()
    return flat.reshape(shape, order="F" if fortran else "C")
