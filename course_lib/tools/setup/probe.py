"""What a Python is, as one line of JSON. It imports nothing of the course, so that any Python can be asked."""

import importlib.util
import json
import platform
import struct
import sys
import sysconfig


def facts():
    """What decides whether the pinned packages exist for this Python."""
    return {
        "executable": sys.executable,
        "version": list(sys.version_info[:3]),
        "name": platform.python_implementation(),
        "bits": 8 * struct.calcsize("P"),
        "free_threaded": bool(sysconfig.get_config_var("Py_GIL_DISABLED")),
        "system": sys.platform,
        "platform": sysconfig.get_platform(),  # for example win-arm64; the machine may be another
        "machine": platform.machine(),
        "venv": all(importlib.util.find_spec(name) for name in ("venv", "ensurepip")),
    }


if __name__ == "__main__":
    print(json.dumps(facts()))
