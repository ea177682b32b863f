"""Execute lessons without a browser and report: claims, time, memory."""

import json
import math
import os
import statistics
import tempfile
import time
from pathlib import Path

from course_lib.claims import number
from course_lib.errors import CourseError
from course_lib.progress import bar
from course_lib.tools import build, chapters, places, sources

RUNS = places.CACHE / "runs"

# runs in the notebook's kernel at the end; in bytes
PEAK = """
import sys
try:
    import resource
    if sys.platform == "linux":  # ru_maxrss is inherited from the process that started the kernel
        print(1024 * int(open("/proc/self/status").read().split("VmHWM:")[1].split()[0]))
    else:
        print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
except ImportError:
    import psutil
    print(psutil.Process().memory_info().peak_wset)
"""


def lesson(chapter, seed=0, go_on=False, language=None):
    """Execute the lesson of a chapter in a fresh kernel and keep the executed copy.

    Args:
        chapter: the `Chapter`.
        seed: number of the run; each has seeds of its own.
        go_on: do not stop at a claim that fails.
        language: "ko" or "en" for the edition of one language; the source as it is if None.

    Returns:
        dict: "claims" (list of dicts), "seconds", "peak_mb" (None if a cell failed),
            "error" (a sentence or None), "copy" (path).
    """
    from nbclient.exceptions import CellExecutionError

    source = chapter.lesson
    notebook = sources.convert(source)
    notebook = sources.edition(notebook, language) if language else notebook
    codes = sum(cell.cell_type == "code" for cell in notebook.cells)
    error = peak = None
    with tempfile.TemporaryDirectory() as scratch:
        report = Path(scratch) / "claims"
        started = time.monotonic()
        with bar(total=codes, desc=f"{source.stem}" + f", seed {seed}" * bool(seed), unit="cell") as shown:
            try:
                peak = build.execute(
                    notebook,
                    chapter.folder,
                    progress=lambda index: shown.update(),
                    after=PEAK,
                    environment={
                        "COURSE_CLAIMS": str(report),
                        "COURSE_SEED": str(seed),
                        **({"COURSE_CLAIMS_GO_ON": "1"} if go_on else {}),
                        **({"COURSE_LANG": language} if language else {}),
                    },
                )
            except CellExecutionError as failure:
                if failure.ename == "CourseError":
                    raise CourseError(failure.evalue) from None
                error = f"{failure.ename}: {failure.evalue}"
            finally:
                RUNS.mkdir(parents=True, exist_ok=True)
                kind = f"-{language}" * bool(language) + f"-seed-{seed}" * bool(seed)
                copy = RUNS / f"{source.stem}{kind}.ipynb"
                sources.write(build.normalise(notebook), copy)
        seconds = time.monotonic() - started
        claims = (
            [json.loads(line) for line in report.read_text(encoding="utf-8").splitlines()] if report.exists() else []
        )
    return {
        "claims": claims,
        "seconds": seconds,
        "peak_mb": int(peak) / 1e6 if peak else None,
        "error": error,
        "copy": copy,
    }


def main(names, seeds, language=None):
    """`python -m course_lib run`; returns 1 if a claim or a cell failed, else 0.

    Args:
        names: of chapters; all if empty.
        seeds: how many runs.
        language: as for `lesson`.
    """
    from rich.console import Console
    from rich.table import Table

    console = Console(width=None if os.environ.get("COLUMNS") or Console().is_terminal else 160)
    failed = False
    for chapter in chapters.chosen(names):
        results = [lesson(chapter, seed, go_on=seeds > 1, language=language) for seed in range(seeds)]
        table = Table(title=f"{chapter.name}: claims", title_justify="left", show_lines=False)
        for column in ("claim", "expected", "measured", "verdict"):
            table.add_column(column)
        if seeds > 1:
            table.add_column("mean ± standard deviation; margin in standard deviations")
        longest = max(results, key=lambda result: len(result["claims"]))["claims"]
        for i, claim in enumerate(longest):
            same = [result["claims"][i] for result in results if i < len(result["claims"])]
            holds = sum(one["holds"] for one in same)
            failed |= holds < len(same)
            row = [
                claim["text"],
                claim["band"],
                number(claim["value"]),
                ("ok" if holds == len(same) else "FAILED") + f" {holds}/{len(same)}" * (seeds > 1),
            ]
            table.add_row(*row, *([_spread(same)] if seeds > 1 else []))
        console.print(table)
        for result in results:
            memory = f"peak memory {result['peak_mb'] / 1000:.2f} GB" if result["peak_mb"] else "peak memory unknown"
            console.print(
                f"{chapter.name}: {result['seconds']:.1f} s, {memory}; executed copy: {result['copy']}",
                highlight=False,
                soft_wrap=True,
            )
            if result["error"]:
                failed = True
                console.print(
                    f"stopped by {result['error']}", style="bold", markup=False, highlight=False, soft_wrap=True
                )
    return int(failed)


def _spread(same):
    """Mean, standard deviation and distance to the nearer limit of one claim over
    the seeds, for measured (non-exact) values."""
    values = [one["value"] for one in same]
    limits = [limit for limit in same[0]["limits"] if limit is not None]
    if not all(isinstance(value, float) for value in values) or len(values) < 2:
        return ""
    if wild := sum(not math.isfinite(value) for value in values):
        return f"not a finite number in {wild} of {len(values)} runs"
    mean, deviation = statistics.mean(values), statistics.stdev(values)
    margin = min(abs(mean - limit) for limit in limits) / deviation if deviation else float("inf")
    return f"{mean:.4g} ± {deviation:.2g}; {margin:.1f}"
