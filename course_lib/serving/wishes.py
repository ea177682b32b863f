"""What a request comes to, whichever form it has, and what is said of one that is not done."""

from dataclasses import dataclass, field

from course_lib.llm.engine import Sampling


class Refused(Exception):
    """A request that is not done.

    Args:
        sentence: what is wrong with it.
        status: of HTTP.
        place: which part of it, or None.
    """

    def __init__(self, sentence, status=400, place=None):
        super().__init__(sentence)
        self.sentence, self.status, self.place = sentence, status, place


@dataclass(frozen=True)
class Wish:
    """What somebody asks for: messages with "role" and "content", and how to answer."""

    messages: list
    most: int
    sampling: Sampling
    stops: tuple = ()
    stream: bool = False
    more: dict = field(default_factory=dict)  # what only one form knows
