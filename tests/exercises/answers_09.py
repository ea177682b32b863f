"""Answers that people really give to the exercises of chapter 09: task -> what it is -> code.

WRONG ones lose points and are noticed by the visible check, but for those in HIDDEN_ONLY, which say why not. RIGHT ones
are written in another style than the solution and earn full marks."""

ATTENTION = """
def masked_attention(queries, keys, values, allowed):
    scores = {scores}
    largest = scores.max(axis={axis}, keepdims=True)
    weights = np.exp(scores - np.where(np.isfinite(largest), largest, 0))
    total = weights.sum(axis={axis}, keepdims=True)
    return {result}
"""
SCORES = "np.where(allowed, queries @ keys.T / np.sqrt(queries.shape[-1]), -np.inf)"
SHARES = "weights / np.where(total > 0, total, 1)"
MASKS = """
def masks(source_lengths, target_lengths):
    if len(source_lengths) != len(target_lengths) or min(*source_lengths, *target_lengths) < 1:
        raise ValueError("lengths")
    s, t = np.arange(max(source_lengths)), np.arange(max(target_lengths))
    source, target = s < source_lengths[:, None], t < target_lengths[:, None]
    within = {within}
    across = {across}
    return within, across
"""
WITHIN = "(t[:, None] >= t) & target[:, None, :]"
ACROSS = "np.repeat(source[:, None, :], len(t), axis=1)"
HEADS = """
def mix_heads(shares, values, kernel, bias, off):
    batch, heads, n, m = shares.shape
    width = values.shape[-1]
    if width % heads or any(not 0 <= head < heads for head in off):
        raise ValueError("heads")
    size = width // heads
    parts = {parts}
    on = np.array([head not in off for head in range(heads)])
    mixed = shares @ parts * on[:, None, None]
    return {result}
"""
PARTS = "values.reshape(batch, m, heads, size).transpose(0, 2, 1, 3)"
MERGED = "mixed.transpose(0, 2, 1, 3).reshape(batch, n, width) @ kernel + bias"
MOVE = """
def move_on(vectors, steps):
    width = vectors.shape[1]
    if width % 2:
        raise ValueError("odd")
    turn = {turn}
    sines, cosines = vectors[:, 0::2], vectors[:, 1::2]
    result = np.empty(vectors.shape)
    result[:, 0::2] = {sine}
    result[:, 1::2] = {cosine}
    return result
"""
TURN = "steps * 10000.0 ** (-np.arange(0, width, 2) / width)"
SINE, COSINE = "sines * np.cos(turn) + cosines * np.sin(turn)", "cosines * np.cos(turn) - sines * np.sin(turn)"
BATCH = """
def teacher_batch(sentences, length):
    inputs, targets = np.full((2, len(sentences), length), PAD)
    for row, sentence in enumerate(sentences):
        count = len(sentence) + 1
        if count > length:
            raise ValueError("too long")
        inputs[row, :{ours}] = {inputs}
        targets[row, :{theirs}] = {targets}
    return inputs, targets, {weights}
"""
LOSS = """
def smoothed_loss(logits, targets, epsilon):
    V = logits.shape[-1]
    shifted = logits - logits.max(axis=-1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
    right = np.take_along_axis(log_p, targets[..., None], axis=-1)[..., 0]
    losses = {losses}
    return float({result})
"""
LOSSES, COUNTED = "-(1 - epsilon) * right - epsilon * log_p.mean(axis=-1)", "losses[targets != PAD].mean()"
RATES = """
def learning_rates(updates, width, warmup):
    if warmup < 1:
        raise ValueError("warm-up")
    steps = {steps}
    return {rate}
"""
BEAM = """
def beam_search(table, beam, longest, alpha):
    alive, aside = [(0.0, [START])], []
    for _ in range(longest):
        longer = [(score + np.log(p), [*tokens, token]) for score, tokens in alive for token, p in enumerate(table[tokens[-1]]) if p > 0]
        best = {best}
        aside += [one for one in best if one[1][-1] == END]
        alive = {alive}
        {stop}
    _, tokens = max({all}, key=lambda one: {score})
    return {result}
"""
BEAM_PARTS = {
    "best": "sorted(longer, reverse=True)[:beam]",
    "alive": "[one for one in best if one[1][-1] != END]",
    "stop": "",
    "all": "aside + alive",
    "score": "one[0] / (len(one[1]) - 1) ** alpha",
    "result": "tokens[1:]",
}
EXACT = """
def exact_match(found, expected):
    if len(found) != len(expected):
        raise ValueError("rows")
    right = 0
    for one, other in zip(found.tolist(), expected.tolist()):
        right += {right}
    return right / len(expected)
"""
CHARACTERS = """
def character_scores(found, expected, order):
    from collections import Counter
    found, expected = found.replace(" ", ""), expected.replace(" ", "")
    precisions, recalls = [], []
    for n in range(1, {orders} + 1):
        ours, theirs = (Counter(text[i:i + n] for i in range(len(text) - n + 1)) for text in (found, expected))
        right = {right}
        precisions.append(right / max({ours}, 1))
        recalls.append(right / max({theirs}, 1))
    p, r = {means}
    return (p, r, {f}) if p or r else (0, 0, 0)
"""
CHARACTER_PARTS = {
    "orders": "min(order, len(found), len(expected))",
    "right": "sum((ours & theirs).values())",
    "ours": "sum(ours.values())",
    "theirs": "sum(theirs.values())",
    "means": "np.mean(precisions), np.mean(recalls)",
    "f": "5 * p * r / (4 * p + r)",
}
BLOCK = """
def block_parameters(width, hidden, kind):
    if kind not in ("encoder", "decoder"):
        raise ValueError(kind)
    n = 1 if kind == "encoder" else 2
    return {count}
"""
ONE_ATTENTION, FORWARD = "4 * (width + 1) * width", "(width + 1) * hidden + (hidden + 1) * width"
DECODER = """
def decoder_attention(x, wq, wk, wv, wo, heads):
    time, width = x.shape
    size = width // heads
    split = lambda t: {split}
    q, k, v = split(x @ wq), split(x @ wk), split(x @ wv)
    weights = np.exp(q @ k.transpose(0, 2, 1) / {scale})
    {shares}
    mixed = (shares @ v).transpose(1, 0, 2).reshape(time, width)
    return {result}
"""
DECODER_PARTS = {
    "split": "t.reshape(time, heads, size).transpose(1, 0, 2)",
    "scale": "np.sqrt(size)",
    "shares": "weights = weights * np.tri(time); shares = weights / weights.sum(axis=-1, keepdims=True)",
    "result": "x + mixed @ wo",
}
LAYER = """
def decoder_layer(width, heads, hidden):
    x, memory = keras.Input((None, width)), keras.Input((None, width))
    attention = lambda: layers.MultiHeadAttention(heads, {size})
    norm = lambda *parts: layers.LayerNormalization()(layers.Add()(list(parts)))
    {first}
    {second}
    {third}
    return keras.Model([x, memory], h)
"""
LAYER_PARTS = {
    "size": "width // heads",
    "first": "h = norm(x, attention()(x, x, use_causal_mask=True))",
    "second": "h = norm(h, attention()(h, memory))",
    "third": "h = norm(h, layers.Dense(width)(layers.Dense(hidden, activation='relu')(h)))",
}
EXPERIMENT = """
def larger_scores():
    factors = {factors}
    return {{"settings": factors, "predicted": "falls", "measured": [{measured} for f in factors], "conclusion": "{word}"}}
"""


