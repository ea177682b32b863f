"""Marking on other machines: submissions go out as bytes to the workers of a
Dask scheduler. Imported for `--scheduler` only."""

import asyncio
import atexit
import collections
import functools
import hashlib
import os
import queue
import socket
import time
from pathlib import Path

from distributed import Client
from distributed.client import FutureCancelledError
from distributed.comm.addressing import get_address_host_port
from distributed.comm.core import CommClosedError
from distributed.scheduler import KilledWorker

from course_lib.classroom import workers
from course_lib.classroom.sandbox.scratch import Scratch, sweep
from course_lib.errors import CourseError
from course_lib.tools import places

TRIES = 3  # times a submission is sent out again after Dask has given it up with its dying workers
PATIENCE = 10  # seconds for a scheduler to answer
PULSE = 20  # seconds without an outcome after which we look whether there are workers
DESERTED = 60  # seconds without any worker after which we give up


def outcomes(contents, source, limits, trust, address):
    """`workers.outcomes` on a scheduler that is running already.

    Args:
        address: of the scheduler, "tcp://host:8786".

    Raises:
        CourseError: the scheduler or all of its workers cannot be reached, or nothing can be marked there.
        KeyboardInterrupt: Ctrl-C.
    """
    if not contents:
        return
    text = source.read_text(encoding="utf-8")
    waiting, tries = collections.deque(contents), collections.Counter()
    running, done = {}, queue.SimpleQueue()
    with _client(address) as client, workers.stoppable(done):

        def send():
            content = waiting.popleft()
            tries[content] += 1
            digest = hashlib.sha256(content).hexdigest()
            key = f"{source.name}-{digest}-{os.getpid()}-{tries[content]}"
            words = workers.work, content, text, source.name, limits, trust
            future = client.submit(_work, *words, key=key, pure=False)
            running[future] = content
            future.add_done_callback(done.put)

        for _ in range(2 * max(1, sum(client.nthreads().values()))):  # few at a time: they hold the files' bytes
            if waiting:
                send()
        while running:
            future = _next(done, client)
            content = running.pop(future)
            try:
                outcome = _result(future, client)
            except (KilledWorker, TimeoutError):  # its workers have died with it, or one with the outcome still in it
                if tries[content] < TRIES:
                    waiting.append(content)
                else:
                    yield content, "the workers that had it ended again and again"
            else:
                yield content, outcome
            if waiting:
                send()


def _result(future, client):
    try:
        return future.result(timeout=PULSE)
    except (KilledWorker, TimeoutError, CourseError):
        raise
    except (FutureCancelledError, CommClosedError) as error:
        raise CourseError(
            f"the scheduler {client.scheduler.address} was lost ({error}): what is graded is kept; run the command again"
        ) from None
    except ImportError as error:
        raise CourseError(
            f"a worker of {client.scheduler.address} has no course_lib of this version ({error}): start it in the same environment, with PYTHONPATH={places.COURSE}"
        ) from None
    except Exception as error:  # a fault of the marker's: the others go on
        return f"the marker failed ({type(error).__name__}: {error})"


def _next(done, client):
    """The next future that is done. Dask itself would wait without end for workers that do not come back."""
    seen = time.monotonic()  # when there was a worker last
    while True:
        if future := workers.take(done, PULSE):
            return future
        try:
            if client.status == "running" and client.nthreads():
                seen = time.monotonic()
        except (
            OSError,
            TimeoutError,
            asyncio.CancelledError,
        ):  # the scheduler is lost: the futures are about to say so
            pass
        if time.monotonic() - seen > DESERTED:
            address = client.scheduler.address
            raise CourseError(
                f"all workers of {address} are gone, and none has come for {DESERTED} s: start one with `dask worker {address}` and run the command again; what is graded is kept"
            )


def _client(address):
    try:
        # first by hand: a Client that finds nobody leaves a thread behind
        socket.create_connection(get_address_host_port(address), timeout=PATIENCE).close()
        client = Client(address, timeout=PATIENCE, set_as_default=False)
    except (OSError, ValueError) as error:
        raise CourseError(
            f"no Dask scheduler answers at {address} ({error}): start one with `dask scheduler`, or leave --scheduler out"
        ) from None
    if not client.nthreads():
        try:
            client.wait_for_workers(1, timeout=20)
        except TimeoutError:
            client.close()
            raise CourseError(
                f"the scheduler {address} has no workers: start one with `dask worker {address}`"
            ) from None
    return client


# on the worker's machine


def _work(work, content, text, name, limits, trust):
    return work(content, _source_file(text, name), limits, trust)


@functools.lru_cache(maxsize=8)
def _source_file(text, name):
    """The source as a file on the worker's machine; one for all submissions, so that it is read once."""
    sweep()
    folder = Scratch()
    atexit.register(folder.cleanup)
    path = Path(folder.name) / name
    path.write_text(text, encoding="utf-8")
    return path
