"""Which emoji are taken, and into which part of the split each goes."""

import hashlib

from course_lib.errors import CourseError

from .tables import CLASSES, ENGLISH, FAMILIES, KOREAN

# of the concepts of each class; the rest is for training
SHARES = {"test": 0.25, "validation": 0.15}
# of eight draws of the split, the one nearest to their mean: data/README.md, "How the split was chosen"
DRAW = "4"


def words(line):
    return [word.strip() for word in line.split(",") if word.strip()]


def choose(found):
    """The concepts of every class: [{name, name_ko, class, family, code, files}], in the order of the code points.

    Args:
        found: what `sources.catalogue` returns.

    Raises:
        CourseError: the tables contradict each other or the packages.
    """
    homes = {}
    for label, (_, subcategories, left_out, added) in CLASSES.items():
        inside = [name for name, entry in found.items() if entry["subcategory"] in words(subcategories)]
        unknown = set(words(left_out)) - set(inside) | set(words(added)) - set(found)
        if unknown:
            raise CourseError(f"CLASSES, {label}: no such emoji: {', '.join(sorted(unknown))}")
        for name in [name for name in inside if name not in words(left_out)] + words(added):
            if name in homes:
                raise CourseError(f"CLASSES: {name} is in two classes, {homes[name]} and {label}")
            homes[name] = label
    useless = KOREAN.keys() - homes.keys()
    if useless:
        raise CourseError(f"KOREAN corrects what is not in the set: {', '.join(sorted(useless))}")
    family = families(homes)
    concepts = []
    for name, label in homes.items():
        entry = found[name]
        shown = {"name": ENGLISH.get(name, name), "name_ko": KOREAN.get(name, entry["ko"]), "class": label}
        concepts.append({**shown, "family": family[name], "code": entry["code"], "files": entry["files"]})
    return sorted(concepts, key=lambda concept: concept["code"])


def families(names):
    """{concept: the first name of its family}; lines of FAMILIES that share a name are one family."""
    family = {name: name for name in names}
    for line in filter(None, FAMILIES.splitlines()):
        members = words(line)
        if not family.keys() >= set(members):
            unknown = sorted(set(members) - family.keys())
            raise CourseError(f"FAMILIES names what is not in the set: {', '.join(unknown)}")
        together = {family[name] for name in members}
        for name in names:
            if family[name] in together:
                family[name] = family[members[0]]
    return family


def split(concepts, draw=DRAW):
    """The part of the split that each concept goes into.

    Class by class, families go in an order drawn by hash into the first part that has room for them.

    Args:
        concepts: dicts with "name", "class" and "family".
        draw: text that decides the order.

    Returns:
        {name: "train", "validation" or "test"}.
    """
    parts = {}
    for label in CLASSES:
        members = {}
        for concept in concepts:
            if concept["class"] == label:
                members.setdefault(concept["family"], []).append(concept["name"])
        total = sum(map(len, members.values()))
        room = {part: round(share * total) for part, share in SHARES.items()}
        for family in sorted(members, key=lambda family: digest(draw + family)):
            part = next((part for part in room if room[part] >= len(members[family])), "train")
            if part in room:
                room[part] -= len(members[family])
            parts.update(dict.fromkeys(members[family], part))
    return parts


def digest(text):
    """A number that looks random and is the same everywhere, to sort by."""
    return hashlib.sha256(text.encode()).hexdigest()
