"""Answers that people really give to the exercises of chapter 08: task -> what it is -> code.

WRONG ones lose points and are noticed by the visible check, but for those in HIDDEN_ONLY, which say why not. RIGHT ones
are written in another style than the solution and earn full marks."""

LAST = """
def last_states(x, lengths, kernel, recurrent, bias):
    hidden = np.zeros((len(x), len(recurrent)))
    for t in range({steps}):
        new = {new}
        hidden = {hidden}
    return hidden
"""
NEW, STAYS = "np.tanh(x[:, t] @ kernel + hidden @ recurrent + bias)", "np.where((t < lengths)[:, None], new, hidden)"


def last(steps="x.shape[1]", new=NEW, hidden=STAYS):
    return LAST.format(steps=steps, new=new, hidden=hidden)


COUNTS = """
def counting_weights(inputs, mark, reset, ask):
    kernel, recurrent = np.zeros((inputs, 4)), np.zeros((1, 4))
    bias = np.array([{bias}])
    kernel[{mark}] = {opens}
    kernel[{reset}] = {shuts}
    kernel[{ask}] = {shows}
    return {result}
"""


def counts(
    bias="-20.0, 20, 20, -20",
    mark="mark, 0",
    opens=40,
    reset="reset, 1",
    shuts=-40,
    ask="ask, 3",
    shows=40,
    result="kernel, recurrent, bias",
):
    return COUNTS.format(
        bias=bias, mark=mark, opens=opens, reset=reset, shuts=shuts, ask=ask, shows=shows, result=result
    )


GRU = """
def paper_gru_step(x, hidden, kernel, recurrent, bias):
    (wz, wr, wh), (uz, ur, uh), (bz, br, bh) = (np.split(v, 3, axis=-1) for v in (kernel, recurrent, bias))
    r = sigmoid(x @ wr + hidden @ ur + br)
    z = sigmoid({update})
    n = {candidate}
    return {result}
"""


def gru(
    update="x @ wz + hidden @ uz + bz",
    candidate="np.tanh(x @ wh + (r * hidden) @ uh + bh)",
    result="z * hidden + (1 - z) * n",
):
    return GRU.format(update=update, candidate=candidate, result=result)


KERAS = """
def moving_average(features, decay):
    layer = keras.layers.SimpleRNN(features, activation={activation}, use_bias={bias}, return_sequences={all})
    model = keras.Sequential([keras.Input((None, features)), layer])
    one = np.eye(features)
    layer.set_weights([{weights}])
    return model
"""

