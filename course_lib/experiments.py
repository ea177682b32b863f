"""Tasks that ask for an experiment of the learner's own: change something, predict, measure, say what came out.

The learner's function takes no argument and returns plain data, so that it can be judged in another process, too:

    def wider_kernels():
        return {
            "settings": [1, 3, 5, 7],               # what was tried; numbers, each once
            "predicted": [0.0, 0.1, 0.2, 0.3],      # made before measuring: a number for each setting, or one word
            "measured": [0.0, 0.14, 0.22, 0.27],    # what came out for each setting
            "conclusion": "grows",                  # "grows", "falls", "stays", or "neither" of them
        }

A source uses it in the visible check, and its silent twin in the hidden test with the same words; a cell further up has
imported both from here:

    # %% task="wider_kernels" role="check"
    check_experiment("wider kernels", wider_kernels(), measure=blur_of, settings=lambda k: k % 2 == 1, tolerance=0.02)

    # %% task="wider_kernels" role="test" points=10
    require_experiment("wider kernels", wider_kernels(), measure=blur_of, settings=lambda k: k % 2 == 1, tolerance=0.02)

where `blur_of(setting)` measures the same thing once more, in less than a second or so for each setting. It is imported
or defined in a cell that is not graded; the learner may call it or write an own one. The prediction is required and
kept, and never judged.
"""

import numpy as np

from course_lib import checks
from course_lib.checks import CheckFailed
from course_lib.texts import say

KEYS = ("settings", "predicted", "measured", "conclusion")
WORDS = ("grows", "falls", "stays", "neither")
STAYS = 0.05  # change, as a part of the largest value, up to which a result "stays"


def check_experiment(label, result, **how):
    """`require_experiment`, and a line "✓ label" if it holds; in a workbook, the prediction is kept in its record."""
    checks.tell(label, lambda: require_experiment(label, result, **how))
    if checks.listener is not None and isinstance(result, dict):
        checks.listener.predicts(result.get("predicted"))


def require_experiment(
    label, result, *, measure, settings=None, at_least_runs=3, tolerance=0.05, stays=STAYS, causes=None
):
    """Judge an experiment by its numbers: what was measured comes out again, and the conclusion follows from it.

    Args:
        label: what is being checked.
        result: what the learner's function returned, as at the top of this file.
        measure: function: a setting -> what should come out, a number.
        settings: function: a setting -> whether the task allows it; by default every number.
        at_least_runs: how many different settings must have been tried.
        tolerance: by how much a measured value may differ from what `measure` gives, as a part of the larger of the
            two (and of the largest value for small ones); 0 for exact results.
        stays: change, as a part of the largest value, up to which a result "stays"; no step against the conclusion
            may be larger.
        causes: what is probably behind other values: sentence -> function: a setting -> what would come out then.

    Raises:
        CheckFailed: with one sentence in the learner's language.
    """
    _require_form(label, result, at_least_runs, settings)
    tried, measured = result["settings"], [float(value) for value in result["measured"]]
    again = [float(measure(setting)) for setting in tried]
    scale = max(map(abs, again))
    for setting, one, other in zip(tried, measured, again):
        if not _again(one, other, tolerance, scale):
            if cause := _cause(tried, measured, causes or {}, tolerance):
                raise CheckFailed(say("{label}: {cause}", label=label, cause=cause))
            raise CheckFailed(
                say(
                    "{label}: for the setting {setting} the measurement comes out as {expected}, and not {found}: was it changed after it was measured?",
                    label=label,
                    setting=setting,
                    expected=f"{other:.4g}",
                    found=f"{one:.4g}",
                )
            )
    if result["conclusion"] != conclusion(tried, measured, stays):
        raise CheckFailed(
            say(
                '{label}: from small to large settings the measured values are {values}: is that "{found}"? Look at the numbers, not at the prediction',
                label=label,
                values=", ".join(f"{value:.4g}" for _, value in sorted(zip(tried, measured))),
                found=result["conclusion"],
            )
        )


