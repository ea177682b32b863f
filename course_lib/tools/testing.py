"""The `test` command: every test and every notebook, one run of pytest, its own summary as the last line."""

import ast
import contextlib
import os
import subprocess
import sys

from course_lib import wheels
from course_lib.errors import CourseError
from course_lib.tools import chapters, editions
from course_lib.tools.places import COURSE, TESTS

# How long a run may take on two cores when all chapters are there. A lesson keeps both cores busy by itself, so two of
# them side by side take as long as one after the other, and their times add up; tests/ keeps one core busy, and two of
# its files run at a time. What asks whether stored outputs bear other arithmetic is left to
# --robust: each of VARIANTS runs all notebooks again.
CHAPTERS, TOTAL_SECONDS = 13, 30 * 60
LESSON_SECONDS = 90  # at most, for each; chapters/measured.json holds what they take
LONGER = {  # but for these, whose issues allow more (04 and 11 apart)
    "04_transfer_learning": 95,  # two seconds over the 90 of its rule: to be made cheaper, then this line goes
    "06_vision_tasks": 95,
    "09_transformer": 95,
    "10_autoencoder_vae_gan": 95,
    "11_diffusion_text_to_image": 110,  # 10 seconds over its budget of 100: to be made cheaper
    "12_text_generation": 95,
    "13_large_language_models": 110,
}
LESSON_MB, LARGER = 3000, {"13_large_language_models": 3500}  # memory that a lesson may take
REST_SECONDS = 600  # tests/ and the exercises; the summary of each run says how long its parts took

# One thread for each of the two processes: small steps shared between two take a quarter more of the processors' time
# (a step of lesson 09: 241 ms with two, 188 with one), which nobody waits for less where both cores are busy anyway.
THREADS = ("TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS", "OMP_NUM_THREADS")

# what the stored outputs must bear: other processors, other arithmetic
VARIANTS = {
    "a processor with AVX2 only": {"ONEDNN_MAX_CPU_ISA": "AVX2"},
    "without oneDNN": {"TF_ENABLE_ONEDNN_OPTS": "0"},
    "float32": {"COURSE_PRECISION": "float32"},
    "bfloat16": {"COURSE_PRECISION": "bfloat16"},
    "two threads": {name: "2" for name in THREADS},
}
OFFLINE = TESTS / "offline"  # its sitecustomize.py refuses connections to other machines
NBVAL = ["--nbval", "--nbval-current-env", "--nbval-cell-timeout=1500"]  # for what hangs, however slow the machine
NBVAL += [f"--nbval-sanitize-with={TESTS / 'nbval_sanitize.cfg'}"]
# tasks without solutions fail, as they should
NBVAL += [f"--ignore-glob={COURSE / 'chapters' / '*' / editions.FOLDER / '*'}"]
PARALLEL = ["-n", "2", "--dist", "loadfile"]  # measured on two cores: 117 s against 193 s with -n 0
PARALLEL += ["--no-loadscope-reorder"]  # notebooks first, since they take longest: neither process waits at the end


def main(names, extra, robust):
    """`python -m course_lib test`; returns the exit status of pytest.

    Args:
        names: chapters to which the tests are confined; all tests if empty.
        extra: arguments for pytest. If they name files, only these are run.
        robust: also run the notebooks in all VARIANTS.
    """
    chosen = [chapters.find(name) for name in names]
    notebooks = [str(chapter.folder) for chapter in chosen] or ["chapters"]
    targets = [word for chapter in chosen for word in concerning(chapter)] if chosen else [*notebooks, *folders()]
    named = any(os.path.exists(word.partition("::")[0]) for word in extra)
    if not named:
        fetch(chosen)
    status = pytest([*([] if named and not chosen else dict.fromkeys(targets)), *extra])
    if robust:
        for name, variables in VARIANTS.items():
            print(f"\nthe notebooks with {name} ({' '.join(f'{k}={v}' for k, v in variables.items())})", flush=True)
            status = pytest([*notebooks, *extra], variables) or status
    return status


def folders():
    """Those of tests/, in the order in which they are run: last come the largest, whose tests are much alike."""
    names = [path.name for path in TESTS.iterdir() if any(path.glob("test_*.py"))]
    return [
        f"{TESTS.name}/{name}" for name in sorted(names, key=lambda name: (name in ("classroom", "exercises"), name))
    ]


@contextlib.contextmanager
def told():
    """Say what is wrong, and go on."""
    try:
        yield
    except CourseError as error:
        print(error, file=sys.stderr)


def fetch(chosen):
    """What comes in wheels, into the cache that the tests look into, since they have no network. Where one cannot be
    had, a sentence says so, and the tests that need it are skipped.

    Args:
        chosen: chapters whose wheels are fetched; all wheels if empty.
    """
    own = {
        name: os.environ.pop(name) for name in list(os.environ) if name.startswith("COURSE_")
    }  # as in `surroundings`
    try:
        needed = {} if chosen else wheels.table()
        for chapter in chosen:
            with told():
                needed.update((wheel.name, wheel) for wheel in chapter.needs())
        for wheel in needed.values():
            with told():
                wheels.fetch(wheel)
    finally:
        os.environ.update(own)


def concerning(chapter):
    """The arguments of pytest for what concerns one chapter: its notebooks, its rules,
    its editions and its catalogue, its tasks, the models that it uses."""
    models = [TESTS / "models" / f"test_{name}.py" for name in imported_models(chapter)]
    rules = [TESTS / "chapters" / f"test_{name}.py" for name in ("chapters", "editions")]
    files = [*rules, TESTS / "exercises", *(path for path in models if path.exists())]
    return [f"--chapter={chapter.number}", str(chapter.folder), *map(str, files)]


def imported_models(chapter):
    """The modules of course_lib.models that a chapter's sources import, in alphabetical order."""
    found = set()
    for source in chapter.sources:
        for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module == "course_lib.models":
                found |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("course_lib.models."):
                found.add(node.module.split(".")[2])
    return sorted(found)


def pytest(arguments, variables=None):
    """One run of pytest in a process of its own; returns its exit status."""
    environment = {**surroundings(), **(variables or {})}
    return subprocess.call([sys.executable, "-m", "pytest", *NBVAL, *PARALLEL, *arguments], cwd=COURSE, env=environment)


def surroundings():
    """The environment of the tests and their kernels: no settings of whoever runs them, and no network."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("COURSE_")}
    paths = [str(OFFLINE), *filter(None, [kept.get("PYTHONPATH")])]
    kept.setdefault("TF_ENABLE_ONEDNN_OPTS", "1")  # as `course_lib.start` has it, for tests that start without it
    if (os.cpu_count() or 2) <= 2:
        kept = dict.fromkeys(THREADS, "1") | kept
    return kept | {"JUPYTER_PREFER_ENV_PATH": "1", "PYTHONHASHSEED": "0", "PYTHONPATH": os.pathsep.join(paths)}
