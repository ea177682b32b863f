"""Wrong answers that people really give to the exercises of chapter @number@: task -> what went wrong -> code."""

WRONG = {
    "total": {
        # "the mean": "def total(values):\n    return float(np.mean(values))",
    },
}
