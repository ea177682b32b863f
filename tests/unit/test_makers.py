"""What makes the files of data/: data/make.py and data/makers/."""

import hashlib
import importlib
import io
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile

import numpy as np
import pytest
from PIL import Image

from course_lib import data
from course_lib.errors import CourseError
from course_lib.files import COURSE
from course_lib.tools import catalogues

MANIFEST = data.manifest()


@pytest.fixture(scope="module")
def makers():
    """The package of makers, which is on no path but that of data/make.py."""
    sys.path.insert(0, str(COURSE / "data"))
    yield importlib.import_module("makers")
    sys.path.remove(str(COURSE / "data"))


def test_every_file_has_a_maker_that_states_the_same_facts(makers):
    files = {
        name: (family, file) for family, module in makers.families().items() for name, file in module.FILES.items()
    }
    assert files.keys() == MANIFEST.keys()
    for name, (family, file) in files.items():
        entry = MANIFEST[name]
        assert entry["maker"].removeprefix("data/makers/") in (f"{family}.py", f"{family}/__init__.py")
        for fact in ("licence", "licence_file", "origin", "what"):
            assert entry[fact] == getattr(file, fact), (name, fact)


MINE = """
from course_lib.errors import CourseError
from . import File, pip, program

facts = dict(licence="MIT", licence_file="licences/degradation.txt", origin="here", what="a test")


def broken():
    raise CourseError("the source has changed")


FILES = {
    "mine.txt": File(lambda: b"made", needs=(pip("pip"),), **facts),
    "coffee.png": File(lambda: b"not a picture", needs=(), **facts),
    "broken.txt": File(broken, needs=(), **facts),
    "far.txt": File(lambda: b"", needs=(pip("no-such-package==1.0"), program("no-such-program")), **facts),
    "old.txt": File(lambda: b"", needs=(pip("pip==0.1"),), **facts),
}
"""


@pytest.fixture
def make(tmp_path):
    """data/make.py in a checkout of its own, with one more family of makers instead of the photographs."""
    shutil.copytree(COURSE / "course_lib", tmp_path / "course_lib", ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "data").mkdir()
    shutil.copytree(COURSE / "data" / "makers", tmp_path / "data" / "makers")
    for name in ("make.py", "MANIFEST.json", "coffee.png"):
        shutil.copy(COURSE / "data" / name, tmp_path / "data")
    (tmp_path / "data" / "makers" / "photographs.py").unlink()
    (tmp_path / "data" / "makers" / "mine.py").write_text(MINE, encoding="utf-8")

    def run(*words):
        environment = {**os.environ, "COURSE_DATA": str(tmp_path / "cache")}
        command = [sys.executable, "data/make.py", *words]
        return subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True)

    run.data, run.cache = tmp_path / "data", tmp_path / "cache"
    run.manifest = lambda: json.loads((run.data / "MANIFEST.json").read_text(encoding="utf-8"))
    return run


def test_only_what_is_named_is_made_and_entered(make):
    done = make("mine.txt")
    assert done.returncode == 0 and "mine.txt: 4 bytes, new" in done.stdout, done.stderr
    assert (make.data / "mine.txt").read_bytes() == b"made"
    manifest = make.manifest()
    assert manifest.pop("mine.txt") == {
        "sha256": hashlib.sha256(b"made").hexdigest(),
        "bytes": 4,
        "maker": "data/makers/mine.py",
        "licence": "MIT",
        "licence_file": "licences/degradation.txt",
        "origin": "here",
        "what": "a test",
    }
    assert manifest == MANIFEST
    assert (make.data / "coffee.png").read_bytes() == (COURSE / "data" / "coffee.png").read_bytes()
    before = (make.data / "MANIFEST.json").read_bytes()
    assert "the same as before" in make("mine.txt").stdout and (make.data / "MANIFEST.json").read_bytes() == before
    assert not list(make.data.glob("*.part"))


