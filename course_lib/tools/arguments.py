"""The words of a command line: all commands with their options, and "did you mean" for words that are wrong.

Runs on Python 3.8, and in the reader's language: what argparse itself says is looked up in the catalogue, too.
"""

import argparse
import contextlib
import difflib
import os
import re
import sys

from course_lib import __version__
from course_lib.errors import CourseError
from course_lib.texts import LANGUAGES, language, phrase, say, translated
from course_lib.tools import bench, places

PROGRAM = ("py" if os.name == "nt" else "python3") + " -m course_lib"

# what argparse says of its own accord; which of it, differs between versions of Python
ARGPARSE = (
    phrase("usage: "),
    phrase("positional arguments"),
    phrase("options"),
    phrase("optional arguments"),  # instead of "options", before Python 3.10
    phrase("show this help message and exit"),
    phrase("invalid choice: %(value)r (choose from %(choices)s)"),
    phrase("not allowed with argument %s"),
    phrase("the following arguments are required: %s"),
    phrase("expected one argument"),
    phrase("ignored explicit argument %r"),
    phrase("ambiguous option: %(option)s could match %(matches)s"),
)

# words that people try -> what they mean, in addition to words that are spelled nearly right
COMMANDS_MEANT = {
    "learn": "start open begin go study jupyter jupyterlab lab notebook setup install update upgrade",
    "list": "chapters ls dir contents status progress",
    "search": "find ask where look grep lookup",
    "fetch": "download prefetch get pull weights",
    "serve": "server chat llm llama",
    "run": "execute",
    "score": "points marks grading",
    "test": "tests check pytest verify",
    "build": "make convert",
    "new": "create add",
    "editions": "colab kaggle publish",
    "book": "website site html docs pages sphinx",
    "bench": "measure speed time",
    "class release": "release handout",
    "class collect": "collect submissions",
    "class grade": "grade",
    "class feedback": "feedback",
    "class report": "report",
}
OPTIONS_MEANT = {
    "--lang ko": "--ko --kr --korean",
    "--lang en": "--en --english",
    "--no-browser": "--headless --server --no-open",
    "--no-lab": "--only-make --no-start",
    "--ip": "--host --bind --listen --address",
    "--fresh": "--reset --clean --restart --new",
    "--key": "--api-key --apikey --token --password --secret",
    "--most": "--max-tokens --max-new-tokens --limit --tokens",
    "--at-once": "--parallel --requests --max-requests --queue --concurrency",
}
LANGUAGES_MEANT = {"ko": "kr kor korean ko-kr ko_kr 한국어 한글", "en": "eng us english en-us en_us 영어"}
HELP = ("-help", "-?", "?", "/?", "/h", "/help", "--h")


def meant(word, known, others=None):
    """What somebody who typed `word` probably wanted, or None.

    Args:
        known: the right words.
        others: right word -> wrong ones that do not look like it, in one string.
    """
    word = word.lower()
    wrong = {other: right for right, wrongs in (others or {}).items() for other in wrongs.split()}
    if word in wrong:
        return wrong[word]
    near = difflib.get_close_matches(word, list(known), 1, 0.6)
    other = difflib.get_close_matches(word, list(wrong), 1, 0.7)
    return near[0] if near else wrong[other[0]] if other else None


def or_meant(sentence, word, known, others=None):
    """The sentence, and behind it what was probably meant."""
    right = meant(word, known, others)
    return say("{sentence}; did you mean `{right}`?", sentence=sentence, right=right) if right else sentence


def sentence_of(text):
    """A help text as a sentence of its own."""
    return (text[0].upper() + text[1:] if language() == "en" else text) + "."


def positive(text):
    """A whole number, 1 or more, for argparse."""
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(say("must be a whole number, 1 or more; found {text!r}", text=text))
    return int(text)


def port(text):
    """The number of a port, for argparse."""
    if not text.isdecimal() or not 1 <= int(text) <= 65535:
        raise argparse.ArgumentTypeError(say("must be a whole number from 1 to 65535; found {text!r}", text=text))
    return int(text)


