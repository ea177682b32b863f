"""(e): wall time and memory of every lesson."""

import json
import os
import platform

from course_lib.files import write_text
from course_lib.tools import chapters, readme, run


def main(record):
    """Print them; with `record`, also write chapters/measured.json, from which the READMEs' tables are made."""
    lessons = {}
    for chapter in chapters.every():
        result = run.lesson(chapter)
        lessons[chapter.name] = {"seconds": round(result["seconds"]), "peak_mb": round(result["peak_mb"] or 0)}
        stopped = f"; stopped by {result['error']}" if result["error"] else ""
        print(
            f"(e) {chapter.name}: {result['seconds']:.1f} s, peak memory {result['peak_mb'] or 0:.0f} MB{stopped}",
            flush=True,
        )
    if record:
        machine = f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores"
        write_text(
            chapters.CHAPTERS / "measured.json", json.dumps({"machine": machine, "lessons": lessons}, indent=2) + "\n"
        )
        readme.write()
