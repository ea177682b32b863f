"""The record of a workbook: appended to by several processes at once, read past whatever is damaged."""

import subprocess
import sys

import pytest

from course_lib import record


@pytest.fixture
def workbook(tmp_path, monkeypatch):
    (tmp_path / ".course.json").write_text('{"language": "en"}', encoding="utf-8")
    (tmp_path / "01_cnn_basics").mkdir()
    monkeypatch.chdir(tmp_path / "01_cnn_basics")
    monkeypatch.setattr(record, "_here", [])
    return tmp_path


def test_events_come_back_in_order_and_stand_in_the_workbook(workbook):
    record.note("check", chapter="01", task="convolve", holds=2, total=3)
    record.note("hint", chapter="01", task="합성곱", step=1)
    assert [(event["kind"], event["task"]) for event in record.events()] == [("check", "convolve"), ("hint", "합성곱")]
    assert record.events(workbook) == record.events() and (workbook / record.FILE).is_file()


def test_a_damaged_line_costs_itself_only(workbook):
    record.note("lesson", chapter="01")
    path = workbook / record.FILE
    path.write_bytes(path.read_bytes() + b'{"kind": "che\xff\n[]\n{"kind": 3}\nnull\n')
    record.note("lesson", chapter="02")
    assert [event["chapter"] for event in record.events()] == ["01", "02"]


def test_two_kernels_at_once_lose_nothing(workbook):
    code = "from course_lib import record\nfor i in range(300): record.note('check', task='t' * 200, i=i)"
    both = [subprocess.Popen([sys.executable, "-c", code]) for _ in range(2)]
    assert [process.wait() for process in both] == [0, 0]
    assert sorted(event["i"] for event in record.events()) == sorted([*range(300)] * 2)


def test_without_a_workbook_events_last_as_long_as_the_process(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(record, "_here", [])
    record.note("lesson", chapter="01")
    assert [event["kind"] for event in record.events()] == ["lesson"] and not list(tmp_path.iterdir())


def test_a_disk_that_cannot_be_written_does_not_stop_a_lesson(workbook):
    (workbook / ".course").write_text("in the way", encoding="utf-8")
    record.note("lesson", chapter="01")
    assert [event["kind"] for event in record.events()] == ["lesson"]