def key(text):
    """What a program can send as a key, for argparse: the head of a request holds nothing else."""
    if not re.fullmatch("[!-~]+", text):
        raise argparse.ArgumentTypeError(say("must be letters of English, digits and signs, without a space"))
    return text


def one_of(words, others=None):
    """A type for argparse that takes one of these words. Its own `choices` cannot say what was meant."""

    def chosen(text):
        if text in words:
            return text
        sentence = say("must be one of {words}; found {text!r}", words=", ".join(words), text=text)
        raise argparse.ArgumentTypeError(or_meant(sentence, text, words, others))

    return chosen


class Parser(argparse.ArgumentParser):
    """Says what is wrong in one sentence, and where to read on."""

    def error(self, message):
        if message.startswith("argument "):  # "argument --port: must be ...", translated from Python 3.11 on only
            message = message[len("argument ") :]
        more = say("`{program} --help` tells more", program=self.prog)
        sys.stderr.write(f"course_lib: {message}\n{more}\n")
        sys.exit(2)


@contextlib.contextmanager
def _in_the_readers_language():
    """While this lasts, argparse looks its own sentences up in our catalogues."""
    own, chosen = argparse._, language()
    argparse._ = lambda english: translated(english, chosen)
    try:
        yield
    finally:
        argparse._ = own


def parser():
    """The parser of all commands, and name -> parser of each; the parts of `class` are named "class grade"."""
    from course_lib.classroom import commands as classroom

    top = Parser(
        prog=PROGRAM,
        description=say(
            "A workbook of deep learning. The first command that needs them installs the pinned packages into .venv."
        ),
        epilog=say("To learn: {program} learn", program=PROGRAM),
    )
    spoken = say("language of what is said (default: that of your workbook, else of your system)")
    ko_or_en = {"type": one_of(tuple(LANGUAGES), LANGUAGES_MEANT), "metavar": "ko|en"}
    top.add_argument("--lang", **ko_or_en, help=spoken)
    top.add_argument(
        "--version",
        action="version",
        version=f"course_lib {__version__}, Python {sys.version.split()[0]}, {places.COURSE}",
        help=say("show the versions and the folder, and exit"),
    )
    commands = top.add_subparsers(dest="command", metavar=say("COMMAND"), parser_class=Parser)

    def command(name, text, chapters=None, lang=spoken):
        sub = commands.add_parser(name, help=text, description=sentence_of(text))
        if chapters:
            sub.add_argument("chapters", nargs="*", metavar=say("CHAPTER"), help=chapters)
        if lang:
            sub.add_argument("--lang", **ko_or_en, default=argparse.SUPPRESS, help=lang)
        return sub

    _for_learners(command)
    _for_authors(command)
    parts = classroom.add_arguments(
        command("class", say("for instructors: release, collect, grade, give feedback, report"), lang=None),
        positive,
        sentence_of,
    )
    return top, {**commands.choices, **{f"class {name}": part for name, part in parts.items()}}


