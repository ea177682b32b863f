"""What the frame of the pages says."""

from course_lib.texts import say
from course_lib.tools import chapters, editions


def of(language):
    """name -> word or sentence, for the templates of `theme/` and for its scripts."""
    said = {
        "title": say("A deep-learning workbook"),
        "to_text": say("Skip to the text"),
        "contents": say("Contents"),
        "glossary": say("Glossary"),
        "references": say("References"),
        "search": say("Search"),
        "theme": say("Light or dark"),
        "here": say("On this page"),
        "previous": say("Previous"),
        "next": say("Next"),
        "lesson": say("lesson"),
        "exercises": say("exercises"),
        "work": say("Do this in your workbook:"),
        "download": say("Download the notebook"),
        "copy": say("Copy"),
        "copied": say("Copied"),
        "larger": say("Show larger"),
        "close": say("Close"),
        "stop": say("Stop"),
        "go_on": say("Play"),
        "right": say("Right."),
        "wrong": say("Not this time; the answer stands below."),
        "no_number": say("Type one number, such as 12 or 0.5."),
        "sections": say("Sections found: {count}", count="{count}"),
        "nothing": say("Nothing was found. Try a shorter word."),
        "ask": say("What do you look for?"),
        "page": say("This page"),
        "slides": say("Slides"),
        "leave": say("Back to the page"),
        "section": say("Link to this section"),
    }
    return {name: text.to(language) for name, text in said.items()}


def to_korean(language):
    """The sentence, as HTML, on a Korean page whose outputs are English."""
    commands = ("build --lang ko", "book")
    build, book = (f"<code>python3 -m course_lib {command}</code>" for command in commands)
    told = say(
        "What this chapter prints and draws is English here: {build}, and then {book}, make it Korean.",
        build=build,
        book=book,
    )
    return told.to(language)


def chapters_of(language):
    """[number, title, name of the lesson's page, name of the exercises' page] of each chapter."""
    return [
        [chapter.number, chapter.facts()["title"][language], chapter.lesson.stem, chapter.exercises.stem]
        for chapter in chapters.every()
    ]


def hosts_of(language, repository):
    """name of a page -> [name, address] of each place that runs its notebook; empty where no repository is known.

    Args:
        repository: USER/REPO on GitHub, or None.
    """
    if not repository:
        return {}
    workbook = "workbook-ko" if language == "ko" else "workbook"
    binder = f"https://mybinder.org/v2/gh/{repository}/HEAD?urlpath=lab/tree/{workbook}/"
    starts = {"Colab": editions.colab_of(repository, language), "Binder": binder}
    return {
        source.stem: [[name, start + chapters.name_of_copy(source)] for name, start in starts.items()]
        for chapter in chapters.every()
        for source in chapter.sources
    }
