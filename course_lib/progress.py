"""Progress that people see, and that is gone when it has ended: no stored output, no saved notebook holds any of it."""

import sys
import weakref
from html import escape

from tqdm.std import tqdm

MARK = {"course": "progress"}  # metadata of the output; the workbook's JupyterLab saves no output that has it
_open = weakref.WeakSet()  # bars on the page


def somebody_watches():
    """Whether this code runs in a terminal, or in a notebook that a person's front end runs cell by cell.

    JupyterLab and its relatives send the id of the cell with each request; nbclient, nbconvert and nbval do not.
    """
    kernel = _kernel()
    return sys.stderr.isatty() if kernel is None else "cellId" in kernel.get_parent().get("metadata", {})


def _kernel():
    """The kernel of the notebook in which this code runs, or None."""
    try:
        return get_ipython().kernel  # noqa: F821  defined by IPython
    except (NameError, AttributeError):
        return None


def bar(things=None, **options):
    """A tqdm bar that is silent where nobody watches and leaves nothing behind, not even when it is interrupted.

    Args:
        things: what to go through; None if the caller counts by `update`.
        options: as of tqdm.
    """
    kind = tqdm if _kernel() is None else PageBar
    return kind(things, **{"leave": False, "disable": not somebody_watches(), **options})


class PageBar(tqdm):
    """A bar on the page of a notebook: plain HTML, no widget, so no kernel is needed to take it away."""

    handle = None

    def __init__(self, *args, **options):
        super().__init__(*args, **{"mininterval": 0.2, **options, "gui": True})  # "gui": tqdm writes nothing by itself
        if not self.disable:
            _open.add(self)
            get_ipython().events.register("post_run_cell", close_all)  # noqa: F821
            self.display()

    def display(self, *_, **__):
        from IPython.display import display

        shape = (self.bar_format or "{l_bar}{bar}{r_bar}").replace("{bar}", "\0")
        text = self.format_meter(**{**self.format_dict, "bar_format": shape})
        value = f' value="{self.n}" max="{self.total}"' if self.total else ""  # without an end it only moves
        before, _, after = text.replace("|\0|", "\0").partition("\0")
        html = f"{escape(before)} <progress{value}></progress> {escape(after)}"
        page = {
            "text/plain": text.replace("\0", ""),
            "text/html": f'<div style="font-family: var(--jp-code-font-family, monospace)">{html}</div>',
        }
        if self.handle:
            self.handle.update(page, raw=True, metadata=MARK)
        else:
            self.handle = display(page, raw=True, metadata=MARK, display_id=True)

    def close(self):
        if not self.disable and self.handle:
            self.handle.update({"text/plain": "", "text/html": ""}, raw=True, metadata=MARK)
        _open.discard(self)
        super().close()


def close_all(*_):
    """Take away the bars that a cell has left on the page because it was stopped."""
    for shown in list(_open):
        shown.close()
