"""Two networks taken apart beside each other: parameters, multiply-adds and activations by stage."""

import matplotlib.pyplot as plt

from course_lib.errors import CourseError
from course_lib.figures.paper import BLUES, COLOURS
from course_lib.texts import say
from course_lib.widgets.page import places, show_live


def explore_networks(models, *, first, second, quantity="parameters", alt):
    """Choose two networks and a quantity, and see it by stages of maps of one size, on the same scale for both.

    Args:
        models: name -> functional keras.Model of maps, also a blueprint; the numbers are those of `summary.stages`.
        first, second: names of the two that are shown at the beginning.
        quantity: "parameters", "multiply_adds" or "activation_bytes", at the beginning.
        alt: what the still shows, at least 20 characters.

    Raises:
        CourseError: there is no such network or no such quantity.
    """
    # Keras is loaded here, so that other widgets do without it
    from course_lib.models.summary import stages

    names = {
        "parameters": say("parameters (millions)"),
        "multiply_adds": say("multiply-adds (millions)"),
        "activation_bytes": say("activations (megabytes)"),
    }
    if not {first, second} <= set(models) or quantity not in names:
        raise CourseError(
            say(
                "found {first}, {second} and {quantity}: expected two of the networks {networks}, and one of {quantities}",
                first=first,
                second=second,
                quantity=quantity,
                networks=", ".join(models),
                quantities=", ".join(names),
            )
        )
    parts = {name: [_stage(part) for part in stages(model)] for name, model in models.items()}
    facts = {
        "networks": parts,
        "quantities": list(names),
        "first": first,
        "second": second,
        "quantity": quantity,
        "words": {
            "first": say("first network"),
            "second": say("second network"),
            "quantity": say("quantity"),
            "names": list(names.values()),
            "whole": say("{name}: {total} in all", **places("name total")),
        },
    }
    show_live("explore_networks", facts, _still(parts, first, second, quantity, names[quantity]), alt)


def _stage(part):
    """What is shown of one stage: its name in two lines, and its numbers in millions."""
    size = say("dense") if part["side"] == 1 else f"{part['side']}×{part['side']}×{part['channels']}"
    layers = say("1 layer") if part["layers"] == 1 else say("{count} layers", count=part["layers"])
    amounts = {name: round(part[name] / 1e6, 4) for name in ("parameters", "multiply_adds", "activation_bytes")}
    return {"size": size, "layers": layers, **amounts}


def _still(parts, first, second, quantity, name):
    figure, axes = plt.subplots(1, 2, figsize=(8, 2.9), sharex=True)
    for axis, network, colour in zip(axes, (first, second), (BLUES[2], COLOURS[1])):
        amounts = [part[quantity] for part in parts[network]]
        bars = axis.barh([f"{part['size']}, {part['layers']}" for part in parts[network]], amounts, color=colour)
        axis.bar_label(bars, fmt=lambda amount: f"{amount:,.3g}" if amount < 1000 else f"{amount:,.0f}", fontsize=8)
        axis.invert_yaxis()
        axis.margins(x=0.2)
        axis.tick_params(axis="y", labelsize=8)
        axis.set_title(f"{network}: {sum(amounts):,.1f}", fontsize=10)
    figure.supxlabel(name, fontsize=9)
    return figure
