"""Whether the running Python has every pin of the files that are named: exit status 0."""

import sys

from course_lib.tools.setup import folders, probe, systems


def installed_here(files):
    """Whether the running Python will do, and has every pin of these files."""
    if systems.unfit(probe.facts()) is not None:
        return False
    try:
        from importlib import metadata

        from packaging.requirements import Requirement
    except ImportError:
        return False
    for pin in (Requirement(line) for name in files for line in folders.pins(name)):
        try:
            if (pin.marker is None or pin.marker.evaluate()) and metadata.version(pin.name) not in pin.specifier:
                return False
        except metadata.PackageNotFoundError:
            return False
    return True


if __name__ == "__main__":
    sys.exit(not installed_here(sys.argv[1:]))