def _again(one, other, tolerance, scale):
    """Whether a value has come out again."""
    return abs(one - other) <= tolerance * max(abs(one), abs(other), 0.1 * scale) + 1e-9 * scale


def _cause(tried, measured, causes, tolerance):
    """The sentence of the mistake that gives just these values, or None."""
    for words, other_measure in causes.items():
        others = [float(other_measure(setting)) for setting in tried]
        if all(_again(one, other, tolerance, max(map(abs, others))) for one, other in zip(measured, others)):
            return words
    return None


def conclusion(settings, measured, stays=STAYS):
    """Which of WORDS follows from measurements."""
    values = np.array([value for _, value in sorted(zip(settings, measured))])
    slack = stays * np.abs(values).max()
    if np.ptp(values) <= slack:
        return "stays"
    for word, signed in (("grows", values), ("falls", -values)):
        if np.diff(signed).min() >= -slack and signed[-1] - signed[0] > slack:
            return word
    return "neither"


def _require_form(label, result, at_least_runs, settings):
    checks.refuse_odd(label, result)
    if not isinstance(result, dict) or not set(KEYS) <= result.keys():
        found = sorted(map(str, result)) if isinstance(result, dict) else type(result).__name__
        raise CheckFailed(
            say("{label}: expected a dict with {expected}, found {found}", label=label, expected=", ".join(KEYS), found=found)
        )  # fmt: skip
    _require_numbers(label, result, "settings")
    tried = list(result["settings"])
    for setting in tried:
        if settings and not settings(setting):
            raise CheckFailed(say("{label}: the setting {setting} is none that the task allows", label=label, setting=setting))  # fmt: skip
    _require_numbers(label, result, "measured", tried)
    if len(set(tried)) != len(tried) or len(tried) < at_least_runs:
        raise CheckFailed(
            say(
                "{label}: try at least {wanted} different settings, found {found}",
                label=label,
                wanted=at_least_runs,
                found=len(set(tried)),
            )
        )
    lists, predicted = ["measured"], result["predicted"]
    if not isinstance(predicted, str):
        lists.append("predicted")
        if not _are_numbers(predicted):
            raise CheckFailed(
                say(
                    "{label}: 'predicted' must be a list of numbers, or one of {words}; found {found}",
                    label=label,
                    words=", ".join(WORDS),
                    found=_brief(predicted),
                )
            )
    elif predicted not in WORDS:
        raise CheckFailed(say("{label}: 'predicted' is one of {expected}, or a list of numbers; found {found}", label=label, expected=", ".join(WORDS), found=repr(predicted)))  # fmt: skip
    for key in lists:
        if len(result[key]) != len(tried):
            raise CheckFailed(
                say(
                    "{label}: {settings} settings need as many values in {key}, found {found}",
                    label=label,
                    settings=len(tried),
                    key=repr(key),
                    found=len(result[key]),
                )
            )
    if result["conclusion"] not in WORDS:
        raise CheckFailed(_no_word(label, "conclusion", result["conclusion"]))


def _require_numbers(label, result, key, tried=()):
    """A list of numbers under this key; `tried`: the settings whose values they are."""
    if _are_numbers(result[key]):
        return
    if isinstance(result[key], (list, tuple, np.ndarray)):
        for setting, value in zip(tried, result[key]):
            if checks.is_number(value) and not np.isfinite(value):
                raise CheckFailed(
                    say(
                        "{label}: the measurement for the setting {setting} is {value}: leave this setting out",
                        label=label,
                        setting=setting,
                        value=value,
                    )
                )
    raise CheckFailed(say("{label}: {key} must be a list of numbers, found {found}", label=label, key=repr(key), found=_brief(result[key])))  # fmt: skip


def _no_word(label, key, found):
    return say("{label}: {key} is one of {expected}, found {found}", label=label, key=repr(key), expected=", ".join(WORDS), found=repr(found))  # fmt: skip


def _are_numbers(values):
    return isinstance(values, (list, tuple, np.ndarray)) and all(
        checks.is_number(value) and np.isfinite(value) for value in values
    )


def _brief(value):
    return repr(value)[:80]
