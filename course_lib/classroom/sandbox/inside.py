"""What runs beside the student's functions: an ordinary IPython kernel that also answers calls.

Forked by forkserver.py, or started by warm.py as `python -m course_lib.classroom.sandbox.inside HOW FD FD FD FD FD`:
HOW is JSON with its limits and the user that it becomes; then come a socket whose other end the grader holds, and the
four that a kernel listens on. The first message brings the key that signs the kernel's messages; every later one asks
for a call of a function that the notebook has defined. Nothing here is secret, and the grader trusts nothing that
comes from here: overwriting the functions of this file gains a student nothing that returning wrong values would not.
"""

import ctypes
import json
import os
import socket
import struct
import sys

from course_lib.classroom.sandbox import calls
from course_lib.classroom.sandbox.arrays import Refused
from course_lib.classroom.sandbox.models import Inside


def main():
    if sys.platform == "linux":
        # PR_SET_PDEATHSIG, SIGKILL: without a sandbox, too, it ends with the grader
        ctypes.CDLL(None).prctl(1, 9, 0, 0, 0)
    how = json.loads(sys.argv[1])
    limit(how["limits"])
    become(how["uid"])
    serve(socket.socket(fileno=int(sys.argv[2])), [int(number) for number in sys.argv[3:]])


def serve(channel, listening):
    """Be the kernel. `listening` are the file numbers of its four sockets."""
    start, _ = calls.receive(lambda count: _read(channel, count))
    _kernel(start["key"], channel, listening)


def _read(channel, count):
    data = bytearray()
    while len(data) < count:
        piece = channel.recv(min(count - len(data), 1 << 20))
        if not piece:
            os._exit(0)  # the grader is gone
        data += piece
    return bytes(data)


def limit(values):
    """Limits of each process in here, by their names for setrlimit; those of all together are watched from outside."""
    try:
        import resource
    except ImportError:  # Windows
        return
    for name, value in values.items():
        which = getattr(resource, f"RLIMIT_{name}", None)
        if which is not None:
            hard = resource.getrlimit(which)[1]
            value = value if hard == resource.RLIM_INFINITY else min(value, hard)
            try:
                resource.setrlimit(which, (value, value))
            except (ValueError, OSError):
                if sys.platform == "linux":  # macOS knows names that it does not let one set
                    raise


def first_to_go():
    """If the machine's memory runs out, this is the one to kill."""
    with open("/proc/self/oom_score_adj", "w", encoding="ascii") as file:
        file.write("1000")


def become(uid):
    """Change from root to a user without files and rights. With None nothing is left to do: the grader is not root."""
    if uid is None:
        return
    change_user(uid)
    without_capabilities()
    seen_by_others(True)  # its own /proc/self is its own again


def change_user(uid):
    """Change from root to another user."""
    os.setgroups([])
    os.setresgid(uid, uid, uid)
    os.setresuid(uid, uid, uid)


def without_capabilities():
    """Give them all up, the inheritable ones, too."""
    if ctypes.CDLL(None).capset(struct.pack("=II", 0x20080522, 0), bytes(24)):
        raise OSError("capset failed")


def seen_by_others(yes):
    """Whether processes of the same user may look into this one, and whether its /proc/self is its own."""
    ctypes.CDLL(None).prctl(4, int(yes), 0, 0, 0)  # PR_SET_DUMPABLE


def without_debugger():
    """ipykernel looks for it whenever a kernel starts, and importing it takes
    longer than all the rest of a fork's start."""
    sys.modules.setdefault("debugpy", None)


