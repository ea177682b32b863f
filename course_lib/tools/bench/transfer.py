"""(g): chapter 04, seconds to 65 % on the test concepts in three ways, and how fast the backbone gives features."""

import os
from functools import partial

from course_lib.tools.bench import harness

TARGET, SIDE, REPEATS = 65, 128, 5  # percent, pixels, and how often each network takes its turn
RESULTS = (
    "correct",
    "seconds",
)  # what lesson 04 has measured at the cell tagged "bench": way -> percent, way -> seconds


def main(record):
    for seed in range(3):
        ways = harness.child(three_ways, COURSE_SEED=str(seed))
        told = "; ".join(
            f"{way} {accuracy:.1f} % after {seconds:.1f} s"
            + ("" if accuracy >= TARGET else f" (does not reach {TARGET} %)")
            for way, (accuracy, seconds) in ways.items()
        )
        print(f"(g) chapter 04's emoji, seed {seed}: {told}", flush=True)
    ours, theirs = harness.child(feature_rates)
    print(
        f"    features of {SIDE}x{SIDE}, images/s against keras.applications.EfficientNetB0: "
        f"{harness.against(ours, theirs)}"
    )


def three_ways():
    """Run lesson 04 as far as its comparison; way -> (accuracy in percent, seconds), as the lesson measures them."""
    os.environ["COURSE_CLAIMS_GO_ON"] = "1"
    lesson = {}
    for _, source in harness.offered("04"):
        exec(source, lesson)
    correct, seconds = (lesson[name] for name in RESULTS)
    return {way: (accuracy, seconds[way]) for way, accuracy in correct.items()}


def feature_rates():
    """Images/s of the shipped backbone's network and of EfficientNetB0 without top, with random weights."""
    import course_lib

    course_lib.start(precision="float32")
    import keras
    import numpy as np

    from course_lib.models.efficientnet_lite import efficientnet_lite0

    shape = (SIDE, SIDE, 3)
    models = [
        efficientnet_lite0(shape, include_top=False),
        keras.applications.EfficientNetB0(weights=None, include_top=False, input_shape=shape),
    ]
    x = np.random.default_rng(0).normal(size=(64, *shape)).astype("float32")
    seconds = harness.turns([partial(model.predict_on_batch, x) for model in models], REPEATS)
    return [{"forward": len(x) / one} for one in seconds]