WRONG = {
    "last_states": {
        "the padding is read": last(hidden="new"),
        "one step early": last(hidden="np.where((t < lengths - 1)[:, None], new, hidden)"),
        "one step late": last(hidden="np.where((t <= lengths)[:, None], new, hidden)"),
        "as far as the longest": last(steps="lengths.max()", hidden="new"),
        "as far as the shortest": last(steps="lengths.min()", hidden="new"),
        "padding set to 0, state goes on": """
def last_states(x, lengths, kernel, recurrent, bias):
    inside = np.arange(x.shape[1]) < lengths[:, None]
    hidden = np.zeros((len(x), len(recurrent)))
    for t in range(x.shape[1]):
        hidden = np.tanh((x[:, t] * inside[:, [t]]) @ kernel + hidden @ recurrent + bias)
    return hidden
""",
        "the state is lost at the end": last(hidden="np.where((t < lengths)[:, None], new, 0)"),
        "no state": last(new="np.tanh(x[:, t] @ kernel + bias)"),
        "no bias": last(new="np.tanh(x[:, t] @ kernel + hidden @ recurrent)"),
        "recurrent transposed": last(new="np.tanh(x[:, t] @ kernel + hidden @ recurrent.T + bias)"),
        "no tanh": last(new="x[:, t] @ kernel + hidden @ recurrent + bias"),
        "backwards in time": last(steps="x.shape[1] - 1, -1, -1"),
        "all the states": """
def last_states(x, lengths, kernel, recurrent, bias):
    hidden, states = np.zeros((len(x), len(recurrent))), []
    for t in range(x.shape[1]):
        hidden = np.where((t < lengths)[:, None], np.tanh(x[:, t] @ kernel + hidden @ recurrent + bias), hidden)
        states.append(hidden)
    return np.stack(states, axis=1)
""",
        "the state goes on into the next sequence": """
def last_states(x, lengths, kernel, recurrent, bias):
    hidden, found = np.zeros(len(recurrent)), []
    for sequence, length in zip(x, lengths):
        for now in sequence[:length]:
            hidden = np.tanh(now @ kernel + hidden @ recurrent + bias)
        found.append(hidden)
    return np.array(found)
""",
        "the same length for all": last(hidden="new if t < lengths[0] else hidden"),
        "writes into the padding": """
def last_states(x, lengths, kernel, recurrent, bias):
    hidden = np.zeros((len(x), len(recurrent)))
    for t in range(x.shape[1]):
        x[t >= lengths, t] = 0
        new = np.tanh(x[:, t] @ kernel + hidden @ recurrent + bias)
        hidden = np.where((t < lengths)[:, None], new, hidden)
    return hidden
""",
        "prints": last().replace("return hidden", "print(hidden)"),
    },
    "counting_weights": {
        "no forget bias": counts(bias="-20.0, 0, 20, -20"),
        "the forget bias of Keras": counts(bias="-20.0, 1, 20, -20"),
        "the input gate always open": counts(bias="20.0, 20, 20, -20"),
        "the input gate half open": counts(bias="0.0, 20, 20, -20"),
        "a candidate of tanh(1)": counts(bias="-20.0, 20, 1, -20"),
        "no candidate": counts(bias="-20.0, 20, 0, -20"),
        "the forget gate shut": counts(bias="-20.0, -20, 20, -20"),
        "no reset": counts(shuts=0),
        "half a reset": counts(shuts=-20),
        "the reset counts": counts(reset="reset, :2", shuts="[40, -40]"),
        "always shown": counts(bias="-20.0, 20, 20, 20"),
        "shown but when asked": counts(bias="-20.0, 20, 20, 20", shows=-40),
        "half shown": counts(bias="-20.0, 20, 20, 0"),
        "never shown": counts(shows=0),
        "PyTorch's older order": counts(bias="-20.0, 20, -20, 20", ask="ask, 2"),
        "too small": counts(bias="-2.0, 2, 2, -2", opens=4, shuts=-4, shows=4),
        "for the example only": counts(mark="1, 0", reset="2, 1", ask="3, 3"),
        "transposed": counts(result="kernel.T, recurrent, bias"),
        "recurrent without an axis": counts(result="kernel, recurrent[0], bias"),
        "prints": counts().replace("return kernel, recurrent, bias", "print(kernel, recurrent, bias)"),
    },
    "paper_gru_step": {
        "the lesson's, after the product": gru(candidate="np.tanh(x @ wh + r * (hidden @ uh) + bh)"),
        "the lesson's, with the bias inside": gru(candidate="np.tanh(x @ wh + r * (hidden @ uh + bh))"),
        "weighed the other way": gru(result="(1 - z) * hidden + z * n"),
        "no reset gate": gru(candidate="np.tanh(x @ wh + hidden @ uh + bh)"),
        "the reset gate on both sides": gru(candidate="np.tanh(r * (x @ wh + hidden @ uh + bh))"),
        "the other order": gru().replace(
            "(wz, wr, wh), (uz, ur, uh), (bz, br, bh)", "(wr, wz, wh), (ur, uz, uh), (br, bz, bh)"
        ),
        "the state reset for the update gate, too": gru(update="x @ wz + (r * hidden) @ uz + bz"),
        "the update gate resets": gru(candidate="np.tanh(x @ wh + (z * hidden) @ uh + bh)"),
        "every third column": gru().replace(
            "(np.split(v, 3, axis=-1) for v in (kernel, recurrent, bias))",
            "([v[..., k::3] for k in range(3)] for v in (kernel, recurrent, bias))",
        ),
        "no bias": gru().replace(" + bz", "").replace(" + br", "").replace(" + bh", ""),
        "the candidate alone": gru(result="n"),
        "nothing of the old state": gru(result="(1 - z) * n"),
        "sigmoid for the candidate": gru(candidate="sigmoid(x @ wh + (r * hidden) @ uh + bh)"),
        "the sum of both": gru(result="hidden + (1 - z) * n"),
        "writes into the state": gru().replace(
            "n = np.tanh(x @ wh + (r * hidden) @ uh + bh)", "hidden *= r\n    n = np.tanh(x @ wh + hidden @ uh + bh)"
        ),
        "prints": gru().replace("return z * hidden + (1 - z) * n", "print(z * hidden + (1 - z) * n)"),
    },
    "gradient_norms": {
        "in the order of computation": """
def gradient_norms(hidden, recurrent, last):
    delta, norms = last, [np.linalg.norm(last)]
    for t in range(len(hidden) - 1, 0, -1):
        delta = (delta * (1 - hidden[t] ** 2)) @ recurrent.T
        norms.append(np.linalg.norm(delta))
    return np.array(norms)
""",
        "not transposed": """
def gradient_norms(hidden, recurrent, last):
    norms = np.zeros(len(hidden))
    delta = last
    norms[-1] = np.linalg.norm(delta)
    for t in range(len(hidden) - 1, 0, -1):
        delta = (delta * (1 - hidden[t] ** 2)) @ recurrent
        norms[t - 1] = np.linalg.norm(delta)
    return norms
""",
        "no slope": """
def gradient_norms(hidden, recurrent, last):
    norms = np.zeros(len(hidden))
    delta = last
    norms[-1] = np.linalg.norm(delta)
    for t in range(len(hidden) - 1, 0, -1):
        delta = delta @ recurrent.T
        norms[t - 1] = np.linalg.norm(delta)
    return norms
""",
        "slope of the state before": """
def gradient_norms(hidden, recurrent, last):
    norms = np.zeros(len(hidden))
    delta = last
    norms[-1] = np.linalg.norm(delta)
    for t in range(len(hidden) - 1, 0, -1):
        delta = (delta * (1 - hidden[t - 1] ** 2)) @ recurrent.T
        norms[t - 1] = np.linalg.norm(delta)
    return norms
""",
        "slope after the product": """
def gradient_norms(hidden, recurrent, last):
    norms = np.zeros(len(hidden))
    delta = last
    norms[-1] = np.linalg.norm(delta)
    for t in range(len(hidden) - 1, 0, -1):
        delta = (delta @ recurrent.T) * (1 - hidden[t] ** 2)
        norms[t - 1] = np.linalg.norm(delta)
    return norms
""",
        "squared": """
def gradient_norms(hidden, recurrent, last):
    norms = np.zeros(len(hidden))
    delta = last
    norms[-1] = (delta ** 2).sum()
    for t in range(len(hidden) - 1, 0, -1):
        delta = (delta * (1 - hidden[t] ** 2)) @ recurrent.T
        norms[t - 1] = (delta ** 2).sum()
    return norms
""",
        "one step too far": """
def gradient_norms(hidden, recurrent, last):
    delta, norms = last, []
    for state in hidden[::-1]:
        delta = (delta * (1 - state**2)) @ recurrent.T
        norms.append(np.linalg.norm(delta))
    return np.array(norms[::-1])
""",
        "the first step left out": """
def gradient_norms(hidden, recurrent, last):
    norms = np.zeros(len(hidden))
    delta = last
    norms[-1] = np.linalg.norm(delta)
    for t in range(len(hidden) - 1, 1, -1):
        delta = (delta * (1 - hidden[t] ** 2)) @ recurrent.T
        norms[t - 1] = np.linalg.norm(delta)
    return norms
""",
        "writes into the gradient": """
def gradient_norms(hidden, recurrent, last):
    norms = np.zeros(len(hidden))
    norms[-1] = np.linalg.norm(last)
    for t in range(len(hidden) - 1, 0, -1):
        last[:] = (last * (1 - hidden[t] ** 2)) @ recurrent.T
        norms[t - 1] = np.linalg.norm(last)
    return norms
""",
    },
    "teacher_forcing": {
        "not shifted": "def teacher_forcing(tokens, start):\n    return tokens, tokens\n",
        "shifted the other way": "def teacher_forcing(tokens, start):\n    return np.pad(tokens[:, 1:], ((0, 0), (0, 1)), constant_values=start), tokens\n",
        "rolled": "def teacher_forcing(tokens, start):\n    return np.roll(tokens, 1, axis=1), tokens\n",
        "shifted from text to text": "def teacher_forcing(tokens, start):\n    return np.concatenate([np.full((1, tokens.shape[1]), start), tokens[:-1]]), tokens\n",
        "one token longer": "def teacher_forcing(tokens, start):\n    return np.concatenate([np.full((len(tokens), 1), start), tokens], axis=1), tokens\n",
        "no start": "def teacher_forcing(tokens, start):\n    return tokens[:, :-1], tokens[:, 1:]\n",
        "the first replaced": "def teacher_forcing(tokens, start):\n    inputs = tokens.copy()\n    inputs[:, 0] = start\n    return inputs, tokens\n",
        "always begins with 0": "def teacher_forcing(tokens, start):\n    return np.pad(tokens[:, :-1], ((0, 0), (1, 0))), tokens\n",
        "the other order": "def teacher_forcing(tokens, start):\n    return tokens, np.concatenate([np.full((len(tokens), 1), start), tokens[:, :-1]], axis=1)\n",
        "writes into the tokens": "def teacher_forcing(tokens, start):\n    targets = tokens.copy()\n    tokens[:, 1:] = targets[:, :-1]\n    tokens[:, 0] = start\n    return tokens, targets\n",
    },
    "windows": {
        "one window too few": """
def windows(series, length, ahead):
    count = len(series) - length - ahead
    if count < 1: raise ValueError
    return np.array([series[k:k + length] for k in range(count)]), series[length + ahead - 1:-1]
""",
        "one step too far": """
def windows(series, length, ahead):
    count = len(series) - length - ahead
    if count < 1: raise ValueError
    return np.array([series[k:k + length] for k in range(count)]), series[length + ahead:]
""",
        "always one step ahead": """
def windows(series, length, ahead):
    count = len(series) - length
    if count < ahead: raise ValueError
    return np.array([series[k:k + length] for k in range(count)]), series[length:]
""",
        "the target is in the window": """
def windows(series, length, ahead):
    count = len(series) - length - ahead + 1
    if count < 1: raise ValueError
    return np.array([series[k:k + length] for k in range(count)]), series[length - 1:length - 1 + count]
""",
        "without overlap": """
def windows(series, length, ahead):
    count = len(series) - length - ahead + 1
    if count < 1: raise ValueError
    starts = range(0, count, length)
    return np.array([series[k:k + length] for k in starts]), np.array([series[k + length + ahead - 1] for k in starts])
""",
        "windows without a target": """
def windows(series, length, ahead):
    if len(series) < length + ahead: raise ValueError
    return np.lib.stride_tricks.sliding_window_view(series, length), series[length + ahead - 1:]
""",
        "no error": """
def windows(series, length, ahead):
    count = len(series) - length - ahead + 1
    return np.array([series[k:k + length] for k in range(count)]), series[length + ahead - 1:]
""",
        "integers only": """
def windows(series, length, ahead):
    count = len(series) - length - ahead + 1
    if count < 1: raise ValueError
    x = np.zeros((count, length), int)
    for k in range(count): x[k] = series[k:k + length]
    return x, series[length + ahead - 1:]
""",
    },
    "train_and_test": {
        "the friend's": """
def train_and_test(series, length, split):
    scaled = (series - series.mean()) / series.std()
    x, y = windows(scaled, length, 1)
    order = np.random.default_rng(0).permutation(len(y))
    train, test = order[:split - length], order[split - length:]
    return x[train], y[train], x[test], y[test]
""",
        "scaled with the future": """
def train_and_test(series, length, split):
    x, y = windows((series - series.mean()) / series.std(), length, 1)
    return x[:split - length], y[:split - length], x[split - length:], y[split - length:]
""",
        "spread of the whole": """
def train_and_test(series, length, split):
    x, y = windows((series - series[:split].mean()) / series.std(), length, 1)
    return x[:split - length], y[:split - length], x[split - length:], y[split - length:]
""",
        "each part scaled by itself": """
def train_and_test(series, length, split):
    scale = lambda part: (part - part.mean()) / part.std()
    scaled = np.concatenate([scale(series[:split]), scale(series[split:])])
    x, y = windows(scaled, length, 1)
    return x[:split - length], y[:split - length], x[split - length:], y[split - length:]
""",
        "shuffled": """
def train_and_test(series, length, split):
    past = series[:split]
    x, y = windows((series - past.mean()) / past.std(), length, 1)
    order = np.random.default_rng(0).permutation(len(y))
    train, test = order[:split - length], order[split - length:]
    return x[train], y[train], x[test], y[test]
""",
        "divided at split": """
def train_and_test(series, length, split):
    past = series[:split]
    x, y = windows((series - past.mean()) / past.std(), length, 1)
    return x[:split], y[:split], x[split:], y[split:]
""",
        "targets not standardized": """
def train_and_test(series, length, split):
    past = series[:split]
    x, _ = windows((series - past.mean()) / past.std(), length, 1)
    first, y = split - length, series[length:]
    return x[:first], y[:first], x[first:], y[first:]
""",
        "no window reaches back over split": """
def train_and_test(series, length, split):
    past = series[:split]
    scaled = (series - past.mean()) / past.std()
    pairs = lambda part: (np.array([part[k:k + length] for k in range(len(part) - length)]), part[length:])
    return (*pairs(scaled[:split]), *pairs(scaled[split:]))
""",
        "one of the test in training": """
def train_and_test(series, length, split):
    past = series[:split]
    x, y = windows((series - past.mean()) / past.std(), length, 1)
    first = split - length + 1
    return x[:first], y[:first], x[first:], y[first:]
""",
        "the sample's standard deviation": """
def train_and_test(series, length, split):
    past = series[:split]
    x, y = windows((series - past.mean()) / past.std(ddof=1), length, 1)
    first = split - length
    return x[:first], y[:first], x[first:], y[first:]
""",
        "writes into the series": """
def train_and_test(series, length, split):
    mean, spread = series[:split].mean(), series[:split].std()
    series[:] = (series - mean) / spread
    x, y = windows(series, length, 1)
    first = split - length
    return x[:first], y[:first], x[first:], y[first:]
""",
    },
    "seasonal_naive_error": {
        "from the first that can be predicted": "def seasonal_naive_error(series, season, start):\n    return float(np.abs(series[season:] - series[:-season]).mean())\n",
        "squares": "def seasonal_naive_error(series, season, start):\n    return float(((series[start:] - series[start - season:-season]) ** 2).mean())\n",
        "root of squares": "def seasonal_naive_error(series, season, start):\n    return float(np.sqrt(((series[start:] - series[start - season:-season]) ** 2).mean()))\n",
        "signs cancel": "def seasonal_naive_error(series, season, start):\n    return float((series[start:] - series[start - season:-season]).mean())\n",
        "the value before": "def seasonal_naive_error(series, season, start):\n    return float(np.abs(series[start:] - series[start - 1:-1]).mean())\n",
        "the last season before start for all": "def seasonal_naive_error(series, season, start):\n    return float(np.mean([abs(series[t] - series[start - season + (t - start) % season]) for t in range(start, len(series))]))\n",
        "the sum": "def seasonal_naive_error(series, season, start):\n    return float(np.abs(series[start:] - series[start - season:-season]).sum())\n",
        "without the first": "def seasonal_naive_error(series, season, start):\n    return float(np.mean([abs(series[t] - series[t - season]) for t in range(start + 1, len(series))] or [0]))\n",
        "rounded": "def seasonal_naive_error(series, season, start):\n    return round(float(np.abs(series[start:] - series[start - season:-season]).mean()))\n",
    },
    "perplexity": {
        "the loss": """
def perplexity(logits, tokens):
    shifted = logits - logits.max(axis=-1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
    return float(-log_p[np.arange(len(tokens)), tokens].mean())
""",
        "two bases": """
def perplexity(logits, tokens):
    shifted = logits - logits.max(axis=-1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
    return float(2 ** -log_p[np.arange(len(tokens)), tokens].mean())
""",
        "the sum": """
def perplexity(logits, tokens):
    shifted = logits - logits.max(axis=-1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
    return float(np.exp(-log_p[np.arange(len(tokens)), tokens].sum()))
""",
        "overflows": """
def perplexity(logits, tokens):
    p = np.exp(logits) / np.exp(logits).sum(axis=-1, keepdims=True)
    return float(np.exp(-np.log(p[np.arange(len(tokens)), tokens]).mean()))
""",
        "logits taken for logarithms": "def perplexity(logits, tokens):\n    return float(np.exp(-logits[np.arange(len(tokens)), tokens].mean()))\n",
        "the mean of 1 / p": """
def perplexity(logits, tokens):
    shifted = logits - logits.max(axis=-1, keepdims=True)
    p = np.exp(shifted) / np.exp(shifted).sum(axis=-1, keepdims=True)
    return float((1 / p[np.arange(len(tokens)), tokens]).mean())
""",
        "softmax over time": """
def perplexity(logits, tokens):
    shifted = logits - logits.max(axis=0, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=0, keepdims=True))
    return float(np.exp(-log_p[np.arange(len(tokens)), tokens].mean()))
""",
        "one softmax for all steps": """
def perplexity(logits, tokens):
    p = np.exp(logits - logits.max()) / np.exp(logits - logits.max()).sum()
    return float(np.exp(-np.log(p[np.arange(len(tokens)), tokens]).mean()))
""",
        "every token of every step": """
def perplexity(logits, tokens):
    shifted = logits - logits.max(axis=-1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
    return float(np.exp(-log_p[:, tokens].mean()))
""",
        "a small number against log 0": """
def perplexity(logits, tokens):
    shifted = logits - logits.max(axis=-1, keepdims=True)
    p = np.exp(shifted) / np.exp(shifted).sum(axis=-1, keepdims=True)
    return float(np.exp(-np.log(p[np.arange(len(tokens)), tokens] + 0.001).mean()))
""",
    },
    "sample": {
        "always the largest": "def sample(logits, temperature, draw):\n    if temperature < 0: raise ValueError\n    return int(np.argmax(logits))\n",
        "multiplied by the temperature": """
def sample(logits, temperature, draw):
    if temperature < 0: raise ValueError
    if temperature == 0: return int(np.argmax(logits))
    z = logits * temperature
    p = np.exp(z - z.max())
    return int(np.argmax(np.cumsum(p / p.sum()) > draw))
""",
        "no temperature": """
def sample(logits, temperature, draw):
    if temperature < 0: raise ValueError
    if temperature == 0: return int(np.argmax(logits))
    p = np.exp(logits - logits.max())
    return int(np.argmax(np.cumsum(p / p.sum()) > draw))
""",
        "probabilities divided by the temperature": """
def sample(logits, temperature, draw):
    if temperature < 0: raise ValueError
    if temperature == 0: return int(np.argmax(logits))
    p = np.exp(logits - logits.max())
    return int(np.argmax(np.cumsum(p / p.sum() / temperature) > draw))
""",
        "sorted": """
def sample(logits, temperature, draw):
    if temperature < 0: raise ValueError
    if temperature == 0: return int(np.argmax(logits))
    order = np.argsort(-logits)
    p = np.exp((logits[order] - logits.max()) / temperature)
    return int(order[np.argmax(np.cumsum(p / p.sum()) > draw)])
""",
        "divides by 0": """
def sample(logits, temperature, draw):
    if temperature < 0: raise ValueError
    z = logits / temperature
    p = np.exp(z - z.max())
    return int(np.argmax(np.cumsum(p / p.sum()) > draw))
""",
        "overflows": """
def sample(logits, temperature, draw):
    if temperature < 0: raise ValueError
    if temperature == 0: return int(np.argmax(logits))
    p = np.exp(logits / temperature)
    return int(np.argmax(np.cumsum(p / p.sum()) > draw))
""",
        "a probability instead of a token": """
def sample(logits, temperature, draw):
    if temperature < 0: raise ValueError
    if temperature == 0: return int(np.argmax(logits))
    z = logits / temperature
    p = np.exp(z - z.max())
    return float((p / p.sum())[np.argmax(np.cumsum(p / p.sum()) > draw)])
""",
        "its own random number": """
def sample(logits, temperature, draw):
    if temperature < 0: raise ValueError
    if temperature == 0: return int(np.argmax(logits))
    z = logits / temperature
    p = np.exp(z - z.max())
    return int(np.random.default_rng(0).choice(len(p), p=p / p.sum()))
""",
        "no error": """
def sample(logits, temperature, draw):
    if temperature == 0: return int(np.argmax(logits))
    z = logits / temperature
    p = np.exp(z - z.max())
    return int(np.argmax(np.cumsum(p / p.sum()) > draw))
""",
    },
    "moving_average": {
        "input not weighed": KERAS.format(activation="'linear'", bias=False, all=True, weights="one, decay * one"),
        "confused": KERAS.format(activation="'linear'", bias=False, all=True, weights="decay * one, (1 - decay) * one"),
        "the last step only": KERAS.format(
            activation="'linear'", bias=False, all=False, weights="(1 - decay) * one, decay * one"
        ),
        "tanh left in": KERAS.format(
            activation="'tanh'", bias=False, all=True, weights="(1 - decay) * one, decay * one"
        ),
        "a bias": KERAS.format(
            activation="'linear'", bias=True, all=True, weights="(1 - decay) * one, decay * one, np.zeros(features)"
        ),
        "features mixed": KERAS.format(
            activation="'linear'",
            bias=False,
            all=True,
            weights="(1 - decay) * np.ones((features, features)), decay * one",
        ),
        "weights not set": KERAS.format(activation="'linear'", bias=False, all=True, weights="*layer.get_weights()"),
        "a function": "def moving_average(features, decay):\n    return lambda x: x\n",
    },
    "memory_of_scales": {
        "invented": "def memory_of_scales():\n    return {'settings': [0.5, 0.8, 1.1, 1.4], 'predicted': 'grows', 'measured': [-9.0, -6, -3, -1], 'conclusion': 'grows'}\n",
        "too few": "def memory_of_scales():\n    scales = [0.5, 1.0, 1.5]\n    return {'settings': scales, 'predicted': 'grows', 'measured': [gradient_left(s) for s in scales], 'conclusion': 'grows'}\n",
        "nothing small": "def memory_of_scales():\n    scales = [0.9, 1.0, 1.2, 1.5]\n    return {'settings': scales, 'predicted': 'grows', 'measured': [gradient_left(s) for s in scales], 'conclusion': 'grows'}\n",
        "nothing large": "def memory_of_scales():\n    scales = [0.5, 0.6, 0.8, 1.2]\n    return {'settings': scales, 'predicted': 'grows', 'measured': [gradient_left(s) for s in scales], 'conclusion': 'grows'}\n",
        "the prediction as conclusion": "def memory_of_scales():\n    scales = [0.5, 0.8, 1.1, 1.4]\n    return {'settings': scales, 'predicted': 'falls', 'measured': [gradient_left(s) for s in scales], 'conclusion': 'falls'}\n",
        "no prediction": "def memory_of_scales():\n    scales = [0.5, 0.8, 1.1, 1.4]\n    return {'settings': scales, 'measured': [gradient_left(s) for s in scales], 'conclusion': 'grows'}\n",
        "not logarithms": "def memory_of_scales():\n    scales = [0.5, 0.8, 1.1, 1.4]\n    return {'settings': scales, 'predicted': 'grows', 'measured': [10 ** gradient_left(s) for s in scales], 'conclusion': 'grows'}\n",
        "outside": "def memory_of_scales():\n    scales = [0.5, 1.0, 1.5, 2.0]\n    return {'settings': scales, 'predicted': 'grows', 'measured': [gradient_left(s) for s in scales], 'conclusion': 'grows'}\n",
    },
}

