"""Record the training of plain and residual networks of four depths, for chapter 03: degradation.json.

    python data/degradation.py           # about half an hour on two cores

It is the lesson's live experiment with more depths, more seeds and more epochs. A run that was interrupted goes on where it stopped.
Figures differ a little from processor to processor, so running it again does not give the same bytes.
"""

import json
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

import course_lib  # noqa: E402
from course_lib import data, training  # noqa: E402
from course_lib.files import write_text  # noqa: E402
from course_lib.models.resnet import resnet_small  # noqa: E402

TARGET = HERE / "degradation.json"
SETTINGS = {"images": 4000, "side": 7, "width": 8, "rate": 0.1, "batch_size": 128, "epochs": 15}
DEPTHS, SEEDS = (8, 20, 32, 44), (0, 1, 2)


def main():
    course_lib.start(seed=0, precision="float32")
    (images, labels), _ = data.fashion_mnist()
    count, side = SETTINGS["images"], SETTINGS["side"]
    images = images[:count].reshape(count, side, 28 // side, side, 28 // side, 1).mean(axis=(2, 4))
    labels = labels[:count]
    runs = json.loads(TARGET.read_text(encoding="utf-8"))["runs"] if TARGET.exists() else []
    for depth in DEPTHS:
        for residual in (False, True):
            model = resnet_small(depth, images.shape[1:], width=SETTINGS["width"], residual=residual)
            training.one_cycle(model, images, SETTINGS["epochs"], SETTINGS["rate"], batch_size=SETTINGS["batch_size"])
            for seed in SEEDS:
                which = {"depth": depth, "residual": residual, "seed": seed}
                if any(which.items() <= run.items() for run in runs):
                    continue
                loss = training.train(model, images, labels, SETTINGS["epochs"], seed, SETTINGS["batch_size"])
                error = 100 - training.accuracy(model, images, labels)
                runs.append({**which, "loss": [round(value, 4) for value in loss], "training_error": round(error, 2)})
                write_text(TARGET, json.dumps({"settings": SETTINGS, "runs": runs}, indent=1) + "\n")
                print(runs[-1], flush=True)


if __name__ == "__main__":
    main()
