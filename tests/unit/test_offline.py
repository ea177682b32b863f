"""`test` runs without a network: what reaches out gets an error, so the
notebooks and tests that pass do not reach out."""

import os
import subprocess
import sys

import pytest

from course_lib.tools import testing

ATTEMPTS = {
    "a name": "import socket; socket.getaddrinfo('pypi.org', 443)",
    "an address": "import socket; socket.create_connection(('192.0.2.1', 80), timeout=5)",
    "a datagram": "import socket; socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', ('192.0.2.1', 80))",
    "a download": "import urllib.request; urllib.request.urlopen('https://storage.googleapis.com/tensorflow/x', timeout=5)",
}


def ran(code, environment):
    return subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True)


@pytest.mark.parametrize("what", ATTEMPTS)
def test_what_reaches_out_is_refused(what):
    done = ran(ATTEMPTS[what], testing.surroundings())
    assert done.returncode and "the tests run without a network" in done.stderr, done.stderr


def test_this_machine_is_reached():
    code = """
import socket
server = socket.create_server(("127.0.0.1", 0))
socket.create_connection(("localhost", server.getsockname()[1]), timeout=5).close()
"""
    assert not ran(code, testing.surroundings()).returncode


def test_this_very_process_and_its_kernels_run_so():
    assert str(testing.OFFLINE) in os.environ["PYTHONPATH"].split(os.pathsep)
    with pytest.raises(OSError, match="without a network"):
        import socket

        socket.getaddrinfo("pypi.org", 443)
