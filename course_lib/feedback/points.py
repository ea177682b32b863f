"""The line after a solved task: which one it was, the points so far, what is next."""

from course_lib import record
from course_lib.feedback import built
from course_lib.texts import say


def line(chapter, task):
    """What to say when all checks of a task hold; None for a chapter that is not there.

    Points are those of the tasks whose checks held when they were run last, as the record has it.
    """
    outline = built.outline(chapter)
    names = list(outline)
    if task not in names:
        return None
    done = record.holding(record.events(chapter=chapter)) | {task}
    points, possible = sum(outline[name] for name in names if name in done), sum(outline.values())
    number = names.index(task) + 1
    left = [i for i, name in enumerate(names, 1) if name not in done]
    if left:
        following = next((i for i in left if i > number), left[0])
        return say(
            "Task {number} done, {points} of {possible} points; next: task {following}",
            number=number,
            points=f"{points:g}",
            possible=f"{possible:g}",
            following=following,
        )
    everything = say(
        "Task {number} done. All {count} tasks hold: `python3 -m course_lib score {chapter}` grades them with the hidden tests",
        number=number,
        count=len(names),
        chapter=chapter,
    )
    following = [other for other in built.chapters() if other > chapter]
    if following and record.workbook():  # built notebooks do not change when a chapter is added
        return say("{sentence}; next: chapter {chapter}", sentence=everything, chapter=following[0])
    return everything
