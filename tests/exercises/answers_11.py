"""Answers that people really give to the exercises of chapter 11: task -> what it is -> code.

WRONG ones lose points and are noticed by the visible check, but for those in HIDDEN_ONLY, which say why not. RIGHT ones
are written in another style than the solution and earn full marks."""

NOISED = """
def noised(x, noise, betas, t):
    if {error}:
        raise ValueError("t")
    alpha_bar = {alpha_bar}
    kept = {kept}
    return alpha_bar, {mixed}
"""
NOISED_PARTS = {
    "error": "t.min() < 0 or t.max() >= len(betas)",
    "alpha_bar": "np.cumprod(1 - betas)",
    "kept": "alpha_bar[t][:, None, None]",
    "mixed": "np.sqrt(kept) * x + np.sqrt(1 - kept) * noise",
}
BOTH = """
def clean_and_noise(x, predicted, alpha_bar, kind):
    a, b = {roots}
    if kind == "noise":
        return {noise}
    if kind == "clean":
        return {clean}
    if {when}:
        return {v}
    raise ValueError("kind")
"""
BOTH_PARTS = {
    "roots": "np.sqrt(alpha_bar)[:, None], np.sqrt(1 - alpha_bar)[:, None]",
    "noise": "(x - b * predicted) / a, predicted",
    "clean": "predicted, (x - a * predicted) / b",
    "when": 'kind == "v"',
    "v": "a * x - b * predicted, b * x + a * predicted",
}
DDIM = """
def ddim_step(x, noise, now, later, eta, fresh):
    clean = {clean}
    sigma = {sigma}
    return {result}
"""
DDIM_PARTS = {
    "clean": "(x - np.sqrt(1 - now) * noise) / np.sqrt(now)",
    "sigma": "eta * np.sqrt((1 - later) / (1 - now)) * np.sqrt(1 - now / later)",
    "result": "np.sqrt(later) * clean + np.sqrt(1 - later - sigma**2) * noise + sigma * fresh",
}
PAIR = """
def flow_pair(data, noise, t, predicted):
    velocity = data - noise
    s = {s}
    points = {points}
    loss = {loss}
    return points, {velocity}, loss
"""
PAIR_PARTS = {
    "s": "t[:, None]",
    "points": "(1 - s) * noise + s * data",
    "velocity": "velocity",
    "loss": "((predicted - velocity) ** 2).mean()",
}
FLOW = """
def flow_sample(start, steps, mean, deviation, method):
    if {error}:
        raise ValueError("method")
    x, h = {start}, {h}
    for number in range({steps}):
        t = {t}
        move = {first}
        if method == "heun":
            {heun}
        x = {step}
    return x
"""
FLOW_PARTS = {
    "error": 'method not in ("euler", "heun")',
    "start": "start",
    "h": "1 / steps",
    "steps": "steps",
    "t": "number / steps",
    "first": "velocity(x, t, mean, deviation)",
    "heun": "move = (move + velocity(x + h * move, t + h, mean, deviation)) / 2",
    "step": "x + h * move",
}
GUIDED = """
def guided(outputs, scales):
    n = len(scales)
    if {error}:
        raise ValueError("rows")
    s = {s}
    condition, none = {halves}
    return {result}
"""
GUIDED_PARTS = {
    "error": "len(outputs) != 2 * n",
    "s": "scales[:, None]",
    "halves": "outputs[:n], outputs[n:]",
    "result": "none + s * (condition - none)",
}
QUANTIZE = """
def quantize(vectors, codebook, slope, beta):
    table = {table}
    codes = {codes}
    values = codebook[codes]
    of_codebook = np.zeros(codebook.shape)
    {add}
    return codes, {values}, {of_vectors}, of_codebook
"""
QUANTIZE_PARTS = {
    "table": "np.linalg.norm(vectors[:, None] - codebook, axis=2)",
    "codes": "table.argmin(axis=1)",
    "add": "np.add.at(of_codebook, codes, 2 * (values - vectors))",
    "values": "values",
    "of_vectors": "slope + 2 * beta * (vectors - values)",
}
USE = """
def codebook_use(codes, size):
    if {error}:
        raise ValueError("codes")
    counts = {counts}
    shares = {shares}
    used = shares[shares > 0]
    return shares, {perplexity}, {dead}
"""
USE_PARTS = {
    "error": "codes.min() < 0 or codes.max() >= size",
    "counts": "np.bincount(codes.ravel(), minlength=size)",
    "shares": "counts / codes.size",
    "perplexity": "np.exp(-(used * np.log(used)).sum())",
    "dead": "np.flatnonzero(counts == 0)",
}
DRAW = """
def draw_token(logits, temperature, top, chances):
    if temperature == 0:
        {zero}
    scaled = {scaled}
    kept = {kept}
    scaled = {before}
    weights = {weights}
    probabilities = {probabilities}
    return probabilities, {tokens}
"""
DRAW_PARTS = {
    "zero": "temperature = top = 1",
    "scaled": "logits / temperature",
    "kept": "logits >= np.sort(logits, axis=1)[:, -top][:, None]",
    "before": "scaled - scaled.max(axis=1, keepdims=True)",
    "weights": "np.exp(scaled) * kept",
    "probabilities": "weights / weights.sum(axis=1, keepdims=True)",
    "tokens": "(np.cumsum(probabilities, axis=1) > chances[:, None]).argmax(axis=1)",
}
ATTENTION = """
def picture_attention(scores, values, words):
    place = np.arange(scores.shape[1])
    allowed = {allowed}
    seen = {seen}
    weights = {weights}
    return {told}, {mixed}
"""
ATTENTION_PARTS = {
    "allowed": "(place <= place[:, None]) | (place < words)",
    "seen": "np.where(allowed, scores, -np.inf)",
    "weights": "np.exp(seen - seen.max(axis=2, keepdims=True))",
    "told": "allowed",
    "mixed": "weights / weights.sum(axis=2, keepdims=True) @ values",
}
TOWERS = """
def two_towers(pictures, texts, temperature):
    lengths = lambda v: np.linalg.norm(v, axis=1, keepdims=True)
    a, b = {units}
    table = {table}
    lse = np.logaddexp.reduce
    return {loss}, {best}
"""
TOWERS_PARTS = {
    "units": "pictures / lengths(pictures), texts / lengths(texts)",
    "table": "a @ b.T / temperature",
    "loss": "(lse(table, axis=0) + lse(table, axis=1)).mean() / 2 - np.diag(table).mean()",
    "best": "table.argmax(axis=0)",
}
SCALE = """
def adaptive_scale(width, condition):
    x, c = keras.Input((width,)), keras.Input((condition,))
    both = layers.Dense({units}, kernel_initializer={start}{dense})(c)
    normal = layers.LayerNormalization({norm})(x)
    gamma, delta = {parts}
    return keras.Model([x, c], {result})
"""
SCALE_PARTS = {
    "units": "2 * width",
    "start": '"zeros"',
    "dense": "",
    "norm": "center=False, scale=False, epsilon=1e-6",
    "parts": "both[:, :width], both[:, width:]",
    "result": "normal * (1 + gamma) + delta",
}
BUG = """
def ancestral(start, betas, mean, deviation, fresh):
    alpha_bar = np.cumprod(1 - betas)
    x = start
    for t in {times}:
        noise = best_noise(x, alpha_bar[t], mean, deviation)
        x = {step}
        if {when}:
            x = {add}
    return x
"""
BUG_PARTS = {
    "times": "range(len(betas) - 1, -1, -1)",
    "step": "(x - betas[t] / np.sqrt(1 - alpha_bar[t]) * noise) / np.sqrt(1 - betas[t])",
    "when": "t != 0",
    "add": "x + np.sqrt(betas[t]) * fresh[t]",
}
EXPERIMENT = """
def more_guidance():
    scales = {scales}
    return {{"settings": scales, "predicted": "stays", "measured": [{measured} for scale in scales], "conclusion": "{word}"}}
"""


