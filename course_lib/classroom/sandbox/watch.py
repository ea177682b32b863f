"""One thread that looks after the limits of all processes that this program has started, also while it computes."""

import threading
import time
import weakref

_watched = weakref.WeakKeyDictionary()  # process -> when to look at it next
_lock, _more = threading.Lock(), threading.Event()
_thread = None


def add(process):
    """Look after it from now on: its `check` is called again and again, and says in how many seconds to come back."""
    global _thread
    with _lock:
        _watched[process] = 0.0
        if _thread is None or not _thread.is_alive():
            _thread = threading.Thread(target=_run, name="limits", daemon=True)
            _thread.start()
    _more.set()


def remove(process):
    """Look after it no more."""
    with _lock:
        _watched.pop(process, None)


def _run():
    while True:
        now = time.monotonic()
        with _lock:
            due = [process for process, when in _watched.items() if when <= now]
        for process in due:
            try:
                pause = process.check()
            except Exception:  # what cannot be looked after must not run
                process.end("ended")
                continue
            with _lock:
                if process in _watched:
                    _watched[process] = time.monotonic() + pause
        process = None
        due.clear()
        with _lock:
            soonest = min(_watched.values(), default=None)
        _more.wait(None if soonest is None else max(0.0, soonest - time.monotonic()))
        _more.clear()
