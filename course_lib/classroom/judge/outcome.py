"""What comes of a submission: points, and sentences about what was wrong or odd."""

from dataclasses import dataclass, field


@dataclass
class TaskMark:
    """Points of one task. `error` is one sentence in English, `error_ko` the same in Korean; None if all held. `checks` are the labels
    of what held."""

    task: str
    points: float
    possible: float
    error: str | None = None
    error_ko: str | None = None
    checks: list[str] = field(default_factory=list)


@dataclass
class Outcome:
    """What came of a submission. `notes` and `notes_ko` say what was odd, a sentence each; `notebook` is the executed submission as
    nbformat 4.5: every graded cell of the source once, text and pictures only, of bounded size; None if it could not be read."""

    sha256: str
    tasks: list[TaskMark]
    notes: list[str] = field(default_factory=list)
    needs_look: bool = False
    seconds: float = 0.0
    notebook: dict | None = None
    notes_ko: list[str] = field(default_factory=list)

    @classmethod
    def from_dict(cls, content):
        """The same from what `dataclasses.asdict` has made of it."""
        return cls(**{**content, "tasks": [TaskMark(**task) for task in content["tasks"]]})


SAY = {
    "nothing": ("nothing was handed in", "제출한 것이 없습니다"),
    "empty": ("the file is empty", "파일이 비어 있습니다"),
    "large": ("the file is larger than {size} MB", "파일이 {size} MB보다 큽니다"),
    "kind": ("the file is {kind} and not a notebook", "파일이 노트북이 아니라 {kind}입니다"),
    "encoding": ("the file is not text in a known encoding", "파일이 알려진 인코딩의 텍스트가 아닙니다"),
    "json": (
        "the file is no valid JSON (line {line}), so it may be incomplete: hand in a complete one",
        "파일이 올바른 JSON이 아닙니다({line}번째 줄). 파일이 온전하지 않은 것 같으니 온전한 파일을 다시 제출하세요",
    ),
    "cells": (
        "the file is JSON, but it holds no cells of a notebook",
        "파일이 JSON이지만 노트북의 셀이 들어 있지 않습니다",
    ),
    "many": ("only the first {count} cells were looked at", "처음 {count}개의 셀만 보았습니다"),
    "reencoded": ("the file was read as {encoding}", "파일을 {encoding}(으)로 읽었습니다"),
    "old": ("the notebook is in an old format (nbformat {version})", "노트북이 옛 형식(nbformat {version})입니다"),
    "deleted": ("cells are missing: {cells}", "빠진 셀이 있습니다: {cells}"),
    "copied": ("cells stand more than once: {cells}", "두 번 이상 나오는 셀이 있습니다: {cells}"),
    "retyped": ("cells are no code cells any more: {cells}", "코드 셀이 아니게 된 셀이 있습니다: {cells}"),
    "reordered": ("cells stand in another order", "셀의 순서가 바뀌었습니다"),
    "changed": (
        "checks or tests were changed, and those of the course were used: {cells}",
        "점검 셀이나 테스트 셀이 바뀌어 있어서 원래 셀로 채점했습니다: {cells}",
    ),
    "metadata": ("the metadata of cells was changed: {cells}", "셀의 메타데이터가 바뀌었습니다: {cells}"),
    "stopped": ("a cell had to be stopped: {english}", "실행을 중단한 셀이 있습니다. {korean}"),
    "lent": (
        "tested with the course's own {names}, since this notebook's did not pass: {tasks}",
        "이 노트북의 함수({names})가 통과하지 못해서 모범 답안의 함수로 테스트했습니다: {tasks}",
    ),
    "unwritten": ("not written yet", "아직 작성하지 않았습니다"),
    "raised": ("{name} raised {error}", "{name}에서 예외가 발생했습니다. {error}"),
    "odd": (
        "what came back could not be checked ({error}): is it of the right type?",
        "반환된 값을 점검할 수 없었습니다({error}). 자료형이 올바른가요?",
    ),
    "fault": (
        "the test of {task} failed by itself ({error}); a person must look at it",
        "{task}의 테스트 자체에 문제가 있습니다({error}). 사람이 확인해야 합니다",
    ),
    "hung": (
        "the test of {task} had to be stopped: what came back took too much time or memory to check",
        "{task}의 테스트를 멈추어야 했습니다. 반환된 값을 점검하는 데 시간이나 메모리가 너무 많이 들었습니다",
    ),
    "crashed": (
        "the grader itself could not get through this file ({error}); a person must look at it",
        "채점기가 이 파일을 끝까지 처리하지 못했습니다({error}). 사람이 확인해야 합니다",
    ),
    "unread": ("nothing could be graded: {why}", "채점할 수 없었습니다. {why}"),
}


def both(key, **facts):
    return tuple(text.format(**facts) for text in SAY[key])


def hung(task):
    """The sentence about a task whose test had to be stopped."""
    return both("hung", task=task)


def crashed(error):
    """The sentence about a submission that the grader itself did not get through."""
    return both("crashed", error=error)


def without_points(task, sentence):
    """The TaskMark of a task of the plan that earns nothing, for this reason."""
    return TaskMark(task.name, 0, task.possible, *sentence)


def nothing(plan, sha, sentence, seconds):
    """The Outcome of a submission of which nothing could be graded."""
    unread = SAY["unread"][0].format(why=sentence[0]), SAY["unread"][1].format(why=sentence[1])
    marks = [without_points(task, unread) for task in plan.tasks]
    return Outcome(sha, marks, [sentence[0]], True, round(seconds, 3), None, [sentence[1]])


def odd(outcome, sentences):
    """Add notes about what a person should look at."""
    outcome.notes += [english for english, _ in sentences]
    outcome.notes_ko += [korean for _, korean in sentences]
    outcome.needs_look |= bool(sentences)