@pytest.mark.parametrize(
    "words, message",
    [
        (
            ["tea"],
            "no file or family 'tea': the families are .*degradation, .*, mine,.* the files .*degradation.json, .*mine.txt",
        ),
        (["mine.txt", "far"], "nothing was made, because this machine lacks no-such-package==1.0, no-such-program: "),
        (
            ["mine.txt", "far"],
            "run `pip install no-such-package==1.0`, `sudo apt install no-such-program` and try again",
        ),
        (["old.txt", "mine.txt"], "lacks pip==0.1: run `pip install pip==0.1`"),
        (["broken.txt", "mine.txt"], "the source has changed"),
    ],
)
def test_what_cannot_be_made_is_one_sentence_and_changes_nothing(make, words, message):
    before = {path: path.read_bytes() for path in make.data.iterdir() if path.is_file()}
    done = make(*words)
    assert done.returncode == 2 and done.stderr.count("\n") == 1 and re.search(message, done.stderr), done.stderr
    assert {path: path.read_bytes() for path in make.data.iterdir() if path.is_file()} == before


def test_without_a_name_they_are_listed(make):
    before = (make.data / "MANIFEST.json").read_bytes()
    done = make()
    assert done.returncode == 0 and (make.data / "MANIFEST.json").read_bytes() == before
    lines = done.stdout.splitlines()
    assert "mine" in lines and "    mine.txt                needs pip" in lines
    assert (
        "    far.txt                 needs no-such-package==1.0 (not installed), no-such-program (not installed)"
        in lines
    )
    assert any("fashion_mnist.npz" in line and "Debian's dataset-fashion-mnist" in line for line in lines)
    assert done.stderr == "", "TensorFlow was loaded"
    assert "NAME" in make("--help").stdout


# the sources are not on every machine; bytes of PNG and npz depend on the machine's zlib, so content is compared


@pytest.mark.parametrize("family", ["fashion_mnist", "stamps"])
def test_arrays_can_be_made_again(makers, family):
    [(name, made_of)] = makers.families()[family].FILES.items()
    if missing := [need.what for need in made_of.needs if not need.here()]:
        pytest.skip(f"{' and '.join(missing)} is not installed here")
    with np.load(io.BytesIO(made_of.make())) as made, np.load(data.file(name)) as shipped:
        assert made.files == shipped.files
        for part in made.files:
            np.testing.assert_array_equal(made[part], shipped[part])


def test_photographs_can_be_made_again(makers):
    files = makers.families()["photographs"].FILES
    missing = {need.what for file in files.values() for need in file.needs if not need.here()}
    if missing:
        pytest.skip(f"{' and '.join(sorted(missing))} are not installed here")
    for name, file in files.items():
        with Image.open(io.BytesIO(file.make())) as made, Image.open(data.file(name)) as shipped:
            np.testing.assert_array_equal(np.asarray(made), np.asarray(shipped))


def test_emoji_can_be_made_again(makers):
    emoji = makers.families()["emoji"]
    sources = importlib.import_module("makers.emoji.sources")
    if not all(sources.archive(package).exists() for package, _ in sources.PACKAGES.values()):
        pytest.skip("the packages that emoji.zip is made from have not been fetched here")
    assert emoji.FILES["emoji.zip"].make() == data.file("emoji.zip").read_bytes()


def test_the_shipped_split_is_the_one_that_the_tables_and_the_draw_give(makers):
    choice = importlib.import_module("makers.emoji.choice")
    with zipfile.ZipFile(data.file("emoji.zip")) as archive:
        concepts = json.loads(archive.read("index.json"))["concepts"]
    shipped = {concept["name"]: concept["split"] for concept in concepts}
    assert choice.split(concepts) == shipped and choice.split(concepts, "0") != shipped
    assert choice.split(concepts[::-1]) == shipped, "the order of the concepts decides"


