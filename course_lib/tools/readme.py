"""Tables of chapters: in README.md and README.ko.md between two marks, and on the first page of a workbook."""

from course_lib.errors import CourseError
from course_lib.files import write_text
from course_lib.tools import chapters, places

BEGIN, END = "<!-- chapters: made by `python -m course_lib build` -->", "<!-- end of chapters -->"
FILES = {"en": "README.md", "ko": "README.ko.md"}
HEADS = {
    "en": ("Chapter", "Read", "Runs in", "Memory", "Exercises", "First read"),
    "ko": ("장", "읽는 시간", "실행 시간", "메모리", "연습 문제", "먼저 볼 장"),
}
WORDS = {
    "en": {
        "minutes": "{} min",
        "seconds": "{:.0f} s",
        "tasks": "{} tasks, {} points",
        "none": "none",
        "lesson": "lesson",
        "exercises": "exercises",
    },
    "ko": {
        "minutes": "{}분",
        "seconds": "{:.0f}초",
        "tasks": "{}문제, {}점",
        "none": "없음",
        "lesson": "강의",
        "exercises": "연습 문제",
    },
}
PAGE = {
    "en": """# The workbook

Open a lesson, predict, run the cells from top to bottom with Shift+Enter, and compare. Then do the exercises: below each
task a check tells you at once what is right and what is not. Everything here is yours to change; nothing is overwritten.
To start a chapter over, run `python3 -m course_lib learn --fresh 01`: a clean copy appears beside yours.

{table}
""",
    "ko": """# 워크북

강의 노트북을 열어 먼저 결과를 예측해 보고, Shift+Enter로 셀을 위에서부터 차례로 실행하여 비교해 보세요. 그다음 연습 문제를 풉니다.
문제마다 바로 아래의 점검 셀이 무엇이 맞고 무엇이 틀렸는지 알려 줍니다. 여기 있는 파일은 마음껏 고쳐도 됩니다. 고친 파일을 덮어쓰는 일은 없습니다.
장을 처음부터 다시 하려면 `python3 -m course_lib learn --fresh 01`을 실행하세요. 지금 파일 옆에 처음 상태의 사본이 생깁니다.

{table}
""",
}


def table(language, link):
    """A Markdown table of all chapters.

    Args:
        link: function of a chapter's folder that gives its first column behind the number and title.
    """
    words = WORDS[language]
    lines = ["| " + " | ".join(HEADS[language]) + " |", "|---|---|---|---|---|---|"]
    for folder in chapters.folders():
        chapter = chapters.facts(folder)
        lines.append(
            "| "
            + " | ".join(
                (
                    f"**{chapter['number']} {chapter['title'][language]}**<br>{link(folder, words)}",
                    words["minutes"].format(chapter["minutes"]),
                    words["seconds"].format(chapter["seconds"]) if chapter["seconds"] else "-",
                    f"{chapter['peak_mb'] / 1000:.1f} GB" if chapter["peak_mb"] else "-",
                    words["tasks"].format(chapter["tasks"], chapter["points"]),
                    ", ".join(chapter["after"]) or words["none"],
                )
            )
            + " |"
        )
    return "\n".join(lines)


def links(folder, words, inside=""):
    number = folder.name[:2]
    return " · ".join(
        f"[{words[kind]}]({inside}{folder.name}/{number}_{kind}.ipynb)" for kind in ("lesson", "exercises")
    )


def workbook_page(language):
    """The text of a workbook's README.md."""
    return PAGE[language].format(table=table(language, links))


def _with_table(language):
    path = places.COURSE / FILES[language]
    text = path.read_text(encoding="utf-8")
    head, begin, rest = text.partition(BEGIN)
    _, end, tail = rest.partition(END)
    if not begin or not end:
        raise CourseError(
            f"{path.name} has no place for the table of chapters: it needs the two lines {BEGIN} and {END}"
        )
    return (
        path,
        text,
        f"{head}{BEGIN}\n{table(language, lambda folder, words: links(folder, words, 'chapters/'))}\n{END}{tail}",
    )


def stale():
    """The READMEs whose tables do not match the chapters."""
    return [
        f"{path.name}: the table of chapters is out of date"
        for path, text, wanted in map(_with_table, FILES)
        if text != wanted
    ]


def write():
    """Put the table into both READMEs."""
    for path, text, wanted in map(_with_table, FILES):
        if text != wanted:
            write_text(path, wanted)
            print(f"wrote the table of chapters in {path.name}")