def _for_learners(command):
    learn = command(
        "learn",
        say("make or complete your workbook/ and open it in JupyterLab"),
        lang=say("language of the workbook and of JupyterLab (default: that of your workbook, else of your system)"),
    )
    learn.add_argument("chapter", nargs="?", metavar=say("CHAPTER"), help=say("open this chapter first, for example 01"))  # fmt: skip
    learn.add_argument("--port", type=port, metavar="N", help=say("port of JupyterLab (default: the first free one from 8888)"))  # fmt: skip
    learn.add_argument("--ip", metavar=say("ADDRESS"), help=say("address to listen on, for example 0.0.0.0 in a container (default: this computer only)"))  # fmt: skip
    learn.add_argument("--no-browser", action="store_true", help=say("print the address, open no browser"))
    learn.add_argument("--no-lab", action="store_true", help=say("only make or complete the workbook; start nothing"))
    learn.add_argument(
        "--fresh",
        metavar=say("CHAPTER"),
        action="append",
        default=[],
        help=say("add a clean copy of a chapter beside yours, under a new name"),
    )
    command(
        "score",
        say("grade your own exercises: run the hidden tests on your workbook and print points"),
        say("chapters such as 01; all if none is named"),
    )
    command("list", say("list the chapters: title, minutes, seconds, exercises, and what they fetch"))
    search = command(
        "search",
        say("say where in the course something is explained"),
        lang=say("language of the lessons that are searched, and of what is said"),
    )
    search.add_argument(
        "question", nargs="+", metavar=say("QUESTION"), help=say("words or a question, in any language")
    )
    search.add_argument("--count", type=positive, default=5, metavar="N", help=say("show at most N sections (default: 5)"))  # fmt: skip
    command(
        "fetch",
        say("fetch ahead what chapters fetch when they first need it, so that they run without a network"),
        say("chapters such as 05; all if none is named"),
    )
    serve = command("serve", say("start a language model on this computer that programs speak with as with those of OpenAI, Anthropic and Google"))  # fmt: skip
    serve.add_argument("--model", metavar=say("PATH"), help=say("a GGUF file or a folder of LLaMA's form (default: SmolLM2-135M, fetched the first time, 93 MB)"))  # fmt: skip
    serve.add_argument("--port", type=port, metavar="N", help=say("port to listen on (default: the first free one from 8000)"))  # fmt: skip
    serve.add_argument("--key", type=key, metavar=say("KEY"), help=say("the key that a program has to send; other users of this computer can read it in the list of processes (default: any key)"))  # fmt: skip
    serve.add_argument("--most", type=positive, metavar="N", help=say("tokens that an answer may have at most (default: as many as the model can look at)"))  # fmt: skip
    serve.add_argument("--at-once", type=positive, metavar="N", help=say("requests that are answered or wait at the same time; more are turned away (default: 16)"))  # fmt: skip


def _for_authors(command):
    every = say("chapters such as 01; all if none is named")
    run = command(
        "run",
        say("execute lessons without a browser and print the table of their claims"),
        every,
        say("language of the lessons that are executed, and of what is said"),
    )
    run.add_argument("--seeds", type=positive, default=1, metavar="N", help=say("run each lesson with N seeds and print mean, spread and margin of every claim"))  # fmt: skip

    test = command(
        "test",
        say("run every test and every notebook; what stands after a -- is passed on to pytest"),
        say("chapters such as 01; only what concerns them is tested"),
    )
    test.add_argument("--robust", action="store_true", help=say("also run the notebooks as on other processors: AVX2 only, without oneDNN, in float32, in bfloat16, with two threads"))  # fmt: skip
    test.add_argument("--with-torch", action="store_true", help=say("also install PyTorch (several GB on some systems) and run the tests that need it"))  # fmt: skip

    build = command(
        "build",
        say("make the notebooks of chapters/ from their sources: convert, execute, write"),
        every,
        say(
            "language to execute: en makes the notebooks, ko what lessons print and draw in the Korean book, where that is not there; both by default"
        ),
    )
    build.add_argument("--check", action="store_true", help=say("write nothing; fail if a notebook does not match its source"))  # fmt: skip

    new = command("new", say("make a chapter of your own: a template that builds, and whose missing parts the tests name"))  # fmt: skip
    new.add_argument("folder", metavar=say("NAME"), help=say("number and name of the chapter, for example 14_my_topic"))

    editions = command(
        "editions",
        say("write learners' notebooks of all chapters for Colab, Kaggle and other hosts"),
        lang=say("language of the editions (default: that of your workbook, else of your system)"),
    )
    editions.add_argument("folder", metavar=say("FOLDER"), help=say("where to write them; a new or empty folder, or one written before"))  # fmt: skip
    editions.add_argument("--from", dest="origin", metavar="URL", required=True, help=say("where their first cell gets the course, for example https://github.com/USER/REPO"))  # fmt: skip

    book = command(
        "book",
        say("make a website of the course in both languages from its built notebooks, to read, search and print"),
        lang=say(
            "language of the first page and of what is said (default: that of your workbook, else of your system)"
        ),
    )
    book.add_argument("folder", nargs="?", metavar=say("FOLDER"), help=say("where to write it; a new or empty folder, or one written before (default: .course/book)"))  # fmt: skip
    book.add_argument("--from", dest="origin", metavar="URL", help=say("where the course is on GitHub, for links to Colab and Binder, for example https://github.com/USER/REPO"))  # fmt: skip
    book.add_argument("--open", action="store_true", help=say("show it in a browser"))
    book.add_argument("--pdf", action="store_true", help=say("print each chapter and the slides of each lesson as PDF, too; needs Chromium, Chrome or Edge"))  # fmt: skip
    book.add_argument("--record", action="store_true", help=say("add the anchors of new sections to chapters/anchors.json, the list of those that stay, and look for related sections anew, for chapters/related.json"))  # fmt: skip

    measure = command("bench", say("measure speed: {topics}", topics=", ".join(bench.TOPICS)))
    measure.add_argument("--record", action="store_true", help=say("write the lessons' times to chapters/measured.json, from which the README's table is made"))  # fmt: skip
    measure.add_argument("--only", type=one_of(bench.TOPICS), metavar="|".join(bench.TOPICS), help=say("measure only a part"))  # fmt: skip


