"""One number of code and one pixel: move a cloud, and see what it explains, what it costs, and how far its bound is
from the evidence."""

import matplotlib.pyplot as plt
import numpy as np

from course_lib.errors import CourseError
from course_lib.figures.paper import COLOURS, INK
from course_lib.texts import say
from course_lib.widgets.page import places, show_live

REACH, COUNT = 6.0, 601  # the code goes from -6 to 6, in so many places
MEANS, SPREADS = (-3.0, 3.0), (0.1, 2.0)  # that can be chosen


def parts(slope, shift, mean, spread):
    """What a Gaussian cloud makes of a white pixel whose probability is sigmoid(slope z + shift).

    Args:
        slope, shift: of the decoder.
        mean, spread: of the cloud.

    Returns:
        dict of floats in nats: "explained", the expected log p(x|z); "kl", from the standard Gaussian; "bound", their
        difference; "evidence", log p(x).
    """
    z, log_white, log_prior = _grid(slope, shift)
    log_cloud = _log_density(z, mean, spread)
    cloud = np.exp(log_cloud)
    cloud /= cloud.sum()
    explained = float(cloud @ log_white)
    kl = (mean**2 + spread**2 - 1 - 2 * np.log(spread)) / 2
    evidence = float(np.log(np.exp(log_white + log_prior).sum() / np.exp(log_prior).sum()))
    return {"explained": explained, "kl": float(kl), "bound": explained - float(kl), "evidence": evidence}


def explore_elbo(*, slope=3.0, shift=-1.0, mean=0.0, spread=1.0, alt):
    """Change mean and spread of a cloud q(z|x), and see it beside the prior and the true posterior, with the parts of
    the evidence lower bound as bars.

    Args:
        slope, shift: of the decoder, which says that a pixel is white with probability sigmoid(slope z + shift).
        mean, spread: of the cloud at the beginning, from -3 to 3 and from 0.1 to 2.
        alt: what the still shows, at least 20 characters.

    Raises:
        CourseError: mean or spread cannot be chosen.
    """
    if not (MEANS[0] <= mean <= MEANS[1] and SPREADS[0] <= spread <= SPREADS[1]):
        raise CourseError(
            say(
                "found the mean {mean} and the spread {spread}: expected a mean from {low} to {high} and a spread from {narrow} to {wide}",
                mean=mean,
                spread=spread,
                low=MEANS[0],
                high=MEANS[1],
                narrow=SPREADS[0],
                wide=SPREADS[1],
            )
        )
    facts = {
        "slope": slope,
        "shift": shift,
        "mean": mean,
        "spread": spread,
        "means": MEANS,
        "spreads": SPREADS,
        "reach": REACH,
        "count": COUNT,
        "words": {
            "mean": say("mean of q × 100"),
            "spread": say("spread of q × 100"),
            "prior": say("prior"),
            "posterior": say("true posterior"),
            "cloud": say("cloud q"),
            "explained": say("explained"),
            "kl": say("minus KL"),
            "bound": say("ELBO"),
            "evidence": say("evidence, log p(x)"),
            "code": say("code z"),
            "told": say("ELBO {bound} nats, evidence {evidence} nats: {gap} below", **places("bound evidence gap")),
        },
    }
    show_live("explore_elbo", facts, _still(slope, shift, mean, spread), alt)


def _grid(slope, shift):
    """Places of the code, log p(x|z) of a white pixel, and the logarithm of the prior's density."""
    z = np.linspace(-REACH, REACH, COUNT)
    return z, -np.logaddexp(0, -(slope * z + shift)), _log_density(z, 0.0, 1.0)


def _log_density(z, mean, spread):
    return -(((z - mean) / spread) ** 2) / 2 - np.log(spread) - np.log(2 * np.pi) / 2


def _still(slope, shift, mean, spread):
    z, log_white, log_prior = _grid(slope, shift)
    found = parts(slope, shift, mean, spread)
    figure, (left, right) = plt.subplots(1, 2, figsize=(8, 2.9), width_ratios=(3, 2))
    curves = {
        say("prior"): (np.exp(log_prior), INK, ":"),
        say("true posterior"): (np.exp(log_white + log_prior - found["evidence"]), COLOURS[0], "-"),
        say("cloud q"): (np.exp(_log_density(z, mean, spread)), COLOURS[1], "-"),
    }
    for name, (density, colour, style) in curves.items():
        left.plot(z, density, color=colour, linestyle=style, label=name)
    left.set(xlim=(-4, 4), ylim=(0, 1.2), xlabel=say("code z"), yticks=[])
    left.legend(fontsize=8)
    bars = {
        say("explained"): found["explained"],
        say("minus KL"): -found["kl"],
        say("ELBO"): found["bound"],
        say("evidence, log p(x)"): found["evidence"],
    }
    drawn = right.barh(list(bars), list(bars.values()), color=[COLOURS[5], COLOURS[5], COLOURS[1], COLOURS[0]])
    right.bar_label(drawn, fmt="{:.2f}", fontsize=8, padding=3)
    right.invert_yaxis()
    right.margins(x=0.2)
    right.axvline(0, color=INK, linewidth=0.8)
    return figure
