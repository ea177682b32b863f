"""(j): a photograph made twice as large, in megapixels of the large one a second."""

from functools import partial

from course_lib.tools.bench import harness

SCALE, REPEATS = 2, 5
FIXED = PILLOW, OURS = "bicubic of Pillow", "bicubic in NumPy"  # no networks


def main(record):
    found = harness.child(rates, COURSE_BACKEND="tensorflow")
    print(f"(j) megapixels/s, x{SCALE}: {told(found)}", flush=True)
    harness.on_torch("the networks on PyTorch", on_torch)


def on_torch():
    there = harness.child(rates, COURSE_BACKEND="torch")
    return f"the networks on PyTorch: {told({name: rate for name, rate in there.items() if name not in FIXED})}"


def told(rates):
    return "; ".join(f"{name} {rate:.2f}" for name, rate in rates.items())


def rates():
    """Megapixels/s of Pillow's bicubic, of ours, of SRCNN, of ESPCN and of the lesson's network, on one photograph."""
    import course_lib

    course_lib.start(precision="float32")
    import numpy as np
    from PIL import Image

    from course_lib import data, resampling
    from course_lib.models import superres

    photo = data.photograph("cat")
    height, width = (SCALE * side for side in photo.shape[:2])
    planes = [Image.fromarray(np.ascontiguousarray(plane), mode="F") for plane in np.moveaxis(photo, -1, 0)]
    models = [build(SCALE, photo.shape) for build in (superres.srcnn, superres.espcn)]
    luma = photo[None, ..., :1]
    lessons = superres.espcn(SCALE, luma.shape[1:], kernels=(3,) * 5, filters=(24,) * 4, activation="leaky_relu")
    ways = {
        PILLOW: lambda: [plane.resize((width, height), Image.Resampling.BICUBIC) for plane in planes],
        OURS: partial(resampling.resize, photo, (height, width)),
        "SRCNN 9-1-5": partial(models[0].predict_on_batch, photo[None]),
        "ESPCN": partial(models[1].predict_on_batch, photo[None]),
        "lesson 07's network, luma": partial(lessons.predict_on_batch, luma),
    }
    seconds = harness.turns(list(ways.values()), REPEATS)
    return {name: height * width / 1e6 / one for name, one in zip(ways, seconds)}