def test_families_that_share_a_name_are_one(makers, monkeypatch):
    choice = importlib.import_module("makers.emoji.choice")
    monkeypatch.setattr(choice, "FAMILIES", "a, b\nc, d\n\nd, b\n")
    found = choice.families(["a", "b", "c", "d", "e"])
    assert len({found[name] for name in "abcd"}) == 1 and found["e"] == "e"
    with pytest.raises(CourseError, match="FAMILIES names what is not in the set: c, d"):
        choice.families(["a", "b"])


def test_tables_that_do_not_fit_the_packages_are_refused(makers):
    choice = importlib.import_module("makers.emoji.choice")
    with pytest.raises(CourseError, match="CLASSES, animal: no such emoji: .*coral"):
        choice.choose({})


@pytest.mark.skipif(os.name == "nt", reason="a shell script stands for npm")
def test_packages_that_npm_cannot_fetch_or_that_are_others(makers, tmp_path, monkeypatch):
    sources = importlib.import_module("makers.emoji.sources")
    npm = tmp_path / "npm"
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    monkeypatch.setenv("COURSE_DATA", str(tmp_path / "cache"))
    npm.write_text("#!/bin/sh\necho 'npm error network' >&2\nexit 1\n", encoding="utf-8")
    npm.chmod(0o755)
    with pytest.raises(CourseError, match=r"npm cannot fetch emoji-datasource-google@16.0.0 \(npm error network\)"):
        sources.package_files("google")
    npm.write_text('#!/bin/sh\necho other >"$4/other.tgz"\n', encoding="utf-8")
    with pytest.raises(CourseError, match="emoji-datasource-google@16.0.0 is not the package it should be"):
        sources.package_files("google")
    assert not list((tmp_path / "cache" / "npm").iterdir())


# what is recorded by training is not made again here, but it must be what its maker says it is


def test_recall_is_recorded_at_the_rate_of_the_lesson_or_the_best_of_those_tried(makers):
    recall = makers.families()["recall"]
    record = json.loads(data.file("recall.json").read_text(encoding="utf-8"))
    assert record["settings"] == json.loads(json.dumps(recall.SETTINGS))
    known = recall.lesson()["KINDS"]
    for kind, rates in recall.RATES.items():
        for length in recall.LENGTHS:
            runs = [run for run in record["runs"] if (run["kind"], run["length"]) == (kind, length)]
            best, validated, tested = known[kind][3].get(length), {}, {}
            for run in runs:
                found = validated if "validation" in run else tested
                found.setdefault(run["rate"], {})[run["seed"]] = run.get("validation", run.get("test"))
            if best is None:
                assert tuple(validated) == rates
                equal = [rate for rate in rates if validated[rate][0] == max(by[0] for by in validated.values())]
                seeds = (0, *recall.TIED) if len(equal) > 1 else (0,)
                assert all(tuple(validated[rate]) == (seeds if rate in equal else (0,)) for rate in rates)
                best = max(equal, key=lambda rate: sum(validated[rate].values()))
            assert {rate: tuple(by) for rate, by in tested.items()} == {best: recall.SEEDS}


def test_recall_learns_by_the_functions_of_the_lesson(makers):
    recall = makers.families()["recall"]
    space = recall.lesson()
    assert recall.NAMES <= space.keys() and recall.RATES.keys() <= space["KINDS"].keys()
    space["STEPS"], found = 10, {}
    for part in ("validation", "test"):
        for seed in (1, 2):
            found[part, seed] = recall.trained(space, part, kind="GRU", length=5, rate=0.01, seed=seed)
    assert all(0 < right < 100 for right in found.values()), "ten batches do not teach it"
    assert len({*found.values()}) > 1 and found["test", 1] == recall.trained(
        space, "test", kind="GRU", length=5, rate=0.01, seed=1
    )