def _kernel(key, channel, listening):
    without_debugger()
    import zmq
    from ipykernel import kernelapp
    from ipykernel.kernelapp import IPKernelApp
    from tornado.ioloop import IOLoop
    from traitlets.config import Config

    if sys.platform == "linux":
        kernelapp.IOPubThread = _heard_over_unix(kernelapp.IOPubThread)

    class Kernel(IPKernelApp):
        def _try_bind_socket(self, s, port):
            # The grader has opened this socket: no folder is shared, and nothing can be put in its place.
            s.setsockopt(zmq.USE_FD, listening[port - 1])
            return super()._try_bind_socket(s, port)

        def init_connection_file(self):
            """Neither read one, which could be of an earlier kernel with the same number, nor leave one behind."""

        write_connection_file = cleanup_connection_file = init_connection_file

        def init_heartbeat(self):
            self.hb_port = 5  # death is noticed from outside

        def start(self):
            # an error of that cell, instead of an end soon after it
            self.shell.user_ns.update(exit=sys.exit, quit=sys.exit)
            # a fork finds it imported, but from a time without a shell: each check cell would be run twice
            if marked := sys.modules.get("course_lib.feedback.marked"):
                marked.install()
            answers = Answers(channel, self.shell.user_ns)
            IOLoop.current().add_handler(channel.fileno(), answers.one, IOLoop.READ)
            super().start()

    config = Config({"Session": {"key": key.encode()}, "HistoryManager": {"enabled": False}})
    ports = {f"{name}_port": number for number, name in enumerate(("shell", "iopub", "stdin", "control"), 1)}
    app = Kernel.instance(config=config, transport="ipc", ip="/nowhere/kernel", log_level=50, **ports)
    app.initialize([])
    app.start()


def _heard_over_unix(kind):
    """ipykernel's IOPubThread, which hears forked processes over a Unix socket: a sandbox has no TCP."""
    import zmq
    from zmq.eventloop.zmqstream import ZMQStream

    class Heard(kind):
        def _setup_pipe_in(self):
            self._pipe_uuid = os.urandom(16)
            self._pipe_port = f"ipc://@{os.urandom(16).hex()}"
            pipe = self.socket.context.socket(zmq.PULL)
            pipe.linger = 0
            pipe.bind(self._pipe_port)
            self._pipe_in = ZMQStream(pipe, self.io_loop)
            self._pipe_in.on_recv(self._handle_pipe_msg)

        def _setup_pipe_out(self):
            context = zmq.Context()  # a fork needs its own
            pipe = context.socket(zmq.PUSH)
            pipe.linger = 3000
            pipe.connect(self._pipe_port)
            return context, pipe

    return Heard


class Answers:
    """Calls of the notebook's functions, one at a time, between cells: in the main thread, where the cells have run."""

    def __init__(self, channel, namespace):
        self.channel, self.namespace, self.side = channel, namespace, Inside()

    def one(self, *_):
        message, blobs = calls.receive(lambda count: _read(self.channel, count))
        try:
            reply, blobs = self._reply(message, blobs)
        except Exception as error:  # for example where a student has replaced parts of NumPy
            reply, blobs = calls.refused(Refused("around", name=type(error).__name__)), []
        reply["id"] = message["id"]
        try:
            data = calls.message_bytes(reply, blobs)
        except Refused as refusal:
            data = calls.message_bytes({**calls.refused(refusal), "id": message["id"]})
        self.channel.sendall(data)

    def _reply(self, message, blobs):
        if "lend" in message:
            for name in message["lend"]:
                self.namespace[name] = self._borrowed(name)
            return {"value": None}, []
        shown = sys.stdout, sys.stderr
        with open(os.devnull, "w", encoding="utf-8") as nowhere:
            sys.stdout = sys.stderr = nowhere  # prints and warnings of a call go nowhere and cost nothing
            try:
                return calls.answered(self.namespace, message, blobs, self.side)
            finally:
                sys.stdout, sys.stderr = shown

    def _borrowed(self, name):
        """A function that the grader computes: another task's, in place of the student's own."""

        def function(*arguments, **keywords):
            message, blobs = calls.question(name, arguments, keywords)
            self.channel.sendall(calls.message_bytes(message, blobs))
            reply, blobs = calls.receive(lambda count: _read(self.channel, count))
            return calls.conclude(reply, blobs, arguments, keywords, Inside())

        function.__name__ = function.__qualname__ = name
        return function


if __name__ == "__main__":
    main()
