"""What a notebook needs before its first tensor: seeds, determinism, precision, threads and quiet logs, in one call."""

import contextlib
import importlib.util
import os
import sys
from pathlib import Path

from course_lib.errors import CourseError
from course_lib.texts import say

BACKENDS = ("tensorflow", "jax", "torch")
KERAS = {"image_data_format": "channels_last", "floatx": "float32", "epsilon": 1e-7}  # what a keras.json may change
PRECISIONS = {"auto": None, "float32": "float32", "bfloat16": "mixed_bfloat16"}


def start(seed=0, precision=None):
    """Get Keras ready: every random number from `seed`, no start-up noise, the precision that pays on this machine.

    Args:
        seed: int; all generators of Python, NumPy and the backend start from it.
        precision: "auto", "float32" or "bfloat16"; by default COURSE_PRECISION from the environment, else "auto":
            bfloat16 arithmetic (float32 weights) on a GPU or on a processor with `amx_bf16`, float32 elsewhere.

    The backend is TensorFlow, unless COURSE_BACKEND asks for another one. What a keras.json says of the order of
    axes, of floatx and of epsilon does not hold here.

    Raises:
        CourseError: an unknown precision, or a backend that is unknown, not installed or too late.
    """
    precision = precision or os.environ.get("COURSE_PRECISION") or "auto"
    if precision not in PRECISIONS:
        raise CourseError(
            say(
                "precision {precision!r} is not known: use one of {known} (argument of start, or COURSE_PRECISION)",
                precision=precision,
                known=", ".join(PRECISIONS),
            )
        )
    _demand_backend()
    # TensorFlow asks for it only where a processor has AVX-512; with AVX2, too, small networks train a fifth to a third
    # sooner by it
    os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "1")
    with _silence():
        keras = _keras()
        gpu = _wake_backend(keras.backend.backend())
    if precision == "auto":
        precision = "bfloat16" if gpu or _multiplies_bfloat16() else "float32"
    for name, value in KERAS.items():
        getattr(keras.config, f"set_{name}")(value)
    keras.config.set_dtype_policy(PRECISIONS[precision])
    set_seed(seed)


def _demand_backend():
    """Have Keras use the backend that the course asks for; CourseError where that cannot be."""
    wanted = os.environ.get("COURSE_BACKEND") or "tensorflow"
    if wanted not in BACKENDS:
        raise CourseError(
            say(
                "COURSE_BACKEND is {wanted!r}, and must be one of {backends}",
                wanted=wanted,
                backends=", ".join(BACKENDS),
            )
        )
    if importlib.util.find_spec(wanted) is None:
        raise CourseError(
            say(
                "COURSE_BACKEND asks for {wanted}, which is not installed here: unset it and restart the kernel, or run `pip install {wanted}`",
                wanted=wanted,
            )
        )
    found = sys.modules["keras"].backend.backend() if "keras" in sys.modules else wanted
    if found != wanted:
        raise CourseError(
            say(
                "Keras was imported before course_lib and uses {found}, and the course needs {wanted}: restart the kernel and run the "
                "notebook from its first cell",
                found=found,
                wanted=wanted,
            )
        )
    os.environ["KERAS_BACKEND"] = wanted


def _keras():
    """Import Keras; what stops it most often is a keras.json that holds nonsense."""
    try:
        import keras
    except (ValueError, TypeError, AttributeError) as error:
        settings = Path(os.environ.get("KERAS_HOME") or os.path.expanduser("~/.keras")) / "keras.json"
        if not settings.is_file():
            raise
        raise CourseError(
            say(
                "Keras cannot use its settings in {path} ({error}): delete this file and restart the kernel",
                path=settings,
                error=" ".join(str(error).split()),
            )
        ) from None
    return keras


def set_seed(seed):
    """Start all generators of Python, NumPy and the backend anew; `run --seeds` shifts every seed by COURSE_SEED.

    Raises:
        CourseError: COURSE_SEED is no integer.
    """
    import keras

    run = os.environ.get("COURSE_SEED") or "0"
    if not run.isdigit():
        raise CourseError(say("COURSE_SEED is {run!r}, and must be an integer such as 1", run=run))
    keras.utils.set_random_seed(seed + 1000 * int(run))


def _wake_backend(backend):
    """Load the backend, make it repeatable and let it say now what it says
    at its first operation. True if it has a GPU."""
    if backend != "tensorflow":
        return False
    import tensorflow as tf

    tf.get_logger().setLevel("ERROR")
    tf.config.experimental.enable_op_determinism()
    gpus = tf.config.list_physical_devices("GPU")
    tf.constant(0.0) + 1.0
    half = tf.zeros((1, 1), tf.bfloat16)
    tf.matmul(half, half)  # oneDNN says once where it leaves these to TensorFlow
    return bool(gpus)


def _multiplies_bfloat16():
    """Whether the processor has a matrix unit for bfloat16; with `avx512_bf16` alone it was measured not to pay."""
    try:
        return " amx_bf16" in Path("/proc/cpuinfo").read_text(encoding="utf-8")
    except OSError:
        return False


@contextlib.contextmanager
def _silence():
    """Keep what C++ libraries write at start-up from the terminal; Python's own errors still pass as exceptions."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ.setdefault("GRPC_VERBOSITY", "NONE")
    sys.stderr.flush()
    saved = os.dup(2)
    with open(os.devnull, "wb") as nowhere:
        os.dup2(nowhere.fileno(), 2)
        try:
            yield
        finally:
            os.dup2(saved, 2)
            os.close(saved)