def noised(**parts):
    return NOISED.format(**{**NOISED_PARTS, **parts})


def both(**parts):
    return BOTH.format(**{**BOTH_PARTS, **parts})


def ddim(**parts):
    return DDIM.format(**{**DDIM_PARTS, **parts})


def pair(**parts):
    return PAIR.format(**{**PAIR_PARTS, **parts})


def flow(**parts):
    return FLOW.format(**{**FLOW_PARTS, **parts})


def guide(**parts):
    return GUIDED.format(**{**GUIDED_PARTS, **parts})


def nearest(**parts):
    return QUANTIZE.format(**{**QUANTIZE_PARTS, **parts})


def use(**parts):
    return USE.format(**{**USE_PARTS, **parts})


def draw(**parts):
    return DRAW.format(**{**DRAW_PARTS, **parts})


def attend(**parts):
    return ATTENTION.format(**{**ATTENTION_PARTS, **parts})


def towers(**parts):
    return TOWERS.format(**{**TOWERS_PARTS, **parts})


def scale(**parts):
    return SCALE.format(**{**SCALE_PARTS, **parts})


def bug(**parts):
    return BUG.format(**{**BUG_PARTS, **parts})


def experiment(scales="[1, 2, 3, 5, 8, 10]", measured="spread(scale)", word="falls"):
    return EXPERIMENT.format(scales=scales, measured=measured, word=word)


