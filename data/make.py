"""Make files of this folder from their public sources, and enter them into MANIFEST.json.

    python data/make.py                    # lists the files and what each is made from
    python data/make.py coffee.png emoji   # makes one file, and a whole family

Only the files named are made, and only their entries change. What can be made exactly again comes out byte for byte, so
`git status` shows whether a source has changed.
"""

import argparse
import hashlib
import json
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

import makers  # noqa: E402

from course_lib.errors import CourseError  # noqa: E402
from course_lib.files import unchanged_by_git, write_bytes, write_text  # noqa: E402

MANIFEST = HERE / "MANIFEST.json"
FACTS = ("licence", "licence_file", "origin", "what")


def main(words=None):
    """The command; returns its exit status."""
    parser = argparse.ArgumentParser(
        description="Make files of data/ from their sources, and enter them into MANIFEST.json."
    )
    parser.add_argument(
        "names",
        metavar="NAME",
        nargs="*",
        help="a file (coffee.png) or a family (photographs); without any, they are listed",
    )
    names = parser.parse_args(words).names
    families = makers.families()
    try:
        if not names:
            listing(families)
        for name, (module, file) in chosen(names, families).items():
            enter(name, module, file)
    except CourseError as error:
        print(f"data/make.py: {error}", file=sys.stderr)
        return 2
    return 0


def listing(families):
    """Print every file by family, with what it needs."""
    for family, module in families.items():
        print(family)
        for name, file in module.FILES.items():
            needs = [need.what if need.here() else f"{need.what} (not installed)" for need in file.needs]
            remarks = [f"needs {', '.join(needs)}" if needs else "", file.effort]
            print(f"    {name:24}{'; '.join(filter(None, remarks))}")


def chosen(names, families):
    """{name: (module, File)} of what is named, in the order named.

    Raises:
        CourseError: a name is unknown, or something that is needed is not installed.
    """
    known = {name: (module, file) for module in families.values() for name, file in module.FILES.items()}
    stems = {Path(name).stem: name for name in known}
    found = {}
    for name in names:
        if name in families:
            found |= {part: known[part] for part in families[name].FILES}
        elif stems.get(name, name) in known:
            found[stems.get(name, name)] = known[stems.get(name, name)]
        else:
            raise CourseError(
                f"no file or family {name!r}: the families are {', '.join(families)}, the files {', '.join(known)}"
            )
    missing = {need.what: need for _, file in found.values() for need in file.needs if not need.here()}
    if missing:
        what, how = ", ".join(missing), "`, `".join(need.how for need in missing.values())
        raise CourseError(f"nothing was made, because this machine lacks {what}: run `{how}` and try again")
    return found


def enter(name, module, file):
    """Make one file and write its entry of the manifest; the others stay as they are."""
    content = file.make()
    target = HERE / name
    same = target.exists() and target.read_bytes() == content
    write_bytes(target, content)
    manifest = json.loads(MANIFEST.read_text(encoding="utf-8"))
    manifest[name] = {
        "sha256": hashlib.sha256(unchanged_by_git(content)).hexdigest(),
        "bytes": len(content),
        "maker": Path(module.__file__).relative_to(HERE.parent).as_posix(),
        **{fact: getattr(file, fact) for fact in FACTS},
    }
    write_text(MANIFEST, json.dumps(dict(sorted(manifest.items())), indent=2, ensure_ascii=False) + "\n")
    print(f"{target}: {len(content):,} bytes, {'the same as before' if same else 'new'}")


if __name__ == "__main__":
    sys.exit(main())
