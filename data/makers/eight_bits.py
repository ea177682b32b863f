"""eight_bits.json: SmolLM2 run by LiteRT in float32 and with weights of 8 bits, beside the course's own engine, for
chapter 13: tokens per second of processor time with one thread, size, and how far the answers differ.

What is measured stands in `course_lib/tools/bench/eight_bits.py`; `bench --only decoding` measures it again. Rates
differ from processor to processor; sizes do not, and likeliest tokens and perplexity hardly.
"""

import json

from . import File


def make():
    import tensorflow as tf

    from course_lib.tools.bench import eight_bits, harness

    rows = harness.child(eight_bits.measured, COURSE_BACKEND="tensorflow")
    record = {
        "made with": f"tensorflow {tf.__version__}",
        "processor": processor(),
        "rows": {
            name: {
                "rate": round(row["rate"], 1),
                "bytes": row["bytes"],
                "same": round(row["same"], 4),
                "perplexity": round(row["perplexity"], 3),
            }
            for name, row in rows.items()
        },
    }
    return (json.dumps(record, indent=1) + "\n").encode()


def processor():
    """Its name, where the system tells it."""
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as file:
            return next(line.partition(":")[2].strip() for line in file if line.startswith("model name"))
    except (OSError, StopIteration):
        return "unknown"


FILES = {
    "eight_bits.json": File(
        make,
        needs=(),
        licence="MIT",
        licence_file="licences/eight_bits.txt",
        origin="measured by data/makers/eight_bits.py with SmolLM2-135M-Instruct on English help of LibreOffice",
        what="how fast, how large and how exact SmolLM2 is when LiteRT runs it in float32 and with weights of 8 bits",
        effort="three minutes and 6 GB of memory",
    )
}
