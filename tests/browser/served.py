"""`learn` on a workbook, in a process of its own."""

import json
import os
import signal
import subprocess
import sys
import urllib.request

from course_lib.tools.places import COURSE

CODE = """
import sys
from pathlib import Path
from course_lib.tools import learn, workbook

folder, language, chapter, ip = sys.argv[1:]
workbook.place = lambda asked: (Path(folder), asked)
sys.exit(learn.main(language, None, False, [], chapter=chapter or None, ip=ip or None))
"""


class Server:
    """`learn` on a workbook, in a process of its own.

    Args:
        folder: of the workbook; made if there is none.
        language: "ko" or "en".
        chapter: to open, or "".
        ip: to listen at, or "".
        environment: variables beside those of this process.
    """

    def __init__(self, folder, language="ko", chapter="", ip="", **environment):
        self.process = subprocess.Popen(
            [sys.executable, "-c", CODE, str(folder), language, chapter, ip],
            cwd=COURSE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            env={**os.environ, "PYTHONUNBUFFERED": "1", **environment},
        )
        self.said = ""
        self.address = ""
        for line in self.process.stdout:
            self.said += line
            if "token=" in line:
                self.address = line.strip()
            if "Ctrl-C" in line:
                break
        self.base, self.token = self.address.partition("lab/tree/")[0], self.address.rpartition("token=")[2]

    def get(self, path):
        request = urllib.request.Request(f"{self.base}{path}", headers={"Authorization": f"token {self.token}"})
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=30) as answer:
            return json.load(answer)

    def end(self):
        """(exit status, what it said, its errors)."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        try:
            out, errors = self.process.communicate(timeout=60)
        except subprocess.TimeoutExpired:
            self.process.kill()
            out, errors = self.process.communicate()
        return self.process.returncode, self.said + out, errors

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.end()
