"""What was left out of a folder of photographs, in one sentence that stays short."""

from course_lib.texts import Text, joined, say

LOST, BROKEN, SMALL, ELSEWHERE, OTHER = range(5)  # what costs most comes first: a class, a photograph, a file
GROUPS, NAMES = 20, 5  # how many reasons are told, and how many names with each


class Remarks:
    """Names of what was left out, by reason; what systems leave behind is only counted."""

    def __init__(self):
        self._groups = {}  # (weight, reason) -> names
        self._noise = []

    def __bool__(self):
        return bool(self._groups or self._noise)

    def add(self, weight, name, why):
        """Note a name, or a Text with one, and a Text or an error that says why it was left out."""
        self._groups.setdefault((weight, str(why)), (why, []))[1].append(name)

    def add_noise(self, name):
        self._noise.append(name)

    def told(self):
        """All of it as one Text."""
        groups = [self._groups[key] for key in sorted(self._groups, key=lambda key: key[0])]
        parts = [_group(why, names) for why, names in groups[:GROUPS]]
        rest = sum(len(names) for _, names in groups[GROUPS:])
        if rest:
            parts.append(say("and {count} more", count=rest))
        if self._noise:
            parts.append(
                say(
                    "{count} that systems and programs make for themselves, such as {name}",
                    count=len(self._noise),
                    name=self._noise[0],
                )
            )
        return joined(parts)


def _group(why, names):
    more = [say("and {count} more", count=len(names) - NAMES)] * (len(names) > NAMES)
    return Text("{names} ({why})", {"names": joined(names[:NAMES] + more), "why": why})