def test_transfer_is_recorded_in_every_case_with_the_functions_of_the_lesson(makers):
    transfer = makers.families()["transfer"]
    assert transfer.NAMES <= transfer.lesson().keys()
    record = json.loads(data.file("transfer.json").read_text(encoding="utf-8"))
    assert record["settings"] == json.loads(json.dumps(transfer.SETTINGS))
    cases = [case for every in transfer.QUESTIONS.values() for case in every()]
    for case, run in zip(cases, record["runs"], strict=True):
        assert case.items() <= run.items() and all(
            0 < run[part] <= 100 for part in {"test", "of_cnn", "of_head"} & {*run}
        )
    # the lesson looks for these by literals, which its Korean edition must leave as they are
    looked_for = {
        word for case, run in zip(cases, record["runs"]) for word in ({*run} - {*case}) | {*map(str, case.values())}
    }
    assert not looked_for & {*catalogues.read(transfer.LESSON.parent)}


def test_one_box_is_recorded_for_both_heads_from_every_seed(makers):
    boxes = makers.families()["one_box"]
    record = json.loads(data.file("one_box.json").read_text(encoding="utf-8"))
    assert record["settings"] == json.loads(json.dumps(boxes.SETTINGS))
    assert [run["seed"] for run in record["runs"]] == list(boxes.SEEDS)
    for run in record["runs"]:
        assert {*run} == {"seed", *boxes.HEADS}
        assert all(0.5 < run[head][part] < 0.9 for head in boxes.HEADS for part in ("frozen", *boxes.MEASURED))
    # the lesson looks for these by literals, which its Korean edition must leave as they are
    assert not {*boxes.HEADS, *boxes.MEASURED} & {*catalogues.read(boxes.LESSON.parent)}


def test_one_box_is_learned_by_the_functions_of_the_lesson(makers):
    boxes = makers.families()["one_box"]
    space = boxes.lesson()
    assert boxes.NAMES <= space.keys() and {*boxes.HEADS.values()} == {*space["whole_rates"]}
    few = np.arange(64)
    space["scenes"] = space["scenes"].where(few)
    space["unit_boxes"] = space["unit_boxes"][few]
    space["tests"] = {part: scenes.where(few) for part, scenes in space["tests"].items()}
    run = boxes.trained(space, seed=1)
    assert {*run} == {"seed", *boxes.HEADS} and run["of_flatten"] != run["of_attention"]
    assert all(0 <= run[head][part] < 0.7 for head in boxes.HEADS for part in ("frozen", *boxes.MEASURED))
    source = boxes.LESSON.read_text(encoding="utf-8")
    settings = ", ".join(f"{name}={value}" for name, value in boxes.CLASSIFIER.items())
    assert f"learn(classifier, scenes.images, scenes.labels[:, 0], cross_entropy, {settings})" in source


def test_small_objects_are_recorded_at_the_best_rate_of_each_loss_and_length(makers):
    small = makers.families()["small_objects"]
    record = json.loads(data.file("small_objects.json").read_text(encoding="utf-8"))
    assert record["settings"] == json.loads(json.dumps(small.SETTINGS))
    for epochs in small.EPOCHS:
        for loss in small.LOSSES:
            runs = [run for run in record["runs"] if (run["loss"], run["epochs"]) == (loss, epochs)]
            tried = {run["rate"]: run["validation"] for run in runs if run["seed"] == small.SEEDS[0]}
            assert tuple(tried) == small.RATES
            best = max(tried, key=tried.get)
            assert tuple(run["seed"] for run in runs if run["rate"] == best) == small.SEEDS
            assert len(runs) == len(small.RATES) + len(small.SEEDS) - 1


def test_small_objects_are_learned_by_the_functions_of_the_lesson(makers):
    small = makers.families()["small_objects"]
    space = small.lesson()
    assert small.NAMES <= space.keys()
    few = range(64)
    space["outlines"] = {part: masks[few] for part, masks in space["outlines"].items()}
    space["tiny"] = {part: scenes.where(np.array(few)) for part, scenes in space["tiny"].items()}
    found = [small.trained(space, loss=loss, epochs=1, rate=0.03, seed=1) for loss in small.LOSSES]
    assert all(0 <= run[part] < 0.5 for run in found for part in ("validation", "at_half", "at_chosen"))
    assert all(run["threshold"] in space["thresholds"] for run in found) and found[0] != found[1]