def parsed(words):
    """The options that the words of a command line ask for; `pytest` is what stands after a "--".

    Ends the process where help or a version is asked for, and where the words are wrong.
    """
    at = words.index("--") if "--" in words else len(words)
    with _in_the_readers_language():
        top, commands = parser()
        asked = _in_order(words[:at], commands)
        command = _command(asked, top, commands)
        defaults = argparse.Namespace(chapters=[], chapter=None, fresh=[], lang=None, with_torch=False)
        options, unknown = top.parse_known_args(asked, defaults)
        of_command = commands.get(command, top)
        if unknown:
            of_command.error(_unknown(unknown, of_command))
        options.pytest = words[at + 1 :]
        if options.pytest and options.command != "test":
            top.error(say("only `test` passes words after a -- on"))
        if options.command is None or options.command == "class" and options.part is None:
            of_command.print_help()
            options.command = None
    return options


def _in_order(words, commands):
    """The words as argparse wants them: one way to ask for help or the version, the command before its options."""
    words = [re.sub("^[–—]+", "--", word) for word in words]  # what a word processor or a messenger makes of --
    words = ["--help" if word.lower() in HELP else word for word in words]
    if words[:1] == ["help"]:
        words = [*words[1:], "--help"]
    if words in (["version"], ["-V"], ["-version"]):
        return ["--version"]
    if words and words[0].startswith("-"):
        at = next((i for i, word in enumerate(words) if word in commands and word != "class"), 0)
        words = [words[at], *words[:at], *words[at + 1 :]]
    return words


def _command(words, top, commands):
    """The command that the words begin with, "class grade" for a part of `class`; None where they name none."""
    plain = [word for i, word in enumerate(words) if not word.startswith("-") and words[i - 1 : i] != ["--lang"]]
    if not plain:
        return None
    name, known = plain[0], [command for command in commands if " " not in command]
    if name in known and (name != "class" or not plain[1:]):
        return name
    if name == "class":
        name, known = f"class {plain[1]}", [command for command in commands if " " in command]
        if name in known:
            return name
        right = meant(plain[1], [], {part: part[len("class ") :] for part in known})
    else:
        right = _chapter(name) or meant(name, known, COMMANDS_MEANT)
    if right:
        top.error(say("there is no command `{name}`; did you mean `{right}`?", name=name, right=right))
    top.error(say("there is no command `{name}`; there are: {known}", name=name, known=", ".join(known)))


def _chapter(name):
    """The command that opens the chapter of this name, or None."""
    from course_lib.tools import chapters

    try:
        return f"learn {chapters.find(name).number}"
    except CourseError:
        return None


def _unknown(words, parser):
    """The sentence about words that a command cannot use."""
    options = set(re.findall(r"--[a-z][a-z-]*", parser.format_usage()))
    sentence = say("`{program}` cannot use {words}", program=parser.prog, words=" ".join(words))
    sentence = or_meant(sentence, words[0].split("=")[0], options, OPTIONS_MEANT)
    if parser.prog.endswith(" test"):
        sentence = say("{sentence}; words for pytest stand after a --", sentence=sentence)
    return sentence
