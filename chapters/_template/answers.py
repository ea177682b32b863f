"""Answers to the exercises of chapter @number@: task -> name -> code."""

# What people really get wrong; visible check and hidden tests must notice each. Three or more for each task.
WRONG = {
    "total": {
        # "the mean": "def total(values):\n    return float(np.mean(values))",
    },
}

# Right answers that are written differently; visible check and hidden tests must accept each. Two or more for each task.
RIGHT = {
    "total": {
        # "a loop": "def total(values):\n    result = 0\n    for value in values:\n        result += value\n    return result",
    },
}

# Wrong answers that no visible check can notice, and why: task -> name in WRONG -> reason.
HIDDEN_ONLY = {}
