"""Kernels for a process that is in a sandbox itself: it asks, and the grader outside starts, watches and stops them.

A sandbox inside a sandbox is refused on many systems, so there is none. What can be asked is little, and harmless: the
limits and the modules are the grader's own, and the files that a kernel gets are those that the asker has opened
inside its sandbox. Then the asker and the kernel talk to each other, and nothing of that passes through the grader.
"""

import dataclasses
import json
import os
import socket
import threading
import time

from course_lib.classroom.sandbox import warm
from course_lib.classroom.sandbox.processes import Process, State
from course_lib.errors import CourseError

MOST = 4  # kernels at a time
FILES = 6  # that a kernel gets: a log, its end of the channel, four sockets that listen


class Host(threading.Thread):
    """Serves the process at the other end of a socket, and ends with it.

    Args:
        control: a socket of messages; its other end is in the sandbox.
        asker: Process, that which asks.
    """

    def __init__(self, control, asker):
        super().__init__(daemon=True)
        self._control, self._asker = control, asker
        self._kernels, self._count, self.starting = {}, 0, False
        self._ending = []  # kernels that are killed, and not waited for
        self.limits, self.modules = None, ()  # of the kernels that are asked for next

    def run(self):
        try:
            with self._control:
                while self._serve():
                    pass
        finally:
            for process in [*self._kernels.values(), *self._ending]:
                process.stop()
            warm.close()

    def _serve(self):
        """Answer one question, or none if none comes; False if it was the last."""
        try:
            asked, numbers, _, _ = socket.recv_fds(self._control, 10_000, FILES)
        except OSError:
            return False
        try:
            reply = self._reply(*json.loads(asked), files=numbers)
            self._control.send(json.dumps(reply).encode())
        except (
            ValueError,
            TypeError,
            KeyError,
            OSError,
            RecursionError,
        ):  # it is gone, or asks for what is not on offer
            self._asker.kill()
            return False
        finally:
            for number in numbers:
                os.close(number)
        return True

    def kernels(self):
        """Those that run now."""
        return list(self._kernels.values())

    def _reply(self, word, number=None, *, files):
        if word == "start":
            if len(files) != FILES or len(self._kernels) >= MOST:
                raise ValueError
            self._count += 1
            self.starting = True
            try:
                self._kernels[self._count] = warm.start(self.limits, self.modules, files)
            except CourseError as error:
                return {"error": str(error)}
            finally:
                self.starting = False
            while self._ending:
                self._ending.pop().stop()
            return self._count
        if word == "stop":  # what is large takes a while to end; the asker goes on meanwhile
            self._ending.append(self._kernels.pop(number))
            return self._ending[-1].end(None)
        process = self._kernels[number]
        if word == "look":
            return dataclasses.astuple(process.look())
        return {"poll": process.poll, "strays": process.strays}[word]()


class Client:
    """The asker's side. `start` takes the place of that of warm.py."""

    def __init__(self, control):
        self._control = control

    def ask(self, *words, files=()):
        try:
            socket.send_fds(self._control, [json.dumps(words).encode()], files)
            reply = self._control.recv(10_000)
        except OSError:
            reply = b""
        if not reply:
            os._exit(1)  # the grader is gone, or is about to stop this process
        return json.loads(reply)

    def start(self, limits, modules, files):
        reply = self.ask("start", files=files)
        if isinstance(reply, dict):
            raise CourseError(reply["error"])
        return Hosted(self, reply)


class Hosted(Process):
    """A kernel of the host's."""

    def __init__(self, client, number):
        self._client, self._number = client, number
        self._polled, self._gone, self._stopped, self._state = 0.0, None, False, State()

    def poll(self):
        if not self._stopped and time.monotonic() > self._polled + 0.1:  # it is asked for each message of a kernel
            self._polled, self._gone = time.monotonic(), self._client.ask("poll", self._number)
        return self._gone

    def stop(self):
        if not self._stopped:  # the host knows it no more
            self._client.ask("stop", self._number)
        self._stopped, self._gone = True, 0

    def look(self):
        if not self._stopped:
            self._state = State(*self._client.ask("look", self._number))
        return self._state

    def strays(self):
        return 0 if self._stopped else self._client.ask("strays", self._number)
