"""Progress that people see and stored outputs do not."""

import sys

from tqdm.auto import tqdm


def somebody_watches():
    """Whether this code runs in a terminal, or in a notebook that a person's front end runs cell by cell.

    JupyterLab and its relatives send the id of the cell with each request; nbclient, nbconvert and nbval do not.
    """
    try:
        kernel = get_ipython().kernel  # noqa: F821  defined by IPython
    except (NameError, AttributeError):
        return sys.stderr.isatty()
    return "cellId" in kernel.get_parent().get("metadata", {})


def bar(things=None, **options):
    """A tqdm bar that is silent where nobody watches and leaves nothing behind."""
    return tqdm(things, **{"leave": False, "disable": not somebody_watches(), **options})