RIGHT = {
    "last_states": {
        "sequence by sequence": """
def last_states(x, lengths, kernel, recurrent, bias):
    result = []
    for sequence, length in zip(x, lengths):
        state = np.zeros(len(bias))
        for now in sequence[:length]:
            state = np.tanh(np.dot(now, kernel) + np.dot(state, recurrent) + bias)
        result.append(state)
    return np.array(result)
""",
        "all states, then the right one": """
def last_states(x, lengths, kernel, recurrent, bias):
    states = [np.zeros((len(x), recurrent.shape[0]))]
    for t in range(x.shape[1]):
        states.append(np.tanh(x[:, t] @ kernel + states[-1] @ recurrent + bias))
    return np.stack(states)[lengths, np.arange(len(x))]
""",
        "weighed by 0 and 1": """
def last_states(x, lengths, kernel, recurrent, bias):
    hidden, both = np.zeros((len(x), len(bias))), np.concatenate([kernel, recurrent])
    for t in range(max(lengths)):
        on = (lengths > t).astype(float)[:, None]
        hidden = on * np.tanh(np.concatenate([x[:, t], hidden], axis=1) @ both + bias) + (1 - on) * hidden
    return hidden
""",
        "rows that still run": """
def last_states(x, lengths, kernel, recurrent, bias):
    hidden = np.zeros((x.shape[0], recurrent.shape[1]))
    for t in range(x.shape[1]):
        running = np.flatnonzero(t < lengths)
        hidden[running] = np.tanh(x[running, t] @ kernel + hidden[running] @ recurrent + bias)
    return hidden
""",
    },
    "counting_weights": {
        "the candidate counts, the input gate is open": """
def counting_weights(inputs, mark, reset, ask):
    kernel = np.zeros((inputs, 4))
    kernel[mark, 2] = 25.0
    kernel[reset, 1] = -60
    kernel[ask, 3] = 60
    return kernel, np.zeros((1, 4)), np.array([30.0, 30, 0, -30])
""",
        "column by column, whole numbers": """
def counting_weights(inputs, mark, reset, ask):
    one = np.eye(inputs, dtype=int)
    i = 30 * (2 * one[mark] - 1)
    f = 30 * (1 - 2 * one[reset])
    g = np.full(inputs, 30)
    o = 30 * (2 * one[ask] - 1)
    return np.stack([i, f, g, o], axis=1), np.zeros((1, 4), int), np.zeros(4, int)
""",
        "lists, and just large enough": """
def counting_weights(inputs, mark, reset, ask):
    kernel = [[0.0] * 4 for _ in range(inputs)]
    kernel[mark][0], kernel[reset][1], kernel[ask][3] = 24, -24, 24
    return [kernel, [[0.0] * 4], [-12, 12, 12, -12]]
""",
    },
    "paper_gru_step": {
        "slices": """
def paper_gru_step(x, hidden, kernel, recurrent, bias):
    n = hidden.shape[1]
    gates = 1 / (1 + np.exp(-(x @ kernel[:, :2 * n] + hidden @ recurrent[:, :2 * n] + bias[:2 * n])))
    z, r = gates[:, :n], gates[:, n:]
    new = np.tanh(x @ kernel[:, 2 * n:] + (hidden * r) @ recurrent[:, 2 * n:] + bias[2 * n:])
    return new + z * (hidden - new)
""",
        "row by row": """
def paper_gru_step(x, hidden, kernel, recurrent, bias):
    n, rows = len(recurrent), []
    for one, state in zip(x, hidden):
        z, r = sigmoid(np.dot(one, kernel) + np.dot(state, recurrent) + bias).reshape(3, n)[:2]
        new = np.tanh((np.dot(one, kernel) + np.dot(r * state, recurrent) + bias)[2 * n:])
        rows.append(z * state + (1 - z) * new)
    return np.array(rows)
""",
        "joined matrices": """
def paper_gru_step(x, hidden, kernel, recurrent, bias):
    n, W = hidden.shape[-1], np.concatenate([kernel, recurrent])
    part = lambda k, state: np.concatenate([x, state], axis=1) @ W[:, k * n:(k + 1) * n] + bias[k * n:(k + 1) * n]
    squash = lambda v: (1 + np.tanh(v / 2)) / 2
    z, r = squash(part(0, hidden)), squash(part(1, hidden))
    return (1 - z) * np.tanh(part(2, r * hidden)) + z * hidden
""",
    },
    "gradient_norms": {
        "with a matrix for each step": """
def gradient_norms(hidden, recurrent, last):
    norms = np.zeros(len(hidden))
    delta = np.array(last, float)
    for t in reversed(range(len(hidden))):
        norms[t] = np.sqrt(delta @ delta)
        delta = recurrent @ np.diag(1 - hidden[t] ** 2) @ delta
    return norms
""",
        "recursive": """
def gradient_norms(hidden, recurrent, last):
    if len(hidden) == 1:
        return np.array([np.linalg.norm(last)])
    before = recurrent @ ((1 - np.square(hidden[-1])) * last)
    return np.append(gradient_norms(hidden[:-1], recurrent, before), np.linalg.norm(last))
""",
    },
    "teacher_forcing": {
        "pad": """
def teacher_forcing(tokens, start):
    return np.pad(tokens, ((0, 0), (1, 0)), constant_values=start)[:, :-1], tokens.copy()
""",
        "lists": """
def teacher_forcing(tokens, start):
    return np.array([[start] + list(row[:-1]) for row in tokens]), np.array([list(row) for row in tokens])
""",
    },
    "windows": {
        "a loop": """
def windows(series, length, ahead):
    x, y = [], []
    for end in range(length, len(series) - ahead + 1):
        x.append(list(series[end - length:end]))
        y.append(series[end + ahead - 1])
    if not y:
        raise ValueError("too short")
    return np.array(x), np.array(y)
""",
        "a view": """
def windows(series, length, ahead):
    if len(series) < length + ahead:
        raise ValueError("too short")
    x = np.lib.stride_tricks.sliding_window_view(series[:len(series) - ahead], length).copy()
    return x, series[length - 1 + ahead:].copy()
""",
    },
    "train_and_test": {
        "by the places of the targets": """
def train_and_test(series, length, split):
    mean, spread = np.mean(series[:split]), np.std(series[:split])
    scaled = (np.asarray(series, float) - mean) / spread
    part = lambda places: (np.array([scaled[t - length:t] for t in places]), np.array([scaled[t] for t in places]))
    return (*part(range(length, split)), *part(range(split, len(series))))
""",
        "two series": """
def train_and_test(series, length, split):
    scale = lambda values: (values - series[:split].mean()) / series[:split].std()
    x_train, y_train = windows(scale(series[:split]), length, 1)
    x_test, y_test = windows(scale(series[split - length:]), length, 1)
    return x_train, y_train, x_test, y_test
""",
    },
    "seasonal_naive_error": {
        "a loop": """
def seasonal_naive_error(series, season, start):
    errors = []
    for t in range(start, len(series)):
        errors.append(abs(series[t] - series[t - season]))
    return sum(errors) / len(errors)
""",
        "places": """
def seasonal_naive_error(series, season, start):
    t = np.arange(start, len(series))
    return np.mean(np.abs(series[t] - series[t - season]))
""",
    },
    "perplexity": {
        "logaddexp": """
def perplexity(logits, tokens):
    losses = [np.logaddexp.reduce(row) - row[token] for row, token in zip(logits.astype(float), tokens)]
    return np.exp(np.mean(losses))
""",
        "probabilities after the shift": """
def perplexity(logits, tokens):
    total = 0.0
    for row, token in zip(logits, tokens):
        row = row - row.max()
        total += np.log(np.exp(row).sum()) - row[token]
    return float(np.exp(total / len(tokens)))
""",
    },
    "sample": {
        "a loop": """
def sample(logits, temperature, draw):
    if temperature < 0:
        raise ValueError("below zero")
    if temperature == 0:
        return int(list(logits).index(max(logits)))
    p = np.exp((logits - np.max(logits)) / temperature)
    p = p / p.sum()
    total = 0
    for token in range(len(p)):
        total += p[token]
        if total > draw:
            return token
    return len(p) - 1
""",
        "searchsorted": """
def sample(logits, temperature, draw):
    if temperature < 0:
        raise ValueError("below zero")
    if not temperature:
        return int(np.asarray(logits).argmax())
    p = np.exp((logits - logits.max()) / temperature)
    return int(np.searchsorted(np.cumsum(p) / p.sum(), draw, side="right"))
""",
    },
    "moving_average": {
        "the functional way": """
def moving_average(features, decay):
    inputs = keras.Input((None, features))
    layer = keras.layers.SimpleRNN(features, activation=None, use_bias=False, return_sequences=True)
    model = keras.Model(inputs, layer(inputs))
    one = np.eye(features, dtype="float32")
    model.set_weights([one - decay * one, decay * one])
    return model
""",
        "initializers": """
def moving_average(features, decay):
    identity = keras.initializers.Identity
    return keras.Sequential([keras.Input((None, features)), keras.layers.SimpleRNN(
        features, activation="linear", use_bias=False, return_sequences=True,
        kernel_initializer=identity(1 - decay), recurrent_initializer=identity(decay))])
""",
    },
    "memory_of_scales": {
        "more values, another order, numbers predicted": """
def memory_of_scales():
    scales = [1.5, 1.3, 1.0, 0.9, 0.6]
    return {"settings": scales, "predicted": [0.0, -1, -2, -3, -4], "measured": np.array([gradient_left(s) for s in scales]), "conclusion": "grows"}
""",
        "written down": """
def memory_of_scales():
    found = {}
    for scale in np.linspace(0.5, 1.5, 5):
        found[float(scale)] = round(gradient_left(float(scale)), 3)
    return {"settings": list(found), "predicted": "neither", "measured": list(found.values()), "conclusion": "grows"}
""",
    },
}

HIDDEN_ONLY = {}
