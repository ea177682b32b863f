"""The `test` command: every test and every notebook, one run of pytest, its own summary as the last line."""

import os
import subprocess
import sys

from course_lib.tools.places import COURSE

# what the stored outputs must bear: other processors, other arithmetic
VARIANTS = {
    "a processor with AVX2 only": {"ONEDNN_MAX_CPU_ISA": "AVX2"},
    "without oneDNN": {"TF_ENABLE_ONEDNN_OPTS": "0"},
    "float32": {"COURSE_PRECISION": "float32"},
    "bfloat16": {"COURSE_PRECISION": "bfloat16"},
    "one thread": {"TF_NUM_INTRAOP_THREADS": "1", "TF_NUM_INTEROP_THREADS": "1", "OMP_NUM_THREADS": "1"},
}
OFFLINE = COURSE / "tests" / "offline"  # its sitecustomize.py refuses connections to other machines
NBVAL = ["--nbval", "--nbval-current-env", "--nbval-cell-timeout=300"]
NBVAL += [f"--nbval-sanitize-with={COURSE / 'tests' / 'nbval_sanitize.cfg'}"]
PARALLEL = ["-n", "2", "--dist", "loadfile"]  # measured on two cores: 117 s against 193 s with -n 0


def main(extra, robust):
    """`python -m course_lib test`; returns the exit status of pytest."""
    status = pytest([*(["tests", "chapters"] if not any(os.path.exists(word) for word in extra) else []), *extra])
    if robust:
        for name, variables in VARIANTS.items():
            print(f"\nthe notebooks with {name} ({' '.join(f'{k}={v}' for k, v in variables.items())})", flush=True)
            status = pytest(["chapters", *extra], variables) or status
    return status


def pytest(arguments, variables=None):
    """One run of pytest in a process of its own; returns its exit status."""
    environment = {**surroundings(), **(variables or {})}
    return subprocess.call([sys.executable, "-m", "pytest", *NBVAL, *PARALLEL, *arguments], cwd=COURSE, env=environment)


def surroundings():
    """The environment of the tests and their kernels: no settings of whoever runs them, and no network."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("COURSE_")}
    paths = [str(OFFLINE), *filter(None, [kept.get("PYTHONPATH")])]
    return kept | {"JUPYTER_PREFER_ENV_PATH": "1", "PYTHONHASHSEED": "0", "PYTHONPATH": os.pathsep.join(paths)}
