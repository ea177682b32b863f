"""Type a text, and see the state of a recurrent network after each character, and what it expects next."""

from html import escape

import matplotlib.pyplot as plt
import numpy as np
from PIL import Image

from course_lib.errors import CourseError
from course_lib.figures.paper import COLOURS, SIGNED, address, img, stored, webp
from course_lib.progress import somebody_watches
from course_lib.texts import say

LONGEST, ROWS, LIKELY = 60, 32, 8  # characters that are shown, entries of the state and characters that are shown
CELL = (12, 4)  # pixels on the page for one entry of the state


def explore_text(read, text, *, alt):
    """In a live notebook: a field to type into; below it the state after each character, and the most likely next ones.
    Elsewhere: a still.

    Args:
        read: function from (one character, what it returned for the character before, or None at the beginning) to
            (states of any kind, the hidden state (units,), the next characters' probabilities: character -> float).
            It returns None for a character that it does not know.
        text: what stands in the field at the beginning.
        alt: what the still shows, at least 20 characters.

    Raises:
        CourseError: the text is empty, or has characters that the network does not know.
    """
    from IPython.display import HTML, display

    reader = Reader(read)
    *known, unknown = reader.states(text)
    if unknown or not text:
        raise CourseError(
            say(
                "a text to begin with has at least one character, and none that the network does not know: found {text}",
                text=repr(text),
            )
        )
    still = img(webp(_still(*known)), alt)
    if not somebody_watches():
        display(HTML(still))
        return
    from ipywidgets import HTML as Box
    from ipywidgets import Layout, Text, VBox

    field = Text(value=text, description=say("text"), layout=Layout(width="36em"))
    shown = Box()

    def answer(_=None):
        shown.value = page(*reader.states(field.value))

    field.observe(answer, "value")
    answer()
    # with the still for whoever cannot show a widget
    display({**VBox([field, shown])._repr_mimebundle_(), "text/html": still}, raw=True)


class Reader:
    """A network that reads on from where it has been: what was typed before is not read again.

    Args:
        read: as of `explore_text`.
    """

    def __init__(self, read):
        self.read, self.known = read, {}

    def states(self, text):
        """The last characters that were read, their hidden states (characters, units), the next one's probabilities,
        and the characters that were left out, as the network does not know them."""
        found, before, kept, unknown = [], None, "", []
        for character in text:
            if kept + character not in self.known:
                self.known[kept + character] = self.read(character, before)
            answer = self.known[kept + character]
            if answer is None:  # the network has no number for it
                unknown.append(character)
                continue
            kept, before = kept + character, answer[0]
            found.append(answer)
        hidden = np.array([state for _, state, _ in found[-LONGEST:]])
        return list(kept[-LONGEST:]), hidden, found[-1][2] if found else {}, list(dict.fromkeys(unknown))


def likely(chances):
    """The most likely characters and their probabilities, the best first."""
    return sorted(chances.items(), key=lambda pair: -pair[1])[:LIKELY]


def name_of(character):
    """What is shown of it; white space is not seen otherwise."""
    return {" ": "␣", "\n": "↵", "\t": "⇥"}.get(character, character)


def page(characters, hidden, chances, unknown):
    """The HTML below the field."""
    wide, tall = CELL
    parts = []
    if characters:
        entries = hidden.T[:ROWS]
        colours = np.round(255 * SIGNED((entries + 1) / 2)[..., :3]).astype("uint8")
        source = address(stored(Image.fromarray(colours), "png"))
        letters = "".join(
            f'<span style="display:inline-block;width:{wide}px">{escape(name_of(one))}</span>' for one in characters
        )
        style = f"width:{wide * len(characters)}px;height:{tall * len(entries)}px;image-rendering:pixelated"
        alt = say("the state after each character")
        legend = say("blue: -1, orange: 1; the first {rows} entries of the state", rows=len(entries))
        parts.append(f'<div style="font:10px sans-serif;white-space:nowrap">{letters}</div>')
        parts.append(f'<img alt="{escape(alt)}" src="{source}" style="{style}">')
        parts.append(f"<div>{escape(legend)}</div>")
    for character, chance in likely(chances):
        bar = f'<span style="display:inline-block;height:0.8em;width:{200 * chance:.0f}px;background:{COLOURS[0]}"></span>'
        label = f'<code style="display:inline-block;width:2em">{escape(name_of(character))}</code>'
        parts.append(f"<div>{label}{bar} {100 * chance:.1f} %</div>")
    told = [] if parts else [say("type something")]
    if unknown:
        named = " ".join(map(name_of, unknown))
        told.append(say("left out, as the network does not know them: {characters}", characters=named))
    return "".join([*parts, *(f"<div>{escape(sentence)}</div>" for sentence in told)])


def _still(characters, hidden, chances):
    """The state after each character beside the most likely next ones, as a figure, which is closed."""
    figure, (left, right) = plt.subplots(1, 2, figsize=(8.6, 3.2), width_ratios=(5, 2))
    drawn = left.imshow(hidden.T[:ROWS], cmap=SIGNED, vmin=-1, vmax=1, aspect="auto", interpolation="nearest")
    figure.colorbar(drawn).ax.set_title(say("state"), fontsize=10)  # beside it, it would stand at the next axis
    left.set(xticks=range(len(characters)), yticks=[], ylabel=say("entries of the state"))
    left.set_xticklabels([name_of(one) for one in characters], fontsize=8)
    left.set_title(say("the state after each character"), fontsize=10)
    best = likely(chances)[::-1]
    right.barh(range(len(best)), [100 * chance for _, chance in best], color=COLOURS[0])
    right.set(yticks=range(len(best)), xlabel=say("probability (%)"))
    right.set_yticklabels([name_of(character) for character, _ in best])
    right.set_title(say("what comes next"), fontsize=10)
    plt.close(figure)
    return figure
