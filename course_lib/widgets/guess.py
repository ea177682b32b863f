"""The place where a prediction is made: a field for a number or a sentence, buttons for a choice."""

import re
from html import escape

from course_lib.texts import say


class Field:
    """The widget of one question.

    Args:
        choices: list of texts, or empty for a field to type in.
        unit: written behind the field.
        kept: the guess so far, or None.
        keep: called with what was typed or chosen; returns what to say about it.
    """

    def __init__(self, choices, unit, kept, keep):
        import ipywidgets

        self.keep = keep
        self.told = ipywidgets.Label()
        if choices:
            chosen = kept if kept in choices else None
            wide = {"button_width": "auto"}
            self.entry = ipywidgets.ToggleButtons(options=choices, value=chosen, style=wide)
            tools = [self.entry]
        else:
            text = "" if kept is None else str(kept)
            hint = say("your prediction")
            self.entry = ipywidgets.Text(value=text, placeholder=hint, continuous_update=False)
            # the field reports when it is left, so the button needs no action of its own
            tools = [self.entry, ipywidgets.Label(unit), ipywidgets.Button(description=say("keep"))]
        self.entry.observe(self._changed, "value")
        self.box = ipywidgets.VBox([ipywidgets.HBox(tools, layout={"flex_flow": "row wrap"}), self.told])

    def show(self):
        from IPython.display import display

        self.handle = display(self.box, display_id=True)

    def close(self, why):
        """The answer has been shown: a sentence takes the widget's place, and the notebook is saved without it."""
        html = re.sub(r"`(.+?)`", r"<code>\1</code>", escape(why))
        self.handle.update({"text/plain": why, "text/html": f"<i>{html}</i>"}, raw=True)

    def _changed(self, change):
        if change["new"] not in (None, ""):
            self.told.value = self.keep(change["new"])


def judged(decide):
    """Two buttons below the answer to a question that asked for a sentence: was the prediction right?

    Args:
        decide: called with True or False.
    """
    from IPython.display import display
    from ipywidgets import HBox, ToggleButtons

    options = [(say("I was right"), True), (say("I expected something else"), False)]
    buttons = ToggleButtons(options=options, value=None, style={"button_width": "auto"})
    buttons.observe(lambda change: decide(change["new"]), "value")
    display(HBox([buttons]))
