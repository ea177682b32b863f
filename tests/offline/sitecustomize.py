"""The `test` command puts this folder on PYTHONPATH: every Python below it, kernels too, reaches this machine alone.

What tries to reach another one gets the error of a machine without a network, so a notebook or test that does so fails.
"""

import errno
import ipaddress
import socket
import sys

# event -> where the address stands in its arguments
EVENTS = {"socket.connect": 1, "socket.sendto": 1, "socket.getaddrinfo": 0, "socket.gethostbyname": 0}


def own(host):
    """Whether the name or address means this machine."""
    if host is None:
        return True
    host = host.decode() if isinstance(host, bytes) else str(host)
    if host in ("", "localhost", "localhost.localdomain", socket.gethostname(), "0.0.0.0", "::"):
        return True
    try:
        return ipaddress.ip_address(host.partition("%")[0]).is_loopback
    except ValueError:
        return False  # a name that has to be looked up


def refuse(event, arguments):
    place = EVENTS.get(event)
    if place is None:
        return
    address = arguments[place]
    if event in ("socket.connect", "socket.sendto") and not isinstance(address, tuple):
        return  # a path: a socket of this machine
    host = address[0] if isinstance(address, tuple) else address
    if not own(host):
        raise OSError(errno.ENETUNREACH, f"the tests run without a network, and something wants {host!r}")


sys.addaudithook(refuse)