WRONG = {
    "noised": {
        "times from 1, the end is met": """
def noised(x, noise, betas, t):
    if t.min() < 0 or t.max() >= len(betas):
        raise ValueError("time")
    alpha_bar = np.cumprod(1 - betas)
    a = alpha_bar[t - 1].reshape(-1, *[1] * (x.ndim - 1))
    return alpha_bar, np.sqrt(a) * x + np.sqrt(1 - a) * noise
""",
        "alphas": noised(alpha_bar="1 - betas"),
        "betas multiplied": noised(alpha_bar="np.cumprod(betas)"),
        "betas summed": noised(alpha_bar="1 - np.cumsum(betas)", mixed="x + noise"),
        "one time late": noised(alpha_bar="np.cumprod(np.append(1, 1 - betas[:-1]))"),
        "roots of alpha bar": noised(alpha_bar="np.sqrt(np.cumprod(1 - betas))"),
        "no roots": noised(mixed="kept * x + (1 - kept) * noise"),
        "factors exchanged": noised(mixed="np.sqrt(1 - kept) * x + np.sqrt(kept) * noise"),
        "one minus the root": noised(mixed="np.sqrt(kept) * x + (1 - np.sqrt(kept)) * noise"),
        "whole noise": noised(mixed="np.sqrt(kept) * x + noise"),
        "time one early": noised(kept="np.append(1, alpha_bar)[t][:, None, None]"),
        "time of the first": noised(kept="alpha_bar[t[0]]"),
        "one step": noised(kept="(1 - betas)[t][:, None, None]"),
        "no error": noised(error="False"),
        "negative times": noised(error="t.max() >= len(betas)"),
        "picture alone": noised().replace("return alpha_bar, ", "return "),
    },
    "clean_and_noise": {
        "alpha bar on the columns": """
def clean_and_noise(x, predicted, alpha_bar, kind):
    a, b = np.sqrt(alpha_bar), np.sqrt(1 - alpha_bar)
    if kind == "noise":
        return (x - b * predicted) / a, predicted
    if kind == "clean":
        return predicted, (x - a * predicted) / b
    if kind == "v":
        return a * x - b * predicted, b * x + a * predicted
    raise ValueError(kind)
""",
        "results exchanged": both(
            noise="predicted, (x - b * predicted) / a", clean="(x - a * predicted) / b, predicted"
        ),
        "no roots": both(roots="alpha_bar[:, None], 1 - alpha_bar[:, None]"),
        "not divided": both(noise="x - b * predicted, predicted"),
        "whole noise": both(noise="(x - predicted) / a, predicted"),
        "factors exchanged": both(noise="(x - a * predicted) / b, predicted"),
        "clean not divided": both(clean="predicted, x - a * predicted"),
        "whole picture": both(clean="predicted, (x - predicted) / b"),
        "divided by the other": both(clean="predicted, (x - a * predicted) / a"),
        "v sign of the picture": both(v="a * x + b * predicted, b * x + a * predicted"),
        "v sign of the noise": both(v="a * x - b * predicted, b * x - a * predicted"),
        "v as noise": both(v="(x - b * predicted) / a, predicted"),
        "v of flow": both(v="(x - b * predicted) / (a + b), (x + a * predicted) / (a + b)"),
        "no error": both(when="True"),
        "no roots of the width": both(roots="np.sqrt(alpha_bar), np.sqrt(1 - alpha_bar)"),
    },
    "ddim_step": {
        "not divided by the root of now": """
def ddim_step(x, noise, now, later, eta, fresh):
    clean = x - np.sqrt(1 - now) * noise
    sigma = eta * np.sqrt((1 - later) / (1 - now) * (1 - now / later))
    return np.sqrt(later) * clean + np.sqrt(1 - later - sigma**2) * noise + sigma * fresh
""",
        "clean picture": ddim(result="clean"),
        "later for both": ddim(clean="(x - np.sqrt(1 - later) * noise) / np.sqrt(later)"),
        "exchanged": ddim(
            clean="(x - np.sqrt(1 - later) * noise) / np.sqrt(later)",
            sigma="0",
            result="np.sqrt(now) * clean + np.sqrt(1 - now) * noise",
        ),
        "no roots": ddim(
            clean="(x - (1 - now) * noise) / now",
            result="later * clean + (1 - later - sigma**2) * noise + sigma * fresh",
        ),
        "fresh instead": ddim(result="np.sqrt(later) * clean + np.sqrt(1 - later) * fresh"),
        "from x": ddim(clean="x"),
        "nothing subtracted": ddim(result="np.sqrt(later) * clean + np.sqrt(1 - later) * noise + sigma * fresh"),
        "sigma subtracted": ddim(
            result="np.sqrt(later) * clean + np.sqrt(np.abs(1 - later - sigma)) * noise + sigma * fresh"
        ),
        "variance as sigma": ddim(sigma="eta * (1 - later) / (1 - now) * (1 - now / later)"),
        "sigma of the forward step": ddim(
            sigma="eta * np.sqrt(1 - now / later)",
            result="np.sqrt(later) * clean + np.sqrt(np.maximum(1 - later - sigma**2, 0)) * noise + sigma * fresh",
        ),
        "ratio upside down": ddim(
            sigma="eta * np.sqrt((1 - now) / np.maximum(1 - later, 1e-9)) * np.sqrt(1 - now / later)",
            result="np.sqrt(later) * clean + np.sqrt(np.maximum(1 - later - sigma**2, 0)) * noise + sigma * fresh",
        ),
        "no fresh noise": ddim(sigma="0"),
        "no eta": ddim(sigma="(eta > 0) * np.sqrt((1 - later) / (1 - now) * (1 - now / later))"),
        "eta of the variance": ddim(sigma="np.sqrt(eta * (1 - later) / (1 - now) * (1 - now / later))"),
    },
    "flow_pair": {
        "backwards": pair(points="s * noise + (1 - s) * data"),
        "times of the columns": pair(s="t"),
        "roots": pair(points="np.sqrt(1 - s) * noise + np.sqrt(s) * data"),
        "whole noise": pair(points="noise + s * data"),
        "no start": pair(points="s * velocity"),
        "velocity backwards": pair(velocity="-velocity"),
        "times t": pair(velocity="s * velocity"),
        "rest of the way": pair(velocity="(1 - s) * velocity"),
        "sum over the row": pair(loss="((predicted - velocity) ** 2).sum(axis=1).mean()"),
        "sum over all": pair(loss="((predicted - velocity) ** 2).sum()"),
        "absolute": pair(loss="np.abs(predicted - velocity).mean()"),
        "root": pair(loss="np.sqrt(((predicted - velocity) ** 2).mean())"),
        "against the data": pair(loss="((predicted - data) ** 2).mean()"),
        "loss of each row": pair(loss="((predicted - velocity) ** 2).mean(axis=1)"),
    },
    "flow_sample": {
        "time stays": flow(t="0"),
        "time of the end": flow(t="(number + 1) / steps"),
        "length 1": flow(h="1"),
        "one step short": flow(steps="steps - 1"),
        "one step more": flow(steps="steps + 1"),
        "minus": flow(step="x - h * move"),
        "time backwards": flow(t="1 - number / steps"),
        "velocity at the start": flow(first="velocity(start, t, mean, deviation)"),
        "heun is euler": flow(heun="pass"),
        "second at the start": flow(heun="move = (move + velocity(x, t + h, mean, deviation)) / 2"),
        "second at the old time": flow(heun="move = (move + velocity(x + h * move, t, mean, deviation)) / 2"),
        "sum of two": flow(heun="move = move + velocity(x + h * move, t + h, mean, deviation)"),
        "end only": flow(heun="move = velocity(x + h * move, t + h, mean, deviation)"),
        "from the guess": flow(
            heun="x, move = x + h * move, (move + velocity(x + h * move, t + h, mean, deviation)) / 2"
        ),
        "midpoint": flow(heun="move = velocity(x + h / 2 * move, t + h / 2, mean, deviation)"),
        "no error": flow(error="False"),
        "added to the array": flow(step="np.add(x, h * move, out=x if x.dtype == float else None)"),
    },
    "guided": {
        "halves exchanged": guide(halves="outputs[n:], outputs[:n]"),
        "from the condition": guide(result="condition + s * (condition - none)"),
        "direction alone": guide(result="s * (condition - none)"),
        "alternating": guide(halves="outputs[::2], outputs[1::2]"),
        "strengths of the columns": guide(s="scales"),
        "nothing subtracted": guide(result="none + s * condition"),
        "first strength": guide(s="scales[0]"),
        "no error": guide(error="False"),
        "odd rows only": guide(error="len(outputs) % 2"),
    },
    "quantize": {
        "larger number": nearest(codes="len(codebook) - 1 - table[:, ::-1].argmin(axis=1)"),
        "farthest": nearest(codes="table.argmax(axis=1)"),
        "scalar product": nearest(codes="(vectors @ codebook.T).argmax(axis=1)"),
        "first axis": nearest(codes="np.abs(vectors[:, None, 0] - codebook[:, 0]).argmin(axis=1)"),
        "vector of each code": """
def quantize(vectors, codebook, slope, beta):
    codes = ((vectors[:, None] - codebook) ** 2).sum(axis=2).argmin(axis=0)
    return codes, vectors[codes], slope, np.zeros(codebook.shape)
""",
        "values are the vectors": nearest(values="vectors"),
        "no commitment": nearest(of_vectors="slope"),
        "no slope": nearest(of_vectors="2 * beta * (vectors - values)"),
        "no 2 in the vectors": nearest(of_vectors="slope + beta * (vectors - values)"),
        "vectors the wrong way": nearest(of_vectors="slope + 2 * beta * (values - vectors)"),
        "no beta": nearest(of_vectors="slope + 2 * (vectors - values)"),
        "beta of the slope": nearest(of_vectors="beta * slope + 2 * (vectors - values)"),
        "last one only": nearest(add="of_codebook[codes] += 2 * (values - vectors)"),
        "codes the wrong way": nearest(add="np.add.at(of_codebook, codes, 2 * (vectors - values))"),
        "no 2 in the codebook": nearest(add="np.add.at(of_codebook, codes, values - vectors)"),
        "beta in the codebook": nearest(add="np.add.at(of_codebook, codes, 2 * beta * (values - vectors))"),
        "slope in the codebook": nearest(add="np.add.at(of_codebook, codes, slope + 2 * (values - vectors))"),
        "mean of a code": nearest(
            add="np.add.at(of_codebook, codes, 2 * (values - vectors) / np.bincount(codes, minlength=len(codebook))[codes][:, None])"
        ),
    },
    "codebook_use": {
        "0 times the logarithm of 0": """
def codebook_use(codes, size):
    if codes.min() < 0 or codes.max() >= size:
        raise ValueError("codes")
    shares = np.bincount(codes.ravel(), minlength=size) / codes.size
    return shares, np.exp(-(shares * np.log(shares)).sum()), np.flatnonzero(shares == 0)
""",
        "counts": use(shares="counts", perplexity="np.exp(-(used / used.sum() * np.log(used / used.sum())).sum())"),
        "divided by the size": use(shares="counts / size"),
        "once a row": use(shares="np.mean([np.bincount(row, minlength=size) > 0 for row in codes], axis=0)"),
        "entropy": use(perplexity="-(used * np.log(used)).sum()"),
        "used codes": use(perplexity="len(used)"),
        "sign": use(perplexity="np.exp((used * np.log(used)).sum())"),
        "base 2": use(perplexity="np.exp(-(used * np.log2(used)).sum())"),
        "mean of the logarithms": use(perplexity="np.exp(-np.log(used).mean())"),
        "only up to the largest": use(dead="np.flatnonzero(np.bincount(codes.ravel()) == 0)"),
        "used ones": use(dead="np.flatnonzero(counts)"),
        "how many": use(dead="(counts == 0).sum()"),
        "mask": use(dead="counts == 0"),
        "seldom used": use(dead="np.flatnonzero(counts <= 1)"),
        "no error": use(error="False", counts="np.array([(codes == k).sum() for k in range(size)])"),
        "negative codes": use(
            error="codes.max() >= size", counts="np.array([(codes == k).sum() for k in range(size)])"
        ),
        "0 times the logarithm": use(perplexity="np.exp(-(shares * np.log(shares)).sum())"),
        "a small number": use(perplexity="np.exp(-(shares * np.log(shares + 1e-3)).sum())"),
    },
    "draw_token": {
        "divided by a temperature of 0": """
def draw_token(logits, temperature, top, chances):
    logits = logits / temperature
    border = np.sort(logits, axis=1)[:, -top][:, None]
    kept = np.where(logits >= border, logits, -np.inf)
    p = np.exp(kept - kept.max(axis=1, keepdims=True))
    p /= p.sum(axis=1, keepdims=True)
    return p, (np.cumsum(p, axis=1) > chances[:, None]).argmax(axis=1)
""",
        "sum over the batch": draw(probabilities="weights / weights.sum(axis=0)"),
        "multiplied": draw(scaled="logits * temperature"),
        "no temperature": draw(scaled="logits"),
        "probabilities divided": draw(
            scaled="logits", probabilities="weights / weights.sum(axis=1, keepdims=True) / temperature"
        ),
        "all kept": draw(kept="logits == logits"),
        "not divided again": draw(probabilities="weights / np.exp(scaled).sum(axis=1, keepdims=True)"),
        "smallest kept": draw(kept="logits <= np.sort(logits, axis=1)[:, top - 1][:, None]"),
        "one too few": draw(kept="logits >= np.sort(logits, axis=1)[:, -max(top - 1, 1)][:, None]"),
        "first kept": draw(kept="np.arange(logits.shape[1]) < top"),
        "logits of 0": draw(before="np.where(kept, scaled, 0)", weights="np.exp(scaled)"),
        "always the largest": draw(tokens="probabilities.argmax(axis=1)"),
        "sorted": draw(
            tokens="(np.cumsum(-np.sort(-probabilities, axis=1), axis=1) > chances[:, None]).argmax(axis=1)"
        ),
        "one too small": draw(
            tokens="np.maximum((np.cumsum(probabilities, axis=1) > chances[:, None]).argmax(axis=1) - 1, 0)"
        ),
        "from the end": draw(
            tokens="logits.shape[1] - 1 - (np.cumsum(probabilities[:, ::-1], axis=1) > chances[:, None]).argmax(axis=1)"
        ),
        "as large": draw(tokens="(np.cumsum(probabilities, axis=1) >= chances[:, None]).argmax(axis=1)"),
        "divided by 0": draw(zero="pass"),
        "temperature 0 is 1": draw(zero="temperature = 1"),
        "overflows": draw(before="scaled"),
    },
    "picture_attention": {
        "no text": attend(allowed="place <= place[:, None]"),
        "transposed": attend(allowed="(place >= place[:, None]) | (place[:, None] < words)"),
        "not itself": attend(allowed="(place < place[:, None]) | (place < words)"),
        "text sees all": attend(allowed="(place <= place[:, None]) | (place < words) | (place[:, None] < words)"),
        "one word too many": attend(allowed="(place <= place[:, None]) | (place <= words)"),
        "text alone": attend(allowed="(place < words) | (place == place[:, None])"),
        "the other way round": attend(told="~allowed"),
        "nothing masked": attend(seen="scores"),
        "not divided again": attend(
            mixed="weights / np.exp(scores - seen.max(axis=2, keepdims=True)).sum(axis=2, keepdims=True) @ values"
        ),
        "logits of 0": attend(seen="np.where(allowed, scores, 0)"),
        "wrong axis": attend(
            weights="np.exp(seen - seen.max(axis=1, keepdims=True))",
            mixed="weights / weights.sum(axis=1, keepdims=True) @ values",
        ),
        "overflows": attend(weights="np.exp(seen)"),
        "largest of all": attend(weights="np.exp(seen - scores.max(axis=2, keepdims=True))"),
        "seldom enough": attend(seen="np.where(allowed, scores, scores - 9)"),
    },
    "two_towers": {
        "overflow": """
def two_towers(pictures, texts, temperature):
    unit = lambda v: v / np.linalg.norm(v, axis=1, keepdims=True)
    table = unit(pictures) @ unit(texts).T / temperature
    e = np.exp(table)
    loss = -(np.log(np.diag(e) / e.sum(axis=1)) + np.log(np.diag(e) / e.sum(axis=0))).mean() / 2
    return loss, table.argmax(axis=0)
""",
        "no unit length": towers(units="pictures, texts", best=TOWERS_PARTS["best"]),
        "pictures only": towers(loss="(lse(table, axis=1) - np.diag(table)).mean()"),
        "texts only": towers(loss="(lse(table, axis=0) - np.diag(table)).mean()"),
        "sum of both": towers(loss="(lse(table, axis=0) + lse(table, axis=1) - 2 * np.diag(table)).mean()"),
        "sum of the batch": towers(loss="(lse(table, axis=0) + lse(table, axis=1)).sum() / 2 - np.trace(table)"),
        "multiplied": towers(table="a @ b.T * temperature"),
        "no temperature": towers(table="a @ b.T"),
        "whole table": towers(loss="lse(table, axis=None) - np.diag(table).mean()"),
        "negatives only": towers(
            loss="(lse(np.where(np.eye(len(a)) > 0, -np.inf, table), axis=0) + lse(np.where(np.eye(len(a)) > 0, -np.inf, table), axis=1)).mean() / 2 - np.diag(table).mean()"
        ),
        "squared length": towers(units="pictures / lengths(pictures) ** 2, texts / lengths(texts) ** 2"),
        "best sentence": towers(best="table.argmax(axis=1)"),
        "by scalar product": towers(best="(pictures @ texts.T).argmax(axis=0)"),
        "worst": towers(best="table.argmin(axis=0)"),
        "similarities": towers(best="(a @ b.T).max(axis=0)"),
        "overflows": towers(
            loss="np.log(np.exp(table).sum(axis=0) * np.exp(table).sum(axis=1)).mean() / 2 - np.diag(table).mean()"
        ),
    },
    "adaptive_scale": {
        "own scale and shift": scale(norm="epsilon=1e-6"),
        "own scale": scale(norm="epsilon=1e-6, center=False"),
        "no bias": scale(dense=", use_bias=False"),
        "no shift": scale(units="width", parts="both, 0"),
        "no 1": scale(result="normal * gamma + delta"),
        "not normalized": scale(result="x * (1 + gamma) + delta"),
        "exchanged": scale(parts="both[:, width:], both[:, :width]"),
        "alternating": scale(parts="both[:, ::2], both[:, 1::2]"),
        "relu": scale(dense=', activation="relu"'),
        "shift scaled": scale(result="(normal + delta) * (1 + gamma)"),
        "normalized at the end": scale(
            result="layers.LayerNormalization(center=False, scale=False, epsilon=1e-6)(x * (1 + gamma) + delta)"
        ),
        "random start": scale(start='"glorot_uniform"'),
    },
    "ancestral": {
        "as it was": bug(
            times="range(len(betas))",
            step="(x - betas[t] / np.sqrt(betas[t]) * noise) / np.sqrt(1 - betas[t])",
            when="True",
        ),
        "wrong order": bug(times="range(len(betas))"),
        "wrong root": bug(step="(x - betas[t] / np.sqrt(betas[t]) * noise) / np.sqrt(1 - betas[t])"),
        "alpha bar below": bug(step="(x - betas[t] / np.sqrt(alpha_bar[t]) * noise) / np.sqrt(1 - betas[t])"),
        "time 0 missing": bug(times="range(len(betas) - 1, 0, -1)"),
        "not enlarged": bug(step="x - betas[t] / np.sqrt(1 - alpha_bar[t]) * noise"),
        "noise at the end": bug(when="True"),
        "no noise at the beginning": bug(when="t < len(betas) - 1"),
        "no noise": bug(when="False"),
        "other fresh": bug(add="x + np.sqrt(betas[t]) * fresh[len(betas) - 1 - t]"),
        "beta times": bug(add="x + betas[t] * fresh[t]"),
    },
    "more_guidance": {
        "grows": experiment(word="grows"),
        "stays": experiment(word="stays"),
        "the prediction": experiment(word="neither"),
        "too few": experiment(scales="[1, 3, 8]"),
        "nothing large": experiment(scales="[1, 2, 3, 4, 5]"),
        "nothing between": experiment(scales="[1, 1.5, 5, 8, 10]"),
        "not from 1 on": experiment(scales="[2, 3, 4, 6, 9]"),
        "not allowed": experiment(scales="[0, 1, 3, 5, 9]"),
        "not measured": experiment(measured="1 / scale"),
        "rounded": experiment(measured="round(spread(scale), 1)"),
        "nothing measured": """
def more_guidance():
    return {"settings": [1, 2, 3, 5, 8], "predicted": "falls", "conclusion": "falls"}
""",
    },
}
RIGHT = {
    "noised": {
        "a loop": """
def noised(x, noise, betas, t):
    product, alpha_bar = 1.0, []
    for beta in betas:
        product = product * (1 - beta)
        alpha_bar.append(product)
    mixed = []
    for picture, extra, when in zip(x, noise, t):
        if not 0 <= when < len(betas):
            raise ValueError(when)
        mixed.append(alpha_bar[when] ** 0.5 * picture + (1 - alpha_bar[when]) ** 0.5 * extra)
    return np.array(alpha_bar), np.array(mixed)
""",
        "einsum": """
def noised(x, noise, betas, t):
    if not np.isin(t, np.arange(len(betas))).all():
        raise ValueError("t")
    bars = np.multiply.accumulate(1.0 - betas)
    kept = np.take(bars, t)
    return bars, np.einsum("b,bhw->bhw", kept**0.5, x) + np.einsum("b,bhw->bhw", (1 - kept) ** 0.5, noise)
""",
        "axes moved": """
def noised(x, noise, betas, t):
    if t.min() < 0 or t.max() > len(betas) - 1:
        raise ValueError("t")
    alpha_bar = np.cumprod(1 - betas)
    signal, rest = np.sqrt(alpha_bar)[t], np.sqrt(1 - alpha_bar)[t]
    return alpha_bar, (signal * x.T + rest * noise.T).T
""",
    },
    "clean_and_noise": {
        "an angle": """
def clean_and_noise(x, predicted, alpha_bar, kind):
    angle = np.arccos(np.sqrt(alpha_bar)).reshape(-1, 1)
    if kind == "v":
        return np.cos(angle) * x - np.sin(angle) * predicted, np.sin(angle) * x + np.cos(angle) * predicted
    if kind == "noise":
        return x / np.cos(angle) - np.tan(angle) * predicted, predicted
    if kind == "clean":
        return predicted, x / np.sin(angle) - predicted / np.tan(angle)
    raise ValueError(kind)
""",
        "noise from the clean picture": """
def clean_and_noise(x, predicted, alpha_bar, kind):
    if kind not in {"noise", "clean", "v"}:
        raise ValueError("kind")
    signal, rest = alpha_bar[:, np.newaxis] ** 0.5, (1 - alpha_bar[:, np.newaxis]) ** 0.5
    clean = {
        "noise": (x - rest * predicted) / signal,
        "clean": predicted.copy(),
        "v": signal * x - rest * predicted,
    }[kind]
    noise = predicted.copy() if kind == "noise" else (x - signal * clean) / rest
    return clean, noise
""",
        "transposed": """
def clean_and_noise(x, predicted, alpha_bar, kind):
    a, b = np.sqrt(alpha_bar), np.sqrt(1 - alpha_bar)
    match kind:
        case "noise":
            return ((x.T - b * predicted.T) / a).T, predicted
        case "clean":
            return predicted, ((x.T - a * predicted.T) / b).T
        case "v":
            return (a * x.T - b * predicted.T).T, (b * x.T + a * predicted.T).T
    raise ValueError
""",
    },
    "ddim_step": {
        "variance first": """
def ddim_step(x, noise, now, later, eta, fresh):
    variance = eta**2 * (1 - later) * (later - now) / ((1 - now) * later)
    kept = np.sqrt(later / now)
    direction = np.sqrt(1 - later - variance) - kept * np.sqrt(1 - now)
    return kept * x + direction * noise + np.sqrt(variance) * fresh
""",
        "two cases": """
def ddim_step(x, noise, now, later, eta, fresh):
    clean = x / now**0.5 - (1 / now - 1) ** 0.5 * noise
    if eta == 0:
        return later**0.5 * clean + (1 - later) ** 0.5 * noise
    sigma = eta * ((1 - later) / (1 - now)) ** 0.5 * (1 - now / later) ** 0.5
    return later**0.5 * clean + max(1 - later - sigma**2, 0) ** 0.5 * noise + sigma * fresh
""",
    },
    "flow_pair": {
        "a weighted mean": """
def flow_pair(data, noise, t, predicted):
    t = t.reshape(len(t), 1)
    velocity = np.subtract(data, noise)
    return t * data + (1 - t) * noise, velocity, np.square(predicted - velocity).mean()
""",
        "a loop": """
def flow_pair(data, noise, t, predicted):
    points, velocity, total = [], [], 0.0
    for end, start, when, guess in zip(data, noise, t, predicted):
        move = end - start
        points.append(start + when * move)
        velocity.append(move)
        total += sum((guess - move) ** 2)
    return np.array(points), np.array(velocity), float(total) / data.size
""",
    },
    "flow_sample": {
        "linspace": """
def flow_sample(start, steps, mean, deviation, method):
    if method != "euler" and method != "heun":
        raise ValueError(method)
    x = start.astype(float)
    times = np.linspace(0, 1, steps + 1)
    for t, end in zip(times[:-1], times[1:]):
        first = velocity(x, t, mean, deviation)
        if method == "euler":
            x += (end - t) * first
        else:
            second = velocity(x + (end - t) * first, end, mean, deviation)
            x += (end - t) * (first + second) / 2
    return x
""",
        "two functions": """
def euler_step(x, t, h, mean, deviation):
    return x + h * velocity(x, t, mean, deviation)


def heun_step(x, t, h, mean, deviation):
    guess = euler_step(x, t, h, mean, deviation)
    return (x + euler_step(guess, t + h, h, mean, deviation)) / 2


def flow_sample(start, steps, mean, deviation, method):
    known = {"euler": euler_step, "heun": heun_step}
    if method not in known:
        raise ValueError("method")
    x = start
    for number in range(steps):
        x = known[method](x, number / steps, 1 / steps, mean, deviation)
    return x
""",
    },
    "guided": {
        "two halves": """
def guided(outputs, scales):
    if outputs.shape[0] != 2 * scales.shape[0]:
        raise ValueError("rows")
    condition, none = np.split(outputs, 2)
    scales = scales.reshape(-1, 1)
    return scales * condition + (1 - scales) * none
""",
        "a loop": """
def guided(outputs, scales):
    n = len(scales)
    if len(outputs) / 2 != n:
        raise ValueError("rows")
    result = np.zeros((n, outputs.shape[1]))
    for i in range(n):
        result[i] = outputs[i] + (scales[i] - 1) * (outputs[i] - outputs[n + i])
    return result
""",
    },
    "quantize": {
        "a loop": """
def quantize(vectors, codebook, slope, beta):
    codes, of_vectors, of_codebook = [], slope.astype(float), np.zeros(codebook.shape, float)
    for i, vector in enumerate(vectors):
        apart = [np.sum((vector - code) ** 2) for code in codebook]
        k = int(np.argmin(apart))
        codes.append(k)
        of_vectors[i] += 2 * beta * (vector - codebook[k])
        of_codebook[k] += 2 * (codebook[k] - vector)
    return np.array(codes), np.array([codebook[k] for k in codes]), of_vectors, of_codebook
""",
        "one-hot": """
def quantize(vectors, codebook, slope, beta):
    squares = np.square(vectors[:, None, :] - codebook[None, :, :]).sum(2)
    codes = np.argmin(squares, 1)
    hot = np.eye(len(codebook))[codes]
    values = hot @ codebook
    apart = vectors - values
    return codes, values, slope + 2 * beta * apart, -2 * hot.T @ apart
""",
    },
    "codebook_use": {
        "comparisons": """
def codebook_use(codes, size):
    if ((codes < 0) | (codes >= size)).any():
        raise ValueError("codes")
    shares = (codes[..., None] == np.arange(size)).mean(axis=(0, 1))
    logs = np.log(np.where(shares > 0, shares, 1))
    return shares, float(np.exp(-shares @ logs)), np.arange(size)[shares == 0]
""",
        "a dict": """
def codebook_use(codes, size):
    counts = {}
    for code in codes.ravel().tolist():
        if code < 0 or code > size - 1:
            raise ValueError(code)
        counts[code] = counts.get(code, 0) + 1
    shares = np.array([counts.get(k, 0) / codes.size for k in range(size)])
    perplexity = 1.0
    for share in shares:
        perplexity *= share**-share if share else 1
    return shares, perplexity, np.array([k for k in range(size) if k not in counts])
""",
    },
    "draw_token": {
        "minus infinity": """
def draw_token(logits, temperature, top, chances):
    if temperature == 0:
        tokens = logits.argmax(axis=1)
        return np.eye(logits.shape[1])[tokens], tokens
    scaled = (logits - logits.max(axis=1, keepdims=True)) / temperature
    place = np.argsort(np.argsort(-scaled, axis=1), axis=1)
    scaled = np.where(place < top, scaled, -np.inf)
    probabilities = np.exp(scaled) / np.exp(scaled).sum(axis=1, keepdims=True)
    return probabilities, (np.cumsum(probabilities, axis=1) <= chances[:, None]).sum(axis=1)
""",
        "a loop": """
def draw_token(logits, temperature, top, chances):
    probabilities, tokens = np.zeros(logits.shape), []
    for row, p, chance in zip(logits, probabilities, chances):
        kept = np.argsort(row)[-1:] if temperature == 0 else np.argsort(row)[-top:]
        weights = np.exp((row[kept] - row.max()) / (temperature or 1))
        p[kept] = weights / weights.sum()
        tokens.append(int(np.searchsorted(np.cumsum(p), chance, side="right")))
    return probabilities, np.array(tokens)
""",
    },
    "picture_attention": {
        "a triangle": """
def picture_attention(scores, values, words):
    n = scores.shape[-1]
    allowed = np.tri(n, dtype=bool)
    allowed[:, :words] = True
    largest = np.max(scores, axis=-1, where=allowed, initial=-(10**9), keepdims=True)
    weights = np.where(allowed, np.exp(np.minimum(scores - largest, 0)), 0)
    return allowed, np.einsum("bij,bjk->bik", weights, values) / weights.sum(-1)[..., None]
""",
        "loops": """
def picture_attention(scores, values, words):
    batch, n, _ = scores.shape
    allowed, mixed = np.zeros((n, n)) > 0, np.zeros(values.shape)
    for i in range(n):
        reach = max(words, i + 1)
        allowed[i, :reach] = True
        for b in range(batch):
            row = scores[b, i, :reach]
            weights = np.exp(row - row.max())
            mixed[b, i] = weights @ values[b, :reach] / weights.sum()
    return allowed, mixed
""",
    },
    "two_towers": {
        "a loop": """
def two_towers(pictures, texts, temperature):
    cosine = lambda p, q: (p @ q) / (np.sqrt(p @ p) * np.sqrt(q @ q))
    table = np.array([[cosine(p, q) for q in texts] for p in pictures])
    total = 0.0
    for i in range(len(table)):
        for row in (table[i], table[:, i]):
            largest = row.max()
            rest = np.log(np.exp((row - largest) / temperature).sum())
            total += (rest + (largest - row[i]) / temperature) / (2 * len(table))
    return total, np.argmax(table, axis=0)
""",
        "log softmax": """
def two_towers(pictures, texts, temperature):
    p = pictures / np.sqrt((pictures**2).sum(1, keepdims=True))
    q = texts / np.sqrt((texts**2).sum(1, keepdims=True))
    losses = []
    for logits in (p @ q.T / temperature, q @ p.T / temperature):
        logits = logits - logits.max(axis=1, keepdims=True)
        logs = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
        losses.append(-np.trace(logs) / len(logs))
    return np.mean(losses), (q @ p.T).argmax(1)
""",
    },
    "adaptive_scale": {
        "a class of one's own": """
class Adaptive(keras.Model):
    def __init__(self, width, condition):
        super().__init__()
        self.width = width
        self.matrix = self.add_weight(shape=(condition, 2 * width), initializer="zeros", name="matrix")
        self.bias = self.add_weight(shape=(2 * width,), initializer="zeros", name="bias")

    def call(self, inputs):
        x, c = inputs
        both = ops.matmul(c, self.matrix) + self.bias
        x = x - ops.mean(x, axis=-1, keepdims=True)
        x = x / ops.sqrt(ops.mean(ops.square(x), axis=-1, keepdims=True) + 1e-6)
        return x * (1 + both[:, : self.width]) + both[:, self.width :]


def adaptive_scale(width, condition):
    return Adaptive(width, condition)
""",
        "split and layers": """
def adaptive_scale(width, condition):
    x, c = keras.Input((width,)), keras.Input((condition,))
    both = layers.Dense(2 * width, kernel_initializer=keras.initializers.Zeros())(c)
    gamma, delta = ops.split(both, 2, axis=-1)
    normal = layers.LayerNormalization(epsilon=1e-6, center=False, scale=False)(x)
    y = layers.Add()([normal, layers.Multiply()([normal, gamma]), delta])
    return keras.Model(inputs=[x, c], outputs=y)
""",
    },
    "ancestral": {
        "while": """
def ancestral(start, betas, mean, deviation, fresh):
    bars = np.cumprod(1 - betas)
    x, t = 1.0 * start, len(betas)
    while t > 0:
        t -= 1
        noise = best_noise(x, bars[t], mean, deviation)
        x = (x - betas[t] / (1 - bars[t]) ** 0.5 * noise) / (1 - betas[t]) ** 0.5
        x += (betas[t] if t else 0) ** 0.5 * fresh[t]
    return x
""",
        "all at once": """
def ancestral(start, betas, mean, deviation, fresh):
    fresh = np.concatenate([0 * fresh[:1], fresh[1:]])
    x = start
    for beta, bar, extra in list(zip(betas, np.cumprod(1 - betas), fresh))[::-1]:
        x = x - beta / np.sqrt(1 - bar) * best_noise(x, bar, mean, deviation)
        x = x / np.sqrt(1 - beta) + np.sqrt(beta) * extra
    return x
""",
    },
    "more_guidance": {
        "more values, another order, numbers predicted": """
def more_guidance():
    scales = [10, 7.5, 5, 3, 2, 1]
    return {"settings": scales, "predicted": [3, 3, 2, 2, 1, 1], "measured": np.array([spread(scale) for scale in scales]), "conclusion": "falls"}
""",
        "written down": """
def more_guidance():
    found = {}
    for scale in (1, 1.5, 2.5, 4, 7):
        found[scale] = round(spread(scale), 4)
    return {"settings": list(found), "predicted": "falls", "measured": list(found.values()), "conclusion": "falls"}
""",
        "all whole numbers": """
def more_guidance():
    scales = np.arange(1, 11)
    return {"settings": scales.tolist(), "predicted": "grows", "measured": tuple(spread(scale) for scale in scales), "conclusion": "falls"}
""",
    },
}

HIDDEN_ONLY = {}