def beam(**parts):
    return BEAM.format(**{**BEAM_PARTS, **parts})


def characters(**parts):
    return CHARACTERS.format(**{**CHARACTER_PARTS, **parts})


def decoder(**parts):
    return DECODER.format(**{**DECODER_PARTS, **parts})


def layer(**parts):
    return LAYER.format(**{**LAYER_PARTS, **parts})


def batch(**parts):
    usual = {"ours": "count", "theirs": "count", "inputs": "[START, *sentence]", "targets": "[*sentence, END]"}
    return BATCH.format(**{**usual, "weights": "(targets != PAD).astype(int)", **parts})


WRONG = {
    "masked_attention": {
        "1e9 subtracted, and the largest": """
def masked_attention(queries, keys, values, allowed):
    scores = queries @ keys.T / np.sqrt(queries.shape[1]) + np.where(allowed, 0, -1e9)
    weights = np.exp(scores - scores.max(axis=1, keepdims=True))
    return weights / weights.sum(axis=1, keepdims=True) @ values
""",
        "no mask": ATTENTION.format(
            scores="queries @ keys.T / np.sqrt(queries.shape[-1])", axis=-1, result=f"{SHARES} @ values"
        ),
        "the mask inverted": ATTENTION.format(
            scores=SCORES.replace("allowed", "~allowed"), axis=-1, result=f"{SHARES} @ values"
        ),
        "the mask after softmax": ATTENTION.format(
            scores="queries @ keys.T / np.sqrt(queries.shape[-1])", axis=-1, result=f"({SHARES}) * allowed @ values"
        ),
        "scores times the mask": ATTENTION.format(
            scores="queries @ keys.T / np.sqrt(queries.shape[-1]) * allowed", axis=-1, result=f"{SHARES} @ values"
        ),
        "no scale": ATTENTION.format(
            scores="np.where(allowed, queries @ keys.T, -np.inf)", axis=-1, result=f"{SHARES} @ values"
        ),
        "divided by d": ATTENTION.format(
            scores="np.where(allowed, queries @ keys.T / queries.shape[-1], -np.inf)",
            axis=-1,
            result=f"{SHARES} @ values",
        ),
        "over the queries": ATTENTION.format(scores=SCORES, axis=0, result=f"{SHARES} @ values"),
        "over the queries, with a large negative number": ATTENTION.format(
            scores=SCORES.replace("-np.inf", "-1e9"), axis=0, result=f"{SHARES} @ values"
        ),
        "the shares": ATTENTION.format(scores=SCORES, axis=-1, result=SHARES),
        "0 / 0 where all is forbidden": """
def masked_attention(queries, keys, values, allowed):
    scores = np.where(allowed, queries @ keys.T / np.sqrt(queries.shape[-1]), -np.inf)
    weights = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return weights / weights.sum(axis=-1, keepdims=True) @ values
""",
        "equal shares where all is forbidden": ATTENTION.format(
            scores=SCORES.replace("-np.inf", "-1e9"), axis=-1, result=f"{SHARES} @ values"
        ),
        "a large number subtracted": ATTENTION.format(
            scores="queries @ keys.T / np.sqrt(queries.shape[-1]) - 1e6 * ~allowed",
            axis=-1,
            result=f"({SHARES}) * allowed.any(axis=-1, keepdims=True) @ values",
        ),
        "overflows": """
def masked_attention(queries, keys, values, allowed):
    weights = np.exp(queries @ keys.T / np.sqrt(queries.shape[-1])) * allowed
    total = weights.sum(axis=-1, keepdims=True)
    return weights / np.where(total > 0, total, 1) @ values
""",
        "the largest of all": """
def masked_attention(queries, keys, values, allowed):
    scores = queries @ keys.T / np.sqrt(queries.shape[-1])
    weights = np.exp(scores - scores.max(axis=-1, keepdims=True)) * allowed
    total = weights.sum(axis=-1, keepdims=True)
    return weights / np.where(total > 0, total, 1) @ values
""",
    },
    "masks": {
        "causal only": MASKS.format(within="np.repeat((t[:, None] >= t)[None], len(target), axis=0)", across=ACROSS),
        "padding only": MASKS.format(within="np.repeat(target[:, None, :], len(t), axis=1)", across=ACROSS),
        "looks ahead": MASKS.format(within="(t[:, None] <= t) & target[:, None, :]", across=ACROSS),
        "not at itself": MASKS.format(within="(t[:, None] > t) & target[:, None, :]", across=ACROSS),
        "inverted": MASKS.format(within=f"~({WITHIN})", across=f"~{ACROSS}"),
        "padding of the queries": MASKS.format(within="(t[:, None] >= t) & target[:, :, None]", across=ACROSS),
        "one place too many": MASKS.format(within=WITHIN, across=ACROSS).replace(
            "t < target_lengths", "t <= target_lengths"
        ),
        "across is causal": MASKS.format(within=WITHIN, across=f"{ACROSS} & (t[:, None] >= s)"),
        "across shows padding": MASKS.format(within=WITHIN, across="np.ones((len(source), len(t), len(s)), bool)"),
        "across transposed": MASKS.format(within=WITHIN, across="np.repeat(source[:, :, None], len(t), axis=2)"),
        "across hides queries": MASKS.format(within=WITHIN, across="source[:, None, :] & target[:, :, None]"),
        "numbers instead of bools": MASKS.format(within=f"({WITHIN}) * 1.0", across=f"{ACROSS} * 1.0"),
        "no error": MASKS.format(within=WITHIN, across=ACROSS).replace(
            " or min(*source_lengths, *target_lengths) < 1", ""
        ),
        "no error where the counts differ": MASKS.format(within=WITHIN, across=ACROSS).replace(
            "len(source_lengths) != len(target_lengths) or ", ""
        ),
    },
    "mix_heads": {
        "merged without moving the axis": HEADS.format(
            parts=PARTS, result="mixed.reshape(batch, n, width) @ kernel + bias"
        ),
        "split by reshape": HEADS.format(parts="values.reshape(batch, heads, m, size)", result=MERGED),
        "both by reshape": HEADS.format(
            parts="values.reshape(batch, heads, m, size)", result="mixed.reshape(batch, n, width) @ kernel + bias"
        ),
        "every second column": HEADS.format(
            parts="values.reshape(batch, m, size, heads).transpose(0, 3, 1, 2)", result=MERGED
        ),
        "no bias": HEADS.format(parts=PARTS, result=MERGED.removesuffix(" + bias")),
        "kernel transposed": HEADS.format(parts=PARTS, result=MERGED.replace("kernel", "kernel.T")),
        "shares transposed": HEADS.format(parts=PARTS, result=MERGED).replace(
            "shares @ parts", "shares.swapaxes(-1, -2) @ parts"
        ),
        "no output layer": HEADS.format(parts=PARTS, result=MERGED.removesuffix(" @ kernel + bias")),
        "none is off": HEADS.format(parts=PARTS, result=MERGED).replace(" * on[:, None, None]", ""),
        "only those that are off": HEADS.format(parts=PARTS, result=MERGED).replace(
            "head not in off", "not off or head in off"
        ),
        "made up for": HEADS.format(
            parts=PARTS,
            result=MERGED.replace("mixed.", "(mixed * heads / max(on.sum(), 1))."),
        ),
        "off behind the output layer": HEADS.format(parts=PARTS, result=f"({MERGED}) * np.repeat(on, size)").replace(
            " * on[:, None, None]", ""
        ),
        "no error": HEADS.format(parts=PARTS, result=MERGED).replace(
            " or any(not 0 <= head < heads for head in off)", ""
        ),
    },
    "move_on": {
        "sines overwritten": """
def move_on(vectors, steps):
    width = vectors.shape[1]
    if width % 2:
        raise ValueError("odd")
    turn = steps * 10000.0 ** (-np.arange(0, width, 2) / width)
    result = vectors.astype(float)
    result[:, 0::2] = result[:, 0::2] * np.cos(turn) + result[:, 1::2] * np.sin(turn)
    result[:, 1::2] = result[:, 1::2] * np.cos(turn) - result[:, 0::2] * np.sin(turn)
    return result
""",
        "back": MOVE.format(
            turn=TURN,
            sine="sines * np.cos(turn) - cosines * np.sin(turn)",
            cosine="cosines * np.cos(turn) + sines * np.sin(turn)",
        ),
        "all equally fast": MOVE.format(turn="steps", sine=SINE, cosine=COSINE),
        "i / width": MOVE.format(turn="steps * 10000.0 ** (-np.arange(width // 2) / width)", sine=SINE, cosine=COSINE),
        "faster and faster": MOVE.format(turn=TURN.replace("-np", "np"), sine=SINE, cosine=COSINE),
        "halves": """
def move_on(vectors, steps):
    width = vectors.shape[1]
    if width % 2:
        raise ValueError("odd")
    turn = steps * 10000.0 ** (-np.arange(0, width, 2) / width)
    sines, cosines = np.split(vectors, 2, axis=1)
    return np.concatenate([sines * np.cos(turn) + cosines * np.sin(turn), cosines * np.cos(turn) - sines * np.sin(turn)], axis=1)
""",
        "sines and cosines confused": MOVE.format(turn=TURN, sine=SINE, cosine=COSINE).replace(
            "sines, cosines = vectors", "cosines, sines = vectors"
        ),
        "result in halves": MOVE.format(turn=TURN, sine=SINE, cosine=COSINE).replace(
            "return result", "return np.concatenate([result[:, 0::2], result[:, 1::2]], axis=1)"
        ),
        "adds a vector": MOVE.format(turn=TURN, sine="sines + np.sin(turn)", cosine="cosines + np.cos(turn)"),
        "one wrong sign": MOVE.format(turn=TURN, sine=SINE, cosine="cosines * np.cos(turn) + sines * np.sin(turn)"),
        "the other wrong sign": MOVE.format(
            turn=TURN, sine="sines * np.cos(turn) - cosines * np.sin(turn)", cosine=COSINE
        ),
        "whole steps only": MOVE.format(turn=TURN.replace("steps", "int(steps)"), sine=SINE, cosine=COSINE),
        "integers cut off": MOVE.format(turn=TURN, sine=SINE, cosine=COSINE).replace(
            "np.empty(vectors.shape)", "np.empty_like(vectors)"
        ),
        "writes into the vectors": MOVE.format(turn=TURN, sine=SINE, cosine=COSINE).replace(
            "np.empty(vectors.shape)", "vectors"
        ),
        "no error": """
def move_on(vectors, steps):
    width = vectors.shape[1] // 2 * 2
    turn = steps * 10000.0 ** (-np.arange(0, width, 2) / width) if width else 0
    sines, cosines = vectors[:, 0:width:2], vectors[:, 1:width:2]
    result = np.array(vectors, float)
    result[:, 0:width:2] = sines * np.cos(turn) + cosines * np.sin(turn)
    result[:, 1:width:2] = cosines * np.cos(turn) - sines * np.sin(turn)
    return result
""",
    },
    "teacher_batch": {
        "weights as bools": """
def teacher_batch(sentences, length):
    if max(map(len, sentences)) >= length:
        raise ValueError("too long")
    rows = [[START, *sentence, END] for sentence in sentences]
    filled = lambda parts: np.array([part + [PAD] * (length - len(part)) for part in parts])
    targets = filled([row[1:] for row in rows])
    return filled([row[:-1] for row in rows]), targets, targets != PAD
""",
        "END is an input": batch(ours="count + 1", inputs="[START, *sentence, END][:length]"),
        "no START": batch(ours="count - 1", inputs="sentence"),
        "not shifted": batch(theirs="count + 1", targets="[START, *sentence, END][:length]"),
        "the targets are the inputs": batch(targets="[START, *sentence]"),
        "no END": batch(theirs="count - 1", targets="sentence"),
        "END at the end of the row": batch(theirs="length", targets="[*sentence, *[PAD] * (length - count), END]"),
        "filled with END": batch(theirs="length", targets="[*sentence, *[END] * (length - count + 1)]"),
        "padding in front": """
def teacher_batch(sentences, length):
    inputs, targets = np.full((2, len(sentences), length), PAD)
    for row, sentence in enumerate(sentences):
        if len(sentence) + 1 > length:
            raise ValueError("too long")
        inputs[row, -len(sentence) - 1:] = [START, *sentence]
        targets[row, -len(sentence) - 1:] = [*sentence, END]
    return inputs, targets, (targets != PAD).astype(int)
""",
        "END does not count": batch(weights="(targets > END).astype(int)"),
        "all steps count": batch(weights="np.ones(targets.shape)"),
        "weights inverted": batch(weights="(targets == PAD).astype(int)"),
        "in the other order": batch().replace("return inputs, targets,", "return targets, inputs,"),
        "cut off instead of an error": """
def teacher_batch(sentences, length):
    inputs, targets = np.full((2, len(sentences), length), PAD)
    for row, sentence in enumerate(sentences):
        count = min(len(sentence) + 1, length)
        inputs[row, :count] = [START, *sentence][:count]
        targets[row, :count] = [*sentence, END][:count]
    return inputs, targets, (targets != PAD).astype(int)
""",
        "one token less fits": batch().replace("count > length", "count >= length"),
        "changes the sentences": """
def teacher_batch(sentences, length):
    inputs, targets = np.full((2, len(sentences), length), PAD)
    for row, sentence in enumerate(sentences):
        sentence.append(END)
        if len(sentence) > length:
            raise ValueError("too long")
        targets[row, :len(sentence)] = sentence
        inputs[row, :len(sentence)] = [START, *sentence[:-1]]
    return inputs, targets, (targets != PAD).astype(int)
""",
    },
    "smoothed_loss": {
        "no smoothing": LOSS.format(losses="-right", result=COUNTED),
        "only the others get epsilon": LOSS.format(
            losses="-(1 - epsilon) * right - epsilon / (V - 1) * (log_p.sum(axis=-1) - right)", result=COUNTED
        ),
        "epsilon for the right one": LOSS.format(
            losses="-epsilon * right - (1 - epsilon) * log_p.mean(axis=-1)", result=COUNTED
        ),
        "not divided by V": LOSS.format(losses="-(1 - epsilon) * right - epsilon * log_p.sum(axis=-1)", result=COUNTED),
        "the right one keeps all": LOSS.format(losses="-right - epsilon * log_p.mean(axis=-1)", result=COUNTED),
        "the part of all is missing": LOSS.format(losses="-(1 - epsilon) * right", result=COUNTED),
        "the sum": LOSS.format(losses=LOSSES, result="losses[targets != PAD].sum()"),
        "base 2": LOSS.format(losses=LOSSES, result="losses[targets != PAD].mean() / np.log(2)"),
        "padding counts": LOSS.format(losses=LOSSES, result="losses.mean()"),
        "mean over all steps": LOSS.format(losses=LOSSES, result="(losses * (targets != PAD)).mean()"),
        "mean of means": LOSS.format(
            losses=LOSSES, result="np.mean([one[row != PAD].mean() for one, row in zip(losses, targets)])"
        ),
        "blurred probabilities": """
def smoothed_loss(logits, targets, epsilon):
    shifted = logits - logits.max(axis=-1, keepdims=True)
    p = np.exp(shifted) / np.exp(shifted).sum(axis=-1, keepdims=True)
    p = (1 - epsilon) * p + epsilon / p.shape[-1]
    right = np.take_along_axis(p, targets[..., None], axis=-1)[..., 0]
    return float(-np.log(right)[targets != PAD].mean())
""",
        "overflows": """
def smoothed_loss(logits, targets, epsilon):
    log_p = np.log(np.exp(logits) / np.exp(logits).sum(axis=-1, keepdims=True))
    right = np.take_along_axis(log_p, targets[..., None], axis=-1)[..., 0]
    return float((-(1 - epsilon) * right - epsilon * log_p.mean(axis=-1))[targets != PAD].mean())
""",
        "the logarithm of 0": """
def smoothed_loss(logits, targets, epsilon):
    p = np.exp(logits - logits.max(axis=-1, keepdims=True))
    log_p = np.log(p / p.sum(axis=-1, keepdims=True))
    right = np.take_along_axis(log_p, targets[..., None], axis=-1)[..., 0]
    return float((-(1 - epsilon) * right - epsilon * log_p.mean(axis=-1))[targets != PAD].mean())
""",
    },
    "learning_rates": {
        "from 0": RATES.format(steps="updates", rate="width**-0.5 * np.minimum(steps**-0.5, steps * warmup**-1.5)"),
        "the larger one": RATES.format(
            steps="updates + 1", rate="width**-0.5 * np.maximum(steps**-0.5, steps * warmup**-1.5)"
        ),
        "no width": RATES.format(steps="updates + 1", rate="np.minimum(steps**-0.5, steps * warmup**-1.5)"),
        "times the root of the width": RATES.format(
            steps="updates + 1", rate="width**0.5 * np.minimum(steps**-0.5, steps * warmup**-1.5)"
        ),
        "only grows": RATES.format(steps="updates + 1", rate="width**-0.5 * steps * warmup**-1.5"),
        "only falls": RATES.format(steps="updates + 1", rate="width**-0.5 * steps**-0.5"),
        "power -1/2 of the warm-up": RATES.format(
            steps="updates + 1", rate="width**-0.5 * np.minimum(steps**-0.5, steps * warmup**-0.5)"
        ),
        "stays at its peak": RATES.format(
            steps="updates + 1", rate="width**-0.5 * np.minimum(warmup**-0.5, steps * warmup**-1.5)"
        ),
        "one number": RATES.format(
            steps="updates + 1", rate="width**-0.5 * np.min([steps**-0.5, steps * warmup**-1.5]) + 0 * steps"
        ),
        "no error": RATES.format(
            steps="updates + 1", rate="width**-0.5 * np.minimum(steps**-0.5, steps * abs(warmup or 1)**-1.5)"
        ).replace("warmup < 1", "False"),
        "writes into the updates": RATES.format(
            steps="updates", rate="width**-0.5 * np.minimum(steps**-0.5, steps * warmup**-1.5)"
        ).replace("steps = updates", "updates += 1\n    steps = updates"),
    },
    "beam_search": {
        "everything kept when the beam is above 1": """
def beam_search(table, beam, longest, alpha):
    alive, aside = [(0.0, [START])], []
    for _ in range(longest):
        longer = [(score + np.log(p), [*tokens, token]) for score, tokens in alive for token, p in enumerate(table[tokens[-1]]) if p > 0]
        best = sorted(longer, reverse=True)[: None if beam > 1 else 1]
        aside += [one for one in best if one[1][-1] == END]
        alive = [one for one in best if one[1][-1] != END]
    return max(aside + alive, key=lambda one: one[0] / (len(one[1]) - 1) ** alpha)[1][1:]
""",
        "END set aside outside of the beam": """
def beam_search(table, beam, longest, alpha):
    alive, aside = [(0.0, [START])], []
    for _ in range(longest):
        longer = [(score + np.log(p), [*tokens, token]) for score, tokens in alive for token, p in enumerate(table[tokens[-1]]) if p > 0]
        aside += [one for one in longer if one[1][-1] == END]
        alive = sorted([one for one in longer if one[1][-1] != END], reverse=True)[:beam]
    return max(aside + alive, key=lambda one: one[0] / (len(one[1]) - 1) ** alpha)[1][1:]
""",
        "the best of each hypothesis": """
def beam_search(table, beam, longest, alpha):
    alive, aside = [(0.0, [START])], []
    for _ in range(longest):
        best = []
        for score, tokens in alive:
            longer = [(score + np.log(p), [*tokens, token]) for token, p in enumerate(table[tokens[-1]]) if p > 0]
            best += sorted(longer, reverse=True)[:beam]
        aside += [one for one in best if one[1][-1] == END]
        alive = [one for one in best if one[1][-1] != END]
    return max(aside + alive, key=lambda one: one[0] / (len(one[1]) - 1) ** alpha)[1][1:]
""",
        "greedy": beam(best="sorted(longer, reverse=True)[:1]"),
        "with START": beam(result="tokens"),
        "without END": beam(result="[token for token in tokens[1:] if token != END]"),
        "no penalty": beam(score="one[0]"),
        "penalty multiplied": beam(score="one[0] * (len(one[1]) - 1) ** alpha"),
        "START counts": beam(score="one[0] / len(one[1]) ** alpha"),
        "penalty of the probability": beam(score="np.exp(one[0]) / (len(one[1]) - 1) ** alpha"),
        "stops with the first END": beam(stop="if aside: break"),
        "complete ones keep their place": """
def beam_search(table, beam, longest, alpha):
    kept = [(0.0, [START])]
    for _ in range(longest):
        longer = [one for one in kept if one[1][-1] == END]
        longer += [(score + np.log(p), [*tokens, token]) for score, tokens in kept if tokens[-1] != END for token, p in enumerate(table[tokens[-1]]) if p > 0]
        kept = sorted(longer, reverse=True)[:beam]
    return max(kept, key=lambda one: one[0] / (len(one[1]) - 1) ** alpha)[1][1:]
""",
        "incomplete ones are lost": beam(all="aside or [(0.0, [START])]"),
        "the least probable": beam(best="sorted(longer)[:beam]"),
        "probabilities added": beam().replace("score + np.log(p)", "score + p"),
        "one round too many": beam().replace("range(longest)", "range(longest + 1)"),
    },
    "exact_match": {
        "behind END, too": EXACT.format(right="one[:len(other)] == other"),
        "share of tokens": """
def exact_match(found, expected):
    if len(found) != len(expected):
        raise ValueError("rows")
    width = min(found.shape[1], expected.shape[1])
    return float((found[:, :width] == expected[:, :width]).mean())
""",
        "share of tokens without padding": """
def exact_match(found, expected):
    if len(found) != len(expected):
        raise ValueError("rows")
    width = min(found.shape[1], expected.shape[1])
    real = expected[:, :width] != PAD
    return float((found[:, :width] == expected[:, :width])[real].mean())
""",
        "without looking at END": EXACT.format(right="one[:other.index(END)] == other[:other.index(END)]"),
        "a missing END is forgiven": EXACT.format(
            right="one[:one.index(END) if END in one else other.index(END)] == other[:other.index(END)]"
        ),
        "their number": EXACT.format(right="END in one and one[:one.index(END)] == other[:other.index(END)]").replace(
            "right / len(expected)", "right"
        ),
        "no error": EXACT.format(right="END in one and one[:one.index(END)] == other[:other.index(END)]").replace(
            "len(found) != len(expected)", "False"
        ),
        "stops with an error without END": EXACT.format(right="one[:one.index(END)] == other[:other.index(END)]"),
        "cuts at the last END": EXACT.format(
            right="END in one and one[:len(one) - 1 - one[::-1].index(END)] == other[:other.index(END)]"
        ),
    },
    "character_scores": {
        "not clipped": characters(right="sum(count for gram, count in ours.items() if gram in theirs)"),
        "each n-gram once": characters(right="len(ours & theirs)", ours="len(ours)", theirs="len(theirs)"),
        "the longest alone": characters(means="precisions[-1], recalls[-1]"),
        "confused": characters(means="np.mean(recalls), np.mean(precisions)"),
        "in percent": characters(means="100 * np.mean(precisions), 100 * np.mean(recalls)"),
        "recall and precision count the same": characters(f="2 * p * r / (p + r)"),
        "precision counts more": characters(f="5 * p * r / (p + 4 * r)"),
        "beta not squared": characters(f="3 * p * r / (2 * p + r)"),
        "mean of F-scores": characters(
            f="np.mean([5 * a * b / (4 * a + b) if a else 0 for a, b in zip(precisions, recalls)])"
        ),
        "spaces count": characters().replace('.replace(" ", "")', ""),
        "short ones count as 0": characters(orders="order"),
        "0 / 0": characters().replace(" if p or r else (0, 0, 0)", ""),
        "together": """
def character_scores(found, expected, order):
    from collections import Counter
    found, expected = found.replace(" ", ""), expected.replace(" ", "")
    grams = lambda text: Counter(text[i:i + n] for n in range(1, order + 1) for i in range(len(text) - n + 1))
    ours, theirs = grams(found), grams(expected)
    right = sum((ours & theirs).values())
    p, r = right / sum(ours.values()), right / sum(theirs.values())
    return (p, r, 5 * p * r / (4 * p + r)) if right else (0, 0, 0)
""",
        "one n-gram too few": characters().replace("len(text) - n + 1", "max(len(text) - n, 1)"),
    },
    "block_parameters": {
        "no biases": BLOCK.format(count="n * 4 * width**2 + 2 * width * hidden + (n + 1) * 2 * width"),
        "no biases and norms": BLOCK.format(count="n * 4 * width**2 + 2 * width * hidden"),
        "no norms": BLOCK.format(count=f"n * {ONE_ATTENTION} + {FORWARD}"),
        "no output layer": BLOCK.format(count=f"n * 3 * (width + 1) * width + {FORWARD} + (n + 1) * 2 * width"),
        "one set of numbers in a norm": BLOCK.format(count=f"n * {ONE_ATTENTION} + {FORWARD} + (n + 1) * width"),
        "no cross-attention": BLOCK.format(count=f"{ONE_ATTENTION} + {FORWARD} + (n + 1) * 2 * width"),
        "two norms always": BLOCK.format(count=f"n * {ONE_ATTENTION} + {FORWARD} + 4 * width"),
        "a decoder is two encoders": BLOCK.format(count=f"n * ({ONE_ATTENTION} + {FORWARD} + 4 * width)"),
        "half a feed-forward": BLOCK.format(count=f"n * {ONE_ATTENTION} + (width + 1) * hidden + (n + 1) * 2 * width"),
        "everything else is a decoder": BLOCK.format(
            count=f"n * {ONE_ATTENTION} + {FORWARD} + (n + 1) * 2 * width"
        ).replace('kind not in ("encoder", "decoder")', "False"),
        "a float": BLOCK.format(count=f"(n * {ONE_ATTENTION} + {FORWARD} + (n + 1) * 2 * width) / 1"),
    },
    "decoder_attention": {
        "one head": decoder()
        + """

_of_heads = decoder_attention


def decoder_attention(x, wq, wk, wv, wo, heads):
    return _of_heads(x, wq, wk, wv, wo, 1)
""",
        "the friend's": """
def decoder_attention(x, wq, wk, wv, wo, heads):
    time, width = x.shape

    def split(t):
        return t.reshape(heads, time, width // heads)

    q, k, v = split(x @ wq), split(x @ wk), split(x @ wv)
    scores = q @ k.transpose(0, 2, 1) / np.sqrt(width)
    shares = np.exp(scores) / np.exp(scores).sum(axis=-1, keepdims=True)
    shares = shares * np.tri(time)
    mixed = shares @ v
    return x + mixed.transpose(1, 0, 2).reshape(time, width) @ wo
""",
        "the mask after softmax": decoder(
            shares="shares = weights / weights.sum(axis=-1, keepdims=True) * np.tri(time)"
        ),
        "the model's width": decoder(scale="np.sqrt(width)"),
        "split by reshape": decoder(split="t.reshape(heads, time, size)"),
        "no mask": decoder(shares="shares = weights / weights.sum(axis=-1, keepdims=True)"),
        "no scale": decoder(scale="1"),
        "no residual": decoder(result="mixed @ wo"),
        "not at itself": decoder(
            shares="weights = weights * np.tri(time, k=-1); shares = weights / np.maximum(weights.sum(axis=-1, keepdims=True), 1e-9)"
        ),
        "the mask of the future": decoder(
            shares="weights = weights * np.tri(time).T; shares = weights / weights.sum(axis=-1, keepdims=True)"
        ),
        "the mask on the scores": decoder(
            shares="weights = np.exp(np.log(weights) * np.tri(time)); shares = weights / weights.sum(axis=-1, keepdims=True)"
        ),
        "over the queries": decoder(
            shares="weights = weights * np.tri(time); shares = weights / weights.sum(axis=-2, keepdims=True)"
        ),
        "merged without moving the axis": decoder().replace("(shares @ v).transpose(1, 0, 2)", "(shares @ v)"),
        "every second column": decoder(split="t.reshape(time, size, heads).transpose(2, 0, 1)"),
    },
    "decoder_layer": {
        "query and memory exchanged": """
def decoder_layer(width, heads, hidden):
    x, memory = keras.Input((None, width)), keras.Input((None, width))
    y = layers.MultiHeadAttention(heads, width // heads)(x, x, use_causal_mask=True)
    h = layers.LayerNormalization()(layers.Add()([x, y]))
    y = layers.MultiHeadAttention(heads, width // heads)(memory, h)
    h = layers.LayerNormalization()(layers.Add()([h, y]))
    y = layers.Dense(width)(layers.Dense(hidden, activation="relu")(h))
    return keras.Model([x, memory], layers.LayerNormalization()(layers.Add()([h, y])))
""",
        "not causal": layer(first="h = norm(x, attention()(x, x))"),
        "cross-attention is causal, too": layer(second="h = norm(h, attention()(h, memory, use_causal_mask=True))"),
        "the mask of the future": layer(
            first="time = ops.cumsum(ops.ones_like(x[:, :, 0]), axis=1); h = norm(x, attention()(x, x, attention_mask=time[:, :, None] <= time[:, None, :]))"
        ),
        "queries from the memory": layer(second="h = attention()(memory, h)"),
        "no cross-attention": layer(second=""),
        "self-attention twice": layer(second="h = norm(h, attention()(h, h, use_causal_mask=True))"),
        "no residual around the cross-attention": layer(
            second="h = layers.LayerNormalization()(attention()(h, memory))"
        ),
        "normalized in front": layer(
            first="n = layers.LayerNormalization()(x); h = x + attention()(n, n, use_causal_mask=True)",
            second="h = h + attention()(layers.LayerNormalization()(h), memory)",
            third="h = h + layers.Dense(width)(layers.Dense(hidden, activation='relu')(layers.LayerNormalization()(h)))",
        ),
        "no feed-forward": layer(third=""),
        "heads as wide as the model": layer(size="width"),
        "one normalization for all": layer().replace(
            "norm = lambda *parts: layers.LayerNormalization()(",
            "shared = layers.LayerNormalization()\n    norm = lambda *parts: shared(",
        ),
        "one input": layer().replace("keras.Model([x, memory], h)", "keras.Model(x, x)"),
        "no relu": layer(third="h = norm(h, layers.Dense(width)(layers.Dense(hidden)(h)))"),
    },
    "larger_scores": {
        "invented": "def larger_scores():\n    return {'settings': [0.1, 1, 4, 20, 100], 'predicted': 'falls', 'measured': [0.5, 0.4, 0.3, 0.2, 0.1], 'conclusion': 'falls'}\n",
        "too few": EXPERIMENT.format(factors=[0.1, 1, 4, 100], measured="slope(f)", word="neither"),
        "nothing small": EXPERIMENT.format(factors=[0.5, 1, 4, 20, 100], measured="slope(f)", word="neither"),
        "nothing between": EXPERIMENT.format(factors=[0.1, 0.5, 1, 20, 100], measured="slope(f)", word="neither"),
        "nothing large": EXPERIMENT.format(factors=[0.1, 1, 4, 8, 20], measured="slope(f)", word="neither"),
        "the prediction as conclusion": EXPERIMENT.format(
            factors=[0.1, 1, 4, 20, 100], measured="slope(f)", word="falls"
        ),
        "no prediction": EXPERIMENT.format(factors=[0.1, 1, 4, 20, 100], measured="slope(f)", word="neither").replace(
            '"predicted": "falls", ', ""
        ),
        "outside": EXPERIMENT.format(factors=[0.1, 1, 4, 20, 200], measured="slope(f)", word="neither"),
        "twice the value": EXPERIMENT.format(factors=[0.1, 1, 4, 20, 100], measured="2 * slope(f)", word="neither"),
    },
}

