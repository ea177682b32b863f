"""The `bench` command: how fast the course is, side by side with plain Keras in one run. Figures only, no verdicts."""

from importlib import import_module

from course_lib.tools import places

TOPICS = (
    "training",
    "lessons",
    "models",
    "grading",
    "transfer",
    "recurrent",
    "superres",
    "detection",
    "translation",
    "generation",
    "decoding",
    "book",
)  # each a module here, in this order


def main(only, record):
    """`python -m course_lib bench`; returns the exit status.

    Args:
        only: one of TOPICS, or None for all.
        record: write the lessons' times to chapters/measured.json.

    Raises:
        CourseError: a measurement failed, or `record` and the course cannot be written.
    """
    if record:
        places.require_course("bench --record")
    for topic in TOPICS:
        if only in (None, topic):
            import_module(f"course_lib.tools.bench.{topic}").main(record)
    return 0
