"""Marking on this machine: a thread per processor. Each keeps a process
that runs the tests (judge/) and only waits for it."""

import contextlib
import dataclasses
import itertools
import os
import queue
import random
import signal
import threading
from concurrent.futures import ThreadPoolExecutor, wait

from course_lib import memory
from course_lib.errors import CourseError


def work(submission, source, limits, trust):
    """What a worker does: bytes in, a plain dict out; it sees neither gradebook nor class folder."""
    from course_lib.classroom.judge.assistant import mark

    if not trust:
        limits = dataclasses.replace(limits, core=_own_core())
    return dataclasses.asdict(mark(submission, source, limits, trust=trust))


def outcomes(contents, source, limits, trust, wanted=None):
    """Mark submissions on this machine. However the generator ends, no process of it is left.

    Args:
        contents: the bytes of each submission.
        source: path of the chapter's exercises, the .py.
        wanted: number of workers; by default as many as there are processors and memory for.

    Yields:
        (bytes, outcome as a dict) as they come; a sentence in the outcome's place where there is none.

    Raises:
        CourseError: nothing can be marked here.
        KeyboardInterrupt: Ctrl-C.
    """
    if not contents:
        return
    waiting, done = {}, queue.SimpleQueue()
    pool = ThreadPoolExecutor(min(room(limits, wanted), len(contents)), "worker")
    try:
        with stoppable(done):
            for content in contents:
                future = pool.submit(work, content, source, limits, trust)
                waiting[future] = content
                future.add_done_callback(done.put)
            while waiting:
                future = take(done)
                if future:
                    yield waiting.pop(future), _result(future)
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
        _end(waiting)
        pool.shutdown()


def _result(future):
    try:
        return future.result()
    except CourseError:  # there is no sandbox, for example: it will be the same with all others
        raise
    except Exception as error:  # a fault of the marker's: the others go on
        return f"the marker failed ({type(error).__name__}: {error})"


def _end(futures):
    """End what the threads wait for, until they are done with these futures; then their processes."""
    from course_lib.classroom.judge import assistant

    while running := [future for future in futures if not future.done()]:
        assistant.give_up()
        wait(running, timeout=0.2)
    assistant.end_all()


@contextlib.contextmanager
def stoppable(done):
    """In this block, Ctrl-C puts None into a queue, for `take`, so that it never falls into the middle
    of something; a second one is Python's own."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(*_):
        signal.signal(signal.SIGINT, before)
        done.put(None)

    before = signal.signal(signal.SIGINT, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def take(done, patience=1):
    """The next future that is done, or None if there was none for so many seconds.

    Raises:
        KeyboardInterrupt: Ctrl-C came.
    """
    try:
        future = done.get(timeout=patience)
    except queue.Empty:
        return None
    if future is None:
        raise KeyboardInterrupt
    return future


def room(limits, wanted):
    """How many workers this machine has room for: `wanted`, or one per processor, as far as memory goes.

    Each may use what a submission may, and as much again as the process that runs the tests may.
    """
    from course_lib.classroom.judge.assistant import RAM_HERE

    each, free = limits.memory_mb * 2**20 + RAM_HERE, memory.available()
    most = max(1, free // each)
    if wanted and wanted > most:
        print(
            f"{most} of {wanted} workers: each may take {each / 2**30:.0f} GB of memory, and {free / 2**30:.0f} GB are free"
        )
    return min(wanted or len(_cores()), most)


def _own_core():
    """Number of the processor on which this thread's sandboxes run, so that no
    submission slows another; None where that cannot be.

    The threads of a process take turns, from a random processor on, so that two
    graders on one machine do not meet on the first.
    """
    if not hasattr(os, "sched_setaffinity"):
        return None
    if not hasattr(_mine, "core"):
        _mine.core = next(_turns)
    return _mine.core


def _cores():
    """Numbers of the processors that this process may use."""
    return sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else list(range(os.cpu_count() or 1))


def _in_turn(cores):
    return itertools.cycle(random.SystemRandom().sample(cores, len(cores)))


_mine = threading.local()
_turns = _in_turn(_cores())