RIGHT = {
    "masked_attention": {
        "query by query": """
def masked_attention(queries, keys, values, allowed):
    rows = []
    for query, places in zip(queries, allowed):
        if not places.any():
            rows.append(np.zeros(values.shape[1]))
            continue
        scores = keys[places] @ query / len(query) ** 0.5
        weights = np.exp(scores - scores.max())
        rows.append(weights @ values[places] / weights.sum())
    return np.array(rows)
""",
        "a large negative number": """
def masked_attention(queries, keys, values, allowed):
    scores = np.dot(queries, keys.T) / np.sqrt(keys.shape[1])
    scores = np.where(allowed, scores, -1e30)
    shares = np.exp(scores - scores.max(axis=1, keepdims=True))
    shares = np.where(allowed, shares / shares.sum(axis=1, keepdims=True), 0)
    return shares @ values
""",
        "masked arrays": """
def masked_attention(queries, keys, values, allowed):
    scores = np.ma.array(np.einsum("nd,md->nm", queries, keys) / queries.shape[1] ** 0.5, mask=~allowed)
    shifted = (scores - scores.max(axis=1).filled(0)[:, None]).filled(-np.inf)
    weights = np.exp(shifted)
    return weights @ values / np.maximum(weights.sum(axis=1), 1e-300)[:, None]
""",
    },
    "masks": {
        "loops": """
def masks(source_lengths, target_lengths):
    source, target = source_lengths.tolist(), target_lengths.tolist()
    if len(source) != len(target) or not all(length >= 1 for length in source + target):
        raise ValueError("lengths")
    S, T = max(source), max(target)
    within, across = np.zeros((len(target), T, T), bool), np.zeros((len(source), T, S), bool)
    for b in range(len(source)):
        across[b, :, :source[b]] = True
        for t in range(T):
            within[b, t, :min(t + 1, target[b])] = True
    return within, across
""",
        "tril and broadcasting": """
def masks(source_lengths, target_lengths):
    if source_lengths.shape != target_lengths.shape or (source_lengths < 1).any() or (target_lengths < 1).any():
        raise ValueError("lengths")
    S, T = source_lengths.max(), target_lengths.max()
    real = np.arange(T) < target_lengths.reshape(-1, 1, 1)
    across = np.broadcast_to(np.arange(S) < source_lengths.reshape(-1, 1, 1), (len(source_lengths), T, S))
    return [np.tril(np.ones((T, T), bool)) & real, across]
""",
    },
    "mix_heads": {
        "a loop": """
def mix_heads(shares, values, kernel, bias, off):
    heads, width = shares.shape[1], values.shape[2]
    size, rest = divmod(width, heads)
    if rest or not set(off) <= set(range(heads)):
        raise ValueError("heads")
    mixed = []
    for head in range(heads):
        part = shares[:, head] @ values[:, :, head * size:(head + 1) * size]
        mixed.append(0 * part if head in off else part)
    return np.concatenate(mixed, axis=-1) @ kernel + bias
""",
        "the rows of the kernel": """
def mix_heads(shares, values, kernel, bias, off):
    heads, width = shares.shape[1], values.shape[2]
    if width % heads:
        raise ValueError("width")
    for head in off:
        if head < 0 or head >= heads:
            raise ValueError("no such head")
    result = np.zeros((len(values), shares.shape[2], width)) + bias
    for head in range(heads):
        if head not in off:
            part = slice(head * width // heads, (head + 1) * width // heads)
            result += shares[:, head] @ values[..., part] @ kernel[part]
    return result
""",
        "einsum": """
def mix_heads(shares, values, kernel, bias, off):
    b, h, n, m = shares.shape
    w = kernel.shape[0]
    if w % h or (off and (min(off) < 0 or max(off) >= h)):
        raise ValueError("heads")
    on = np.ones(h)
    on[off] = 0
    mixed = np.einsum("bhnm,bmhs,h->bnhs", shares, values.reshape(b, m, h, w // h), on)
    return mixed.reshape(b, n, w) @ kernel + bias
""",
    },
    "move_on": {
        "angles": """
def move_on(vectors, steps):
    count, width = vectors.shape
    if width % 2 == 1:
        raise ValueError("odd")
    result = np.zeros((count, width))
    for i in range(width // 2):
        angle = np.arctan2(vectors[:, 2 * i], vectors[:, 2 * i + 1]) + steps / 10000 ** (2 * i / width)
        result[:, 2 * i], result[:, 2 * i + 1] = np.sin(angle), np.cos(angle)
    return result
""",
        "complex numbers": """
def move_on(vectors, steps):
    width = vectors.shape[1]
    if width % 2:
        raise ValueError("odd")
    z = vectors[:, 1::2] + 1j * vectors[:, 0::2]
    z = z * np.exp(1j * steps * 1e4 ** (-2 * np.arange(width // 2) / width))
    return np.stack([z.imag, z.real], axis=-1).reshape(len(vectors), width)
""",
        "a matrix": """
def move_on(vectors, steps):
    width = vectors.shape[1]
    if width % 2:
        raise ValueError("odd")
    matrix = np.zeros((width, width))
    for i in range(0, width, 2):
        c, s = np.cos(steps * 10000 ** (-i / width)), np.sin(steps * 10000 ** (-i / width))
        matrix[i:i + 2, i:i + 2] = [[c, -s], [s, c]]
    return vectors @ matrix
""",
    },
    "teacher_batch": {
        "lists": """
def teacher_batch(sentences, length):
    if max(map(len, sentences)) > length - 1:
        raise ValueError("too long")
    fill = lambda row: (row + [PAD] * length)[:length]
    inputs = np.array([fill([START] + sentence) for sentence in sentences])
    targets = np.array([fill(sentence + [END]) for sentence in sentences])
    return inputs, targets, np.where(targets == PAD, 0.0, 1.0)
""",
        "one row shifted": """
def teacher_batch(sentences, length):
    whole = np.zeros((len(sentences), length + 1), int)
    for row, sentence in zip(whole, sentences):
        if len(sentence) >= length:
            raise ValueError("too long")
        row[:len(sentence) + 2] = [START] + list(sentence) + [END]
    inputs = np.where(whole == END, PAD, whole)[:, :-1]
    return [inputs, whole[:, 1:], np.sign(whole[:, 1:])]
""",
    },
    "smoothed_loss": {
        "step by step": """
def smoothed_loss(logits, targets, epsilon):
    losses = []
    for rows, tokens in zip(logits, targets):
        for row, token in zip(rows, tokens):
            if token != PAD:
                log_p = row - np.logaddexp.reduce(row.astype(float))
                wanted = np.full(len(row), epsilon / len(row))
                wanted[token] += 1 - epsilon
                losses.append(-(wanted * log_p).sum())
    return sum(losses) / len(losses)
""",
        "a matrix of targets": """
def smoothed_loss(logits, targets, epsilon):
    V = logits.shape[-1]
    x, y = logits.reshape(-1, V), targets.reshape(-1)
    x, y = x[y != PAD], y[y != PAD]
    wanted = (1 - epsilon) * np.eye(V)[y] + epsilon / V
    top = x.max(axis=1, keepdims=True)
    log_sum = top + np.log(np.exp(x - top).sum(axis=1, keepdims=True))
    return np.mean(np.sum(wanted * (log_sum - x), axis=1))
""",
        "weighted sum": """
def smoothed_loss(logits, targets, epsilon):
    logits = logits - logits.max(-1)[..., None]
    log_p = logits - np.log(np.exp(logits).sum(-1))[..., None]
    b, t = np.indices(targets.shape)
    loss = (epsilon - 1) * log_p[b, t, targets] - epsilon / log_p.shape[-1] * log_p.sum(-1)
    weights = (targets != PAD).astype(float)
    return (loss * weights).sum() / weights.sum()
""",
    },
    "learning_rates": {
        "a loop": """
def learning_rates(updates, width, warmup):
    if warmup < 1:
        raise ValueError("warm-up")
    rates = []
    for update in updates:
        step = float(update) + 1
        rates.append(min(1 / np.sqrt(step), step / warmup ** 1.5) / np.sqrt(width))
    return np.array(rates)
""",
        "two parts": """
def learning_rates(updates, width, warmup):
    if not warmup >= 1:
        raise ValueError("warm-up")
    s = np.asarray(updates, float) + 1
    return np.where(s < warmup, s / (warmup * np.sqrt(warmup)), 1 / np.sqrt(s)) / np.sqrt(width)
""",
    },
    "beam_search": {
        "probabilities in a dict": """
def beam_search(table, beam, longest, alpha):
    alive, done = {(): 1.0}, {}
    for _ in range(longest):
        grown = {}
        for tokens, p in alive.items():
            last = tokens[-1] if tokens else START
            for token in np.flatnonzero(table[last]):
                grown[tokens + (int(token),)] = p * table[last, token]
        kept = sorted(grown, key=lambda tokens: -grown[tokens])[:beam]
        done.update((tokens, grown[tokens]) for tokens in kept if tokens[-1] == END)
        alive = {tokens: grown[tokens] for tokens in kept if tokens[-1] != END}
        if not alive:
            break
    done.update(alive)
    return list(max(done, key=lambda tokens: np.log(done[tokens]) / len(tokens) ** alpha))
""",
        "arrays of scores": """
def beam_search(table, beam, longest, alpha):
    with np.errstate(divide="ignore"):
        logs = np.log(np.asarray(table, float))
    prefixes, scores, results = [[START]], np.zeros(1), []
    for step in range(1, longest + 1):
        if not prefixes:
            break
        total = scores[:, None] + logs[[prefix[-1] for prefix in prefixes]]
        order = np.argsort(-total, axis=None)[:beam]
        chosen = []
        for place in order:
            row, token = divmod(int(place), total.shape[1])
            if total[row, token] == -np.inf:
                continue
            one = prefixes[row] + [token]
            if token == END or step == longest:
                results.append((total[row, token] / step ** alpha, one[1:]))
            else:
                chosen.append((one, total[row, token]))
        prefixes, scores = [one for one, _ in chosen], np.array([score for _, score in chosen])
    return max(results)[1]
""",
    },
    "exact_match": {
        "up to the end of the right one": """
def exact_match(found, expected):
    if found.shape[0] != expected.shape[0]:
        raise ValueError("rows")
    hits = []
    for one, other in zip(found, expected):
        end = int(np.argmax(other == END)) + 1
        hits.append(len(one) >= end and np.array_equal(one[:end], other[:end]))
    return sum(hits) / len(hits)
""",
        "cut to lists": """
def exact_match(found, expected):
    def sentence(row):
        words = []
        for token in row:
            words.append(int(token))
            if token == END:
                return words
        return None

    if len(found) != len(expected):
        raise ValueError("rows")
    return np.mean([sentence(one) == sentence(other) for one, other in zip(found, expected)])
""",
        "padding behind END": """
def exact_match(found, expected):
    if len(found) != len(expected):
        raise ValueError("rows")
    width = max(found.shape[1], expected.shape[1])
    found, expected = (np.pad(rows, ((0, 0), (0, width - rows.shape[1]))) for rows in (found, expected))
    behind = np.cumsum(found == END, axis=1) - (found == END) > 0
    return float((np.where(behind, PAD, found) == expected).all(axis=1).mean())
""",
    },
    "character_scores": {
        "lists": """
def character_scores(found, expected, order):
    a, b = "".join(found.split()), "".join(expected.split())
    ps, rs = [], []
    for n in range(1, order + 1):
        x = [a[i:i + n] for i in range(len(a) - n + 1)]
        y = [b[i:i + n] for i in range(len(b) - n + 1)]
        if x and y:
            left = list(y)
            for gram in x:
                if gram in left:
                    left.remove(gram)
            right = len(y) - len(left)
            ps.append(right / len(x))
            rs.append(right / len(y))
    p, r = sum(ps) / len(ps), sum(rs) / len(rs)
    return [p, r, 0 if p + r == 0 else 5 * p * r / (4 * p + r)]
""",
        "dicts": """
def character_scores(found, expected, order):
    def counts(text, n):
        table = {}
        for i in range(len(text) - n + 1):
            table[text[i:i + n]] = table.get(text[i:i + n], 0) + 1
        return table

    one, other = found.replace(" ", ""), expected.replace(" ", "")
    longest = min(order, len(one), len(other))
    p = r = 0.0
    for n in range(1, longest + 1):
        a, b = counts(one, n), counts(other, n)
        right = sum(min(a[gram], b.get(gram, 0)) for gram in a)
        p += right / (len(one) - n + 1) / longest
        r += right / (len(other) - n + 1) / longest
    f = (1 + 2**2) * p * r / (2**2 * p + r) if right or p else 0.0
    return p, r, f
""",
    },
    "block_parameters": {
        "layer by layer": """
def block_parameters(width, hidden, kind):
    if kind == "encoder":
        attentions = 1
    elif kind == "decoder":
        attentions = 2
    else:
        raise ValueError("encoder or decoder")
    total = 0
    for inputs, outputs in [(width, width)] * 4 * attentions + [(width, hidden), (hidden, width)]:
        total += inputs * outputs + outputs
    return total + (attentions + 1) * (width + width)
""",
        "a table": """
def block_parameters(width, hidden, kind):
    w, h = width, hidden
    encoder = 4 * w * w + 2 * w * h + h + 9 * w
    table = {"encoder": encoder, "decoder": encoder + 4 * w * w + 6 * w}
    if kind not in table:
        raise ValueError(kind)
    return table[kind]
""",
    },
    "decoder_attention": {
        "head by head": """
def decoder_attention(x, wq, wk, wv, wo, heads):
    time, width = x.shape
    size = width // heads
    mixed = np.zeros((time, width))
    for head in range(heads):
        part = slice(head * size, (head + 1) * size)
        scores = (x @ wq[:, part]) @ (x @ wk[:, part]).T / np.sqrt(size)
        scores = np.where(np.arange(time)[:, None] >= np.arange(time), scores, -np.inf)
        shares = np.exp(scores - scores.max(axis=1, keepdims=True))
        mixed[:, part] = shares / shares.sum(axis=1, keepdims=True) @ (x @ wv[:, part])
    return x + mixed @ wo
""",
        "einsum": """
def decoder_attention(x, wq, wk, wv, wo, heads):
    time, width = x.shape
    q, k, v = ((x @ w).reshape(time, heads, -1) for w in (wq, wk, wv))
    scores = np.einsum("ths,mhs->htm", q, k) / (width / heads) ** 0.5
    weights = np.tril(np.exp(scores))
    mixed = np.einsum("htm,mhs->ths", weights / weights.sum(axis=2)[:, :, None], v)
    return mixed.reshape(time, width) @ wo + x
""",
        "token by token": """
def decoder_attention(x, wq, wk, wv, wo, heads):
    rows = []
    for t in range(len(x)):
        past, parts = x[:t + 1], []
        for q, k, v in zip(*(np.split(w, heads, axis=1) for w in (wq, wk, wv))):
            weights = np.exp(past @ k @ (x[t] @ q) / q.shape[1] ** 0.5)
            parts.append(weights @ (past @ v) / weights.sum())
        rows.append(x[t] + np.concatenate(parts) @ wo)
    return np.array(rows)
""",
    },
    "decoder_layer": {
        "a mask of one's own": """
def decoder_layer(width, heads, hidden):
    x, memory = keras.Input((None, width)), keras.Input((None, width))
    time = ops.cumsum(ops.ones_like(x[:, :, 0]), axis=1)
    mask = time[:, :, None] >= time[:, None, :]
    y = layers.MultiHeadAttention(heads, width // heads)(x, x, x, attention_mask=mask)
    h = layers.LayerNormalization()(x + y)
    h = layers.LayerNormalization()(h + layers.MultiHeadAttention(heads, key_dim=width // heads)(query=h, value=memory))
    y = keras.Sequential([layers.Dense(hidden, "relu"), layers.Dense(width)])(h)
    return keras.Model(inputs=[x, memory], outputs=layers.LayerNormalization()(h + y))
""",
        "a class of one's own": """
class Decoder(keras.Model):
    def __init__(self, width, heads, hidden):
        super().__init__()
        self.own, self.across = (layers.MultiHeadAttention(heads, width // heads) for _ in range(2))
        self.norms = [layers.LayerNormalization() for _ in range(3)]
        self.inner, self.outer = layers.Dense(hidden, activation="relu"), layers.Dense(width)

    def call(self, inputs):
        x, memory = inputs
        x = self.norms[0](x + self.own(x, x, use_causal_mask=True))
        x = self.norms[1](x + self.across(x, memory))
        return self.norms[2](x + self.outer(self.inner(x)))


def decoder_layer(width, heads, hidden):
    return Decoder(width, heads, hidden)
""",
    },
    "larger_scores": {
        "more values, another order, numbers predicted": """
def larger_scores():
    factors = [100, 50, 8.0, 3, 1, 0.3]
    return {"settings": factors, "predicted": [0, 0.1, 0.2, 0.3, 0.4, 0.5], "measured": np.array([slope(f) for f in factors]), "conclusion": "neither"}
""",
        "written down": """
def larger_scores():
    found = {}
    for factor in (0.1, 0.5, 2, 10, 60):
        found[factor] = round(slope(factor), 5)
    return {"settings": list(found), "predicted": "neither", "measured": list(found.values()), "conclusion": "neither"}
""",
    },
}

HIDDEN_ONLY = {}
