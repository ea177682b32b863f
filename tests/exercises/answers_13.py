"""Answers that people really give to the exercises of chapter 13: task -> what it is -> code.

WRONG ones lose points and are noticed by the visible check, but for those in HIDDEN_ONLY, which say why not. RIGHT ones
are written in another style than the solution and earn full marks."""

NORM = """
def rms_norm(x, scale, epsilon, slope):
    r = {r}
    back = {back}
    return {y}, {gradient}
"""
NORM_PARTS = {
    "r": "np.sqrt((x**2).mean(axis=-1, keepdims=True) + epsilon)",
    "back": "slope * scale",
    "y": "scale * x / r",
    "gradient": "back / r - x * (back * x).mean(axis=-1, keepdims=True) / r**3",
}
ROTATE = """
def rotate(x, positions, theta):
    size = x.shape[-1]
    if {wrong}:
        raise ValueError("shapes")
    positions = {positions}
    angles = {angles}
    cos, sin = np.cos(angles), np.sin(angles)
    a, b = {pairs}
    return {result}
"""
ROTATE_PARTS = {
    "wrong": "size % 2 or len(positions) != x.shape[1]",
    "positions": "positions",
    "angles": "positions[:, None] * float(theta) ** (-2 * np.arange(size // 2) / size)",
    "pairs": "x[..., : size // 2], x[..., size // 2 :]",
    "result": "np.concatenate([a * cos - b * sin, b * cos + a * sin], axis=-1)",
}
GROUPED = """
def grouped_attention(queries, keys, values):
    heads, tokens, size = queries.shape
    groups, seen, _ = keys.shape
    keys, values = ({shared} for part in (keys, values))
    scores = queries @ keys.swapaxes(1, 2) / {divisor}
    scores = np.where(np.tri({mask}, dtype=bool), scores, -np.inf)
    weights = np.exp(scores - scores.max(axis={axis}, keepdims=True))
    return weights / weights.sum(axis={axis}, keepdims=True) @ values
"""
GROUPED_PARTS = {
    "shared": "np.repeat(part, heads // groups, axis=0)",
    "divisor": "np.sqrt(size)",
    "mask": "tokens, seen, seen - tokens",
    "axis": "-1",
}
TILED = {"shared": "np.tile(part, (heads // groups, 1, 1))"}
SWIGLU = """
def swiglu(x, gate, up, down):
    silu = lambda v: {silu}
    return {result} @ down
"""
SWIGLU_PARTS = {"silu": "v / (1 + np.exp(np.minimum(-v, 700)))", "result": "(silu(x @ gate) * (x @ up))"}
COUNT = """
def parameters(config):
    w, hidden = config["width"], config["hidden"]
    if hidden is None:
        hidden = {hidden}
    narrow = {narrow}
    block = {block}
    matrices = {matrices}
    return hidden, block, {total}
"""
COUNT_PARTS = {
    "hidden": "int(np.ceil(8 * w / 3 / 256)) * 256",
    "narrow": 'w // config["heads"] * config["groups"]',
    "block": "2 * w * w + 2 * w * narrow + 3 * w * hidden + 2 * w",
    "matrices": '1 if config["tied"] else 2',
    "total": 'config["blocks"] * block + w + matrices * config["vocabulary"] * w',
}
FITS = """
def fits(parameters, bits, block, cache, memory):
    weights = {plain}
    if {when}:
        weights += {scales}
    blocks, groups, size = cache
    token = {token}
    return weights, token, {tokens}
"""
FITS_PARTS = {
    "plain": "parameters * bits // 8",
    "when": "bits <= 8",
    "scales": "2 * int(np.ceil(parameters / block))",
    "token": "2 * blocks * groups * size * 2",
    "tokens": "max(0, (memory - weights) // token)",
}
TRAINING = """
def training(parameters, tokens, chips, speed, used, ratio):
    operations = {operations}
    days = {days}
    size = {size}
    return operations, days, {balanced}
"""
TRAINING_PARTS = {
    "operations": "6 * parameters * tokens",
    "days": "operations / (chips * speed * used) / 86400",
    "size": "np.sqrt(operations / 6 / ratio)",
    "balanced": "(size, ratio * size)",
}
LORA = """
def lora(x, w, a, b, alpha, slope):
    scale = {scale}
    y = {y}
    merged = {merged}
    return y, merged, {of_a}, {of_b}
"""
LORA_PARTS = {
    "scale": "alpha / a.shape[1]",
    "y": "x @ w + scale * (x @ a) @ b",
    "merged": "w + scale * a @ b",
    "of_a": "scale * x.T @ slope @ b.T",
    "of_b": "scale * a.T @ x.T @ slope",
}
QUANTIZE = """
def quantize(w, bits):
    largest = {largest}
    scales = {scales}
    numbers = {numbers}
    return {result}
"""
QUANTIZE_PARTS = {
    "largest": "2 ** (bits - 1) - 1",
    "scales": "np.abs(w).max(axis=1) / largest",
    "numbers": "np.round(w / np.where(scales == 0, 1, scales)[:, None])",
    "result": "numbers, scales, np.abs(w - numbers * scales[:, None]).max()",
}
LOOKUP = """
def lookup(tokens, longest, most):
    for length in {lengths}:
        for start in {starts}:
            if {same}:
                return {result}
    return []
"""
LOOKUP_PARTS = {
    "lengths": "range(longest, 0, -1)",
    "starts": "reversed(range(len(tokens) - length))",
    "same": "tokens[start : start + length] == tokens[-length:]",
    "result": "tokens[start + length : start + length + most]",
}
CHAT = """
def chat(messages, answer):
    if {refused}:
        raise ValueError("marks")
    usual = "You are a helpful AI assistant named SmolLM, trained by Hugging Face"
    if {without}:
        messages = [{{"role": "system", "content": usual}}, *messages]
    text = {text}
    return {result}
"""
CHAT_PARTS = {
    "refused": 'any("<|im_start|>" in one["content"] or "<|im_end|>" in one["content"] for one in messages)',
    "without": 'messages[0]["role"] != "system"',
    "text": '"".join("<|im_start|>" + one["role"] + "\\n" + one["content"] + "<|im_end|>\\n" for one in messages)',
    "result": 'text + "<|im_start|>assistant\\n" * answer',
}
DPO = """
def dpo(chosen, rejected, chosen_before, rejected_before, beta):
    sigmoid = lambda x: np.exp(-np.logaddexp(0, -x))
    margins = {margins}
    v = {v}
    return {losses}, {slopes}, {right}
"""
DPO_PARTS = {
    "margins": "chosen - chosen_before - rejected + rejected_before",
    "v": "beta * margins",
    "losses": "np.logaddexp(0, -v)",
    "slopes": "-beta * sigmoid(-v)",
    "right": "(margins > 0).mean()",
}
MODEL = """
def lora_model(width, units, rank, alpha):
    x = keras.Input((width,))
    frozen = layers.Dense(units{frozen})
    a = layers.Dense(rank{a})
    b = layers.Dense(units{b})
    return keras.Model(x, {result})
"""
MODEL_PARTS = {
    "frozen": ", trainable=False",
    "a": ", use_bias=False",
    "b": ', use_bias=False, kernel_initializer="zeros"',
    "result": "frozen(x) + alpha / rank * b(a(x))",
}
EXPERIMENT = """
def sharing():
    blocks = {blocks}
    return {{"settings": blocks, "predicted": "stays", "measured": [{measured} for block in blocks], "conclusion": "{word}"}}
"""


def norm(**parts):
    return NORM.format(**{**NORM_PARTS, **parts})


def rotate(**parts):
    return ROTATE.format(**{**ROTATE_PARTS, **parts})


def grouped(**parts):
    return GROUPED.format(**{**GROUPED_PARTS, **parts})


def swiglu(**parts):
    return SWIGLU.format(**{**SWIGLU_PARTS, **parts})


def count(**parts):
    return COUNT.format(**{**COUNT_PARTS, **parts})


def fits(**parts):
    return FITS.format(**{**FITS_PARTS, **parts})


def training(**parts):
    return TRAINING.format(**{**TRAINING_PARTS, **parts})


def lora(**parts):
    return LORA.format(**{**LORA_PARTS, **parts})


def quantize(**parts):
    return QUANTIZE.format(**{**QUANTIZE_PARTS, **parts})


def lookup(**parts):
    return LOOKUP.format(**{**LOOKUP_PARTS, **parts})


def chat(**parts):
    return CHAT.format(**{**CHAT_PARTS, **parts})


def dpo(**parts):
    return DPO.format(**{**DPO_PARTS, **parts})


def model(**parts):
    return MODEL.format(**{**MODEL_PARTS, **parts})


def experiment(blocks="[4, 16, 64, 512, 8192]", measured="lost(block)", word="grows"):
    return EXPERIMENT.format(blocks=blocks, measured=measured, word=word)


RMS = NORM_PARTS["r"]
GRADIENT = NORM_PARTS["gradient"]
WRONG = {
    "rms_norm": {
        "layer normalization": norm(
            y="scale * (x - x.mean(axis=-1, keepdims=True)) / np.sqrt(x.var(axis=-1, keepdims=True) + epsilon)"
        ),
        "no root": norm(r="(x**2).mean(axis=-1, keepdims=True) + epsilon"),
        "sum": norm(r=RMS.replace(".mean(", ".sum(")),
        "over tokens": norm(r=RMS.replace("axis=-1", "axis=0")),
        "no scale": norm(y="x / r"),
        "divided by scale": norm(y="x / r / scale"),
        "absolute values": norm(r="np.abs(x).mean(axis=-1, keepdims=True) + epsilon"),
        "no epsilon": norm(r=RMS.replace(" + epsilon", "")),
        "epsilon outside of the root": norm(r="np.sqrt((x**2).mean(axis=-1, keepdims=True)) + epsilon"),
        "r constant": norm(gradient="back / r"),
        "gradient without scale": norm(back="slope"),
        "wrong sign": norm(gradient=GRADIENT.replace(" - ", " + ", 1)),
        "sum through r": norm(gradient=GRADIENT.replace(".mean(", ".sum(")),
        "r squared": norm(gradient=GRADIENT.replace("r**3", "r**2")),
        "mean of all": norm(gradient=GRADIENT.replace("axis=-1, keepdims=True", "")),
    },
    "rotate": {
        "neighbours": rotate(
            pairs="x[..., ::2], x[..., 1::2]",
            result="np.stack([a * cos - b * sin, b * cos + a * sin], axis=-1).reshape(x.shape)",
        ),
        "clockwise": rotate(result="np.concatenate([a * cos + b * sin, b * cos - a * sin], axis=-1)"),
        "exponent halved": rotate(angles=ROTATE_PARTS["angles"].replace("-2 *", "-1 *")),
        "exponent positive": rotate(angles=ROTATE_PARTS["angles"].replace("-2 *", "2 *")),
        "i from 1": rotate(
            angles=ROTATE_PARTS["angles"].replace("np.arange(size // 2)", "np.arange(1, size // 2 + 1)")
        ),
        "one angle": rotate(angles="positions[:, None] * np.ones(size // 2)"),
        "no positions": rotate(positions="np.arange(x.shape[1])"),
        "positions from 1": rotate(positions="np.arange(1, x.shape[1] + 1)"),
        "degrees": rotate(positions="np.radians(positions)"),
        "first overwritten": rotate(
            result="np.concatenate([a * cos - b * sin, b * cos + (a * cos - b * sin) * sin], axis=-1)"
        ),
        "first half only": rotate(result="np.concatenate([a * cos - b * sin, b * np.ones(cos.shape)], axis=-1)"),
        "no error for odd widths": rotate(
            wrong="len(positions) != x.shape[1]", pairs="x[..., : size // 2], x[..., size - size // 2 :]"
        ),
        "positions are not counted": rotate(wrong="size % 2", positions="np.resize(positions, x.shape[1])"),
        "a single position is stretched": rotate(wrong="size % 2 or len(positions) not in (1, x.shape[1])"),
    },
    "grouped_attention": {
        "as it was": grouped(**TILED, divisor="np.sqrt(seen)", mask="tokens, seen"),
        "tiled": grouped(**TILED),
        "root of seen": grouped(divisor="np.sqrt(seen)"),
        "diagonal not moved": grouped(mask="tokens, seen"),
        "not divided": grouped(divisor="1"),
        "divided by size": grouped(divisor="size"),
        "softmax over queries": grouped(axis="-2"),
        "looks ahead": grouped(mask="tokens, seen, seen"),
        "one too far": grouped(mask="tokens, seen, seen - tokens + 1"),
        "not itself": grouped(mask="tokens, seen, max(seen - tokens - 1, 0)"),
        "two of three": grouped(**TILED, mask="tokens, seen"),
    },
    "swiglu": {
        "relu": swiglu(silu="np.maximum(v, 0)"),
        "gate and up exchanged": swiglu(result="(silu(x @ up) * (x @ gate))"),
        "sigmoid": swiglu(silu="1 / (1 + np.exp(np.minimum(-v, 700)))"),
        "added": swiglu(result="(silu(x @ gate) + x @ up)"),
        "silu of both": swiglu(result="(silu(x @ gate) * silu(x @ up))"),
        "sign in the exponent": swiglu(silu="v / (1 + np.exp(np.minimum(v, 700)))"),
        "silu of the product": swiglu(result="silu((x @ gate) * (x @ up))"),
        "overflows": swiglu(silu="v * np.exp(v) / (1 + np.exp(v))"),
        "clipped": swiglu(silu="np.clip(v, -30, 30) / (1 + np.exp(-np.clip(v, -30, 30)))"),
    },
    "parameters": {
        "four times": count(hidden="4 * w"),
        "rounded down": count(hidden="8 * w // 3 // 256 * 256"),
        "no multiple": count(hidden="8 * w // 3"),
        "power of two": count(hidden="2 ** int(np.ceil(np.log2(8 * w / 3)))"),
        "a multiple is raised, too": count(hidden="(8 * w // 3 // 256 + 1) * 256"),
        "rule always": count().replace("if hidden is None", "if True"),
        "groups not used": count(narrow="w"),
        "keys of one head": count(narrow='w // config["heads"]'),
        "divided by groups": count(narrow='w // config["groups"]'),
        "keys or values": count(block="2 * w * w + w * narrow + 3 * w * hidden + 2 * w"),
        "two matrices": count(block="2 * w * w + 2 * w * narrow + 2 * w * hidden + 2 * w"),
        "no norms in blocks": count(block="2 * w * w + 2 * w * narrow + 3 * w * hidden"),
        "one norm": count(block="2 * w * w + 2 * w * narrow + 3 * w * hidden + w"),
        "biases": count(block="2 * w * (w + 1) + 2 * (w + 1) * narrow + 3 * w * hidden + 2 * hidden + w + 2 * w"),
        "no output": count(block="w * w + 2 * w * narrow + 3 * w * hidden + 2 * w"),
        "no last norm": count(total='config["blocks"] * block + matrices * config["vocabulary"] * w'),
        "never tied": count(matrices="2"),
        "always tied": count(matrices="1"),
        "no embedding": count(total='config["blocks"] * block + w'),
        "one block": count(total='block + w + matrices * config["vocabulary"] * w'),
    },
    "fits": {
        "bits": """
def fits(parameters, bits, block, cache, memory):
    weights = parameters * bits + (16 * -(-parameters // block) if bits <= 8 else 0)
    blocks, groups, size = cache
    token = 2 * blocks * groups * size * 2
    return weights, token, max(0, (memory - weights) // token)
""",
        "no scales": fits(when="False"),
        "scales always": fits(when="True"),
        "full blocks only": fits(scales="2 * (parameters // block)"),
        "scales of one byte": fits(scales="int(np.ceil(parameters / block))"),
        "a scale for each weight": fits(scales="2 * parameters"),
        "bits as bytes": fits(plain="parameters * bits"),
        "scales in 4 bits only": fits(when="bits == 4"),
        "keys only": fits(token="blocks * groups * size * 2"),
        "one block's cache": fits(token="2 * groups * size * 2"),
        "cache in one byte": fits(token="2 * blocks * groups * size"),
        "cache in float32": fits(token="2 * blocks * groups * size * 4"),
        "one group": fits(token="2 * blocks * size * 2"),
        "cache in the bits of the weights": fits(token="2 * blocks * groups * size * bits // 8"),
        "fraction of a token": fits(tokens="max(0, (memory - weights) / token)"),
        "weights not subtracted": fits(tokens="memory // token"),
        "rounded up": fits(tokens="max(0, -(-(memory - weights) // token))"),
        "negative": fits(tokens="(memory - weights) // token"),
    },
    "training": {
        "forward only": training(operations="2 * parameters * tokens"),
        "multiply-adds": training(operations="3 * parameters * tokens"),
        "used not used": training(days="operations / (chips * speed) / 86400"),
        "used multiplied": training(days="operations / (chips * speed) * used / 86400"),
        "seconds": training(days="operations / (chips * speed * used)"),
        "hours": training(days="operations / (chips * speed * used) / 3600"),
        "one chip": training(days="operations / (speed * used) / 86400"),
        "same tokens": training(size="tokens / ratio"),
        "same parameters": training(size="parameters"),
        "no 6": training(size="np.sqrt(operations / ratio)"),
        "no root": training(size="operations / 6 / ratio"),
        "exchanged": training(balanced="(ratio * size, size)"),
        "divided": training(balanced="(size, size / ratio)"),
    },
    "lora": {
        "not divided by rank": lora(scale="alpha"),
        "no alpha": lora(scale="1"),
        "divided by inputs": lora(scale="alpha / a.shape[0]"),
        "rank by alpha": lora(scale="a.shape[1] / alpha"),
        "no w": lora(y="scale * (x @ a) @ b"),
        "no change": lora(y="x @ w"),
        "the change alone": lora(merged="scale * a @ b"),
        "merged without the scale": lora(merged="w + a @ b"),
        "gradient not scaled": lora(of_a="x.T @ slope @ b.T", of_b="a.T @ x.T @ slope"),
        "no b in the gradient": lora(of_a="scale * x.T @ slope[:, : a.shape[1]]"),
        "gradients exchanged": lora(of_a=LORA_PARTS["of_b"], of_b=LORA_PARTS["of_a"]),
        "mean over the batch": lora(
            of_a="scale * x.T @ slope @ b.T / len(x)", of_b="scale * a.T @ x.T @ slope / len(x)"
        ),
        "transposed": lora(of_a="(scale * x.T @ slope @ b.T).T", of_b="(scale * a.T @ x.T @ slope).T"),
    },
    "quantize": {
        "no sign": quantize(largest="2**bits - 1"),
        "one too many": quantize(largest="2 ** (bits - 1)"),
        "one scale": quantize(scales="np.full(len(w), np.abs(w).max() / largest)"),
        "largest without abs": quantize(scales="w.max(axis=1) / largest"),
        "by columns": quantize(
            scales="np.abs(w).max(axis=0) / largest",
            numbers="np.round(w / np.where(scales == 0, 1, scales))",
            result="numbers, scales, np.abs(w - numbers * scales).max()",
        ),
        "inverse": quantize(scales="largest / np.maximum(np.abs(w).max(axis=1), 1e-9)"),
        "cut off": quantize(numbers="(w / np.where(scales == 0, 1, scales)[:, None]).astype(int)"),
        "rounded down": quantize(numbers="np.floor(w / np.where(scales == 0, 1, scales)[:, None])"),
        "the weights back": quantize(
            result="numbers * scales[:, None], scales, np.abs(w - numbers * scales[:, None]).max()"
        ),
        "not rounded": quantize(numbers="w / np.where(scales == 0, 1, scales)[:, None]"),
        "mean error": quantize(result="numbers, scales, np.abs(w - numbers * scales[:, None]).mean()"),
        "root mean square": quantize(result="numbers, scales, np.sqrt(((w - numbers * scales[:, None]) ** 2).mean())"),
        "error in steps": quantize(
            result="numbers, scales, np.abs(w / np.where(scales == 0, 1, scales)[:, None] - numbers).max()"
        ),
        "error without abs": quantize(result="numbers, scales, (w - numbers * scales[:, None]).max()"),
        "zero by zero": quantize(numbers="np.round(w / scales[:, None])"),
        "scale of zeros 1": quantize(scales="np.where(w.any(axis=1), np.abs(w).max(axis=1) / largest, 1)"),
        "small number": quantize(scales="np.abs(w).max(axis=1) / largest + 1e-3"),
    },
    "lookup": {
        "the end itself is found": """
def lookup(tokens, longest, most):
    for length in range(min(longest, len(tokens)), 0, -1):
        for start in range(len(tokens) - length, -1, -1):
            if tokens[start:start + length] == tokens[-length:]:
                return tokens[start + length:start + length + most]
    return []
""",
        "shortest first": lookup(lengths="range(1, longest + 1)"),
        "with the match": lookup(result="tokens[start : start + most]"),
        "one too late": lookup(result="tokens[start + length + 1 : start + length + 1 + most]"),
        "no limit": lookup(result="tokens[start + length :]"),
        "one too few": lookup(result="tokens[start + length : start + length + most - 1]"),
        "limit counts the match": lookup(result="tokens[start + length : start + most]"),
        "first place": lookup(starts="range(len(tokens) - length)"),
        "always empty": lookup(starts="range(len(tokens) - length - 1, 0, 1)"),
        "longest only": lookup(lengths="[longest]"),
        "the end itself": lookup(starts="reversed(range(len(tokens) - length + 1))"),
        "no overlap": lookup(starts="reversed(range(len(tokens) - 2 * length + 1))"),
        "down to two": lookup(lengths="range(longest, 1, -1)"),
        "never the beginning": lookup(starts="range(len(tokens) - length - 1, 0, -1)"),
        "None": lookup().replace("return []", "return None"),
    },
    "chat": {
        "joined by line breaks": """
def chat(messages, answer):
    if any(mark in message["content"] for message in messages for mark in ("<|im_start|>", "<|im_end|>")):
        raise ValueError("marks")
    if messages[0]["role"] != "system":
        messages = [{"role": "system", "content": "You are a helpful AI assistant named SmolLM, trained by Hugging Face"}, *messages]
    text = "\\n".join(f"<|im_start|>{one['role']}\\n{one['content']}<|im_end|>" for one in messages)
    return text + "\\n<|im_start|>assistant\\n" if answer else text
""",
        "no line break behind": chat(text=CHAT_PARTS["text"].replace("<|im_end|>\\n", "<|im_end|>")),
        "no line break after the role": chat(text=CHAT_PARTS["text"].replace('"\\n" + one', '" " + one')),
        "empty lines": chat(text=CHAT_PARTS["text"].replace("<|im_end|>\\n", "<|im_end|>\\n\\n")),
        "end in a line of its own": chat(text=CHAT_PARTS["text"].replace("<|im_end|>", "\\n<|im_end|>")),
        "always an answer": chat(result='text + "<|im_start|>assistant\\n"'),
        "always the usual system": chat(without="True"),
        "system left out": chat(
            text=CHAT_PARTS["text"].replace("in messages)", 'in messages if one["role"] != "system")')
        ),
        "last not ended": chat(result='text[: -len("<|im_end|>\\n")]'),
        "never an answer": chat(result="text"),
        "no line break of the answer": chat(result='text + "<|im_start|>assistant" * answer'),
        "answer ended": chat(result='text + "<|im_start|>assistant\\n<|im_end|>\\n" * answer'),
        "no usual system": chat(without="False"),
        "any system": chat(without='all(one["role"] != "system" for one in messages)'),
        "no error": chat(refused="False"),
        "the end alone is refused": chat(refused='any("<|im_end|>" in one["content"] for one in messages)'),
        "of users alone": chat(refused='any("<|im_" in one["content"] for one in messages if one["role"] == "user")'),
        "insert": chat(without="False").replace(
            "    text =",
            '    if messages[0]["role"] != "system":\n        messages.insert(0, {"role": "system", "content": usual})\n    text =',
        ),
    },
    "dpo": {
        "no reference": dpo(margins="chosen - rejected"),
        "exchanged": dpo(margins="rejected - rejected_before - chosen + chosen_before"),
        "no beta": dpo(v="margins"),
        "negative": dpo(losses="-np.logaddexp(0, -v)"),
        "no logarithm": dpo(losses="sigmoid(v)"),
        "chosen only": dpo(margins="chosen - chosen_before"),
        "wrong sign": dpo(margins="chosen - chosen_before - rejected - rejected_before"),
        "mean loss": dpo(losses="np.logaddexp(0, -v).mean()"),
        "the margin": dpo(losses="margins"),
        "slope without beta": dpo(slopes="-sigmoid(-v)"),
        "slope positive": dpo(slopes="beta * sigmoid(-v)"),
        "slope of the right": dpo(slopes="-beta * sigmoid(v)"),
        "ties right": dpo(right="(margins >= 0).mean()"),
        "number right": dpo(right="(margins > 0).sum()"),
        "right without reference": dpo(right="(chosen > rejected).mean()"),
        "overflows": dpo(losses="-np.log(1 / (1 + np.exp(-v)))"),
        "a small number": dpo(losses="-np.log(sigmoid(v) + 1e-12)"),
        "clipped": dpo(losses="-np.log(np.clip(sigmoid(v), 1e-7, 1))"),
    },
    "lora_model": {
        "bias of a": model(a=""),
        "bias of b": model(b=', kernel_initializer="zeros"'),
        "biases": model(a="", b=', kernel_initializer="zeros"'),
        "no c": model(frozen=", trainable=False, use_bias=False"),
        "a plain layer": model(result="frozen(x)"),
        "no w": model(result="alpha / rank * b(a(x))"),
        "nothing frozen": model(frozen=""),
        "all frozen": model(a=", use_bias=False, trainable=False", b=MODEL_PARTS["b"] + ", trainable=False"),
        "wrong half frozen": model(
            frozen="", a=", use_bias=False, trainable=False", b=MODEL_PARTS["b"] + ", trainable=False"
        ),
        "b does not begin with zeros": model(b=", use_bias=False"),
        "both begin with zeros": model(a=MODEL_PARTS["b"]),
        "a begins with zeros": model(a=MODEL_PARTS["b"], b=", use_bias=False"),
        "not divided": model(result="frozen(x) + alpha * b(a(x))"),
        "no alpha": model(result="frozen(x) + b(a(x))"),
        "rank by alpha": model(result="frozen(x) + rank / alpha * b(a(x))"),
        "activation": model(a=', use_bias=False, activation="relu"'),
        "multiplied": model(result="frozen(x) * (alpha / rank * b(a(x)))"),
        "subtracted": model(result="frozen(x) - alpha / rank * b(a(x))"),
    },
    "sharing": {
        "the conclusion is the prediction": experiment(word="stays"),
        "the opposite": experiment(word="falls"),
        "too few": experiment(blocks="[4, 64, 8192]"),
        "small ones only": experiment(blocks="[4, 8, 16, 32, 64]"),
        "no small one": experiment(blocks="[16, 32, 64, 512, 8192]"),
        "none between": experiment(blocks="[4, 8, 16, 512, 8192]"),
        "invented": experiment(measured="block**0.5"),
        "no power of 2": experiment(blocks="[4, 16, 64, 500, 8192]"),
    },
}

RIGHT = {
    "rms_norm": {
        "a loop": """
def rms_norm(x, scale, epsilon, slope):
    y, gradient = np.zeros(x.shape), np.zeros(x.shape)
    n = x.shape[1]
    for t in range(len(x)):
        r = (sum(v * v for v in x[t]) / n + epsilon) ** 0.5
        along = sum(slope[t, j] * scale[j] * x[t, j] for j in range(n))
        for i in range(n):
            y[t, i] = scale[i] * x[t, i] / r
            gradient[t, i] = slope[t, i] * scale[i] / r - along * x[t, i] / (n * r**3)
    return y, gradient
""",
        "by the normalized": """
def rms_norm(x, scale, epsilon, slope):
    inverse = 1 / np.sqrt(np.mean(np.square(x), axis=1) + epsilon)[:, np.newaxis]
    normal = x * inverse
    back = np.multiply(slope, scale)
    return [normal * scale, inverse * (back - normal * np.mean(back * normal, axis=1, keepdims=True))]
""",
        "by Jacobians": """
def rms_norm(x, scale, epsilon, slope):
    n = x.shape[1]
    r = np.linalg.norm(np.hstack([x, np.full((len(x), 1), np.sqrt(n * epsilon))]), axis=1) / np.sqrt(n)
    jacobians = np.eye(n) / r[:, None, None] - x[:, :, None] * x[:, None, :] / (n * r**3)[:, None, None]
    return scale * (x / r[:, None]), np.einsum("tij,tj->ti", jacobians, slope * scale)
""",
    },
    "rotate": {
        "complex numbers": """
def rotate(x, positions, theta):
    heads, tokens, size = x.shape
    if size % 2 == 1 or positions.shape != (tokens,):
        raise ValueError("shapes")
    z = x[:, :, : size // 2] + 1j * x[:, :, size // 2 :]
    z = z * np.exp(1j * np.outer(positions, 1 / np.power(float(theta), np.arange(size // 2) * 2 / size)))
    return np.concatenate([z.real, z.imag], axis=2)
""",
        "a loop": """
def rotate(x, positions, theta):
    heads, tokens, size = x.shape
    if size % 2 or len(positions) != tokens:
        raise ValueError("shapes")
    result = np.empty(x.shape)
    for t, p in enumerate(positions):
        for i in range(size // 2):
            angle = p / theta ** (2 * i / size)
            a, b = x[:, t, i], x[:, t, i + size // 2]
            result[:, t, i] = a * np.cos(angle) - b * np.sin(angle)
            result[:, t, i + size // 2] = b * np.cos(angle) + a * np.sin(angle)
    return result
""",
        "rotate half": """
def rotate(x, positions, theta):
    size = x.shape[-1]
    if size % 2 != 0:
        raise ValueError("odd")
    if len(positions) != x.shape[-2]:
        raise ValueError("positions")
    angles = np.einsum("t,i->ti", positions, theta ** -(np.arange(0, size, 2) / size))
    angles = np.tile(angles, 2)
    half = np.concatenate([-x[..., size // 2 :], x[..., : size // 2]], -1)
    return x * np.cos(angles) + half * np.sin(angles)
""",
    },
    "grouped_attention": {
        "a loop": """
def grouped_attention(queries, keys, values):
    heads, tokens, size = queries.shape
    groups, seen, _ = keys.shape
    result = np.zeros((heads, tokens, values.shape[2]))
    for h in range(heads):
        g = h * groups // heads
        for t in range(tokens):
            last = seen - tokens + t + 1
            scores = keys[g, :last] @ queries[h, t] / size**0.5
            weights = np.exp(scores - scores.max())
            result[h, t] = weights @ values[g, :last] / weights.sum()
    return result
""",
        "groups as an axis": """
def grouped_attention(queries, keys, values):
    heads, tokens, size = queries.shape
    groups, seen, _ = keys.shape
    q = queries.reshape(groups, heads // groups, tokens, size)
    scores = np.einsum("ghtd,gsd->ghts", q, keys) * size**-0.5
    hidden = np.arange(seen) > np.arange(seen - tokens, seen)[:, None]
    scores = scores - 1e9 * hidden
    weights = np.exp(scores - scores.max(axis=-1, keepdims=True))
    weights /= weights.sum(axis=-1, keepdims=True)
    return np.einsum("ghts,gsd->ghtd", weights, values).reshape(queries.shape)
""",
    },
    "swiglu": {
        "a loop": """
def swiglu(x, gate, up, down):
    rows = []
    for token in x:
        v, u = token @ gate, token @ up
        v = v.astype(float)
        opened = np.array([one / (1 + np.exp(-one)) if one > 0 else one * np.exp(one) / (1 + np.exp(one)) for one in v])
        rows.append((opened * u) @ down)
    return np.stack(rows)
""",
        "by tanh": """
def swiglu(x, gate, up, down):
    v = np.dot(x, gate)
    return np.dot(0.5 * v * (1 + np.tanh(v / 2)) * np.dot(x, up), down)
""",
    },
    "parameters": {
        "shapes": """
def parameters(config):
    w = config["width"]
    hidden = config["hidden"]
    if hidden is None:
        hidden = 256
        while hidden < 2 / 3 * 4 * w - 1e-6:
            hidden += 256
    keys = config["groups"] * (w // config["heads"])
    shapes = [(w, w), (w, keys), (w, keys), (w, w), (w, hidden), (w, hidden), (hidden, w), (1, w), (1, w)]
    block = sum(rows * columns for rows, columns in shapes)
    total = config["vocabulary"] * w + config["blocks"] * block + w
    if not config["tied"]:
        total += config["vocabulary"] * w
    return hidden, block, total
""",
        "with NumPy": """
def parameters(config):
    vocabulary, blocks, w, heads, groups, hidden, tied = (
        config[key] for key in ("vocabulary", "blocks", "width", "heads", "groups", "hidden", "tied")
    )
    hidden = int(256 * np.ceil(2 * 4 * w / 3 / 256)) if hidden is None else hidden
    block = 2 * w**2 * (1 + groups / heads) + w * (3 * hidden + 2)
    return [hidden, round(block), round(blocks * block) + w * (1 + vocabulary * (2 - int(tied)))]
""",
    },
    "fits": {
        "step by step": """
def fits(parameters, bits, block, cache, memory):
    total_bits = parameters * bits
    if bits in (4, 8):
        count = parameters // block + (1 if parameters % block else 0)
        total_bits += 16 * count
    weights = total_bits / 8
    token = 2 * 2
    for number in cache:
        token *= number
    left = memory - weights
    return weights, token, int(left / token) if left > 0 else 0
""",
        "with NumPy": """
def fits(parameters, bits, block, cache, memory):
    scales = np.ceil(parameters / block) if bits < 16 else 0
    weights = int(parameters * bits / 8 + 2 * scales)
    token = 4 * int(np.prod(cache))
    return (weights, token, np.maximum(0, np.floor((memory - weights) / token)))
""",
    },
    "training": {
        "step by step": """
def training(parameters, tokens, chips, speed, used, ratio):
    forward = 2 * parameters * tokens
    operations = forward + 2 * forward
    a_day = chips * speed * used * 24 * 3600
    size = (parameters * tokens / ratio) ** 0.5
    return [operations, operations / a_day, [size, size * ratio]]
""",
        "the tokens first": """
def training(parameters, tokens, chips, speed, used, ratio):
    operations = 6.0 * parameters * tokens
    more = np.sqrt(operations * ratio / 6)
    return operations, operations / chips / speed / used / 60 / 60 / 24, np.array([more / ratio, more])
""",
    },
    "lora": {
        "beside": """
def lora(x, w, a, b, alpha, slope):
    rank = len(b)
    h = x @ a
    y = x @ w + (alpha / rank) * (h @ b)
    back = alpha / rank * slope
    return y, w + np.dot(a, b) * alpha / rank, x.T @ (back @ b.T), h.T @ back
""",
        "einsum": """
def lora(x, w, a, b, alpha, slope):
    s = alpha / b.shape[0]
    merged = w + s * np.einsum("ir,ro->io", a, b)
    of_a = s * np.einsum("ni,no,ro->ir", x, slope, b)
    of_b = s * np.einsum("ni,ir,no->ro", x, a, slope)
    return [np.einsum("ni,io->no", x, merged), merged, of_a, of_b]
""",
    },
    "quantize": {
        "a loop": """
def quantize(w, bits):
    largest = 2 ** (bits - 1) - 1
    numbers, scales, error = [], [], 0.0
    for row in w:
        scale = max(abs(v) for v in row) / largest
        whole = [round(float(v / scale)) if scale else 0 for v in row]
        error = max(error, max(abs(v - n * scale) for v, n in zip(row, whole)))
        numbers.append(whole)
        scales.append(scale)
    return np.array(numbers), np.array(scales), error
""",
        "divided where it can be": """
def quantize(w, bits):
    w = np.array(w, float)
    scales = np.max(np.abs(w), axis=1, keepdims=True) / ((1 << bits - 1) - 1)
    numbers = np.rint(np.divide(w, scales, out=np.zeros_like(w), where=scales != 0))
    return numbers.astype("int8"), scales[:, 0], np.max(np.abs(numbers * scales - w))
""",
    },
    "lookup": {
        "all places": """
def lookup(tokens, longest, most):
    n = len(tokens)
    for length in range(min(longest, n - 1), 0, -1):
        end = tokens[n - length :]
        places = [i for i in range(n - length) if tokens[i : i + length] == end]
        if places:
            behind = places[-1] + length
            return tokens[behind : behind + most]
    return []
""",
        "the longest match": """
def lookup(tokens, longest, most):
    best, place = 0, None
    for behind in range(1, len(tokens)):
        length = 0
        while length < min(longest, behind) and tokens[behind - 1 - length] == tokens[-1 - length]:
            length += 1
        if length and length >= best:
            best, place = length, behind
    return [] if place is None else list(tokens[place : place + most])
""",
    },
    "chat": {
        "step by step": """
def chat(messages, answer):
    text = ""
    for number, message in enumerate(messages):
        if "<|im_start|>" in message["content"] or "<|im_end|>" in message["content"]:
            raise ValueError("marks")
        if number == 0 and message["role"] != "system":
            text += "<|im_start|>system\\nYou are a helpful AI assistant named SmolLM, trained by Hugging Face<|im_end|>\\n"
        text += f"<|im_start|>{message['role']}\\n{message['content']}<|im_end|>\\n"
    if answer:
        text += "<|im_start|>assistant\\n"
    return text
""",
        "lines": """
def chat(messages, answer):
    usual = {"role": "system", "content": "You are a helpful AI assistant named SmolLM, trained by Hugging Face"}
    all_ = list(messages) if messages[0]["role"] == "system" else [usual] + list(messages)
    lines = []
    for one in all_:
        for mark in ("<|im_start|>", "<|im_end|>"):
            if mark in one["content"]:
                raise ValueError(mark)
        lines += ["<|im_start|>" + one["role"], one["content"] + "<|im_end|>"]
    if answer:
        lines.append("<|im_start|>assistant")
    return "\\n".join(lines) + "\\n"
""",
        "a regular expression": """
def chat(messages, answer):
    import re

    if re.search(r"<[|]im_(start|end)[|]>", "\\0".join(one["content"] for one in messages)):
        raise ValueError("marks")
    write = "<|im_start|>{role}\\n{content}<|im_end|>\\n".format_map
    usual = "You are a helpful AI assistant named SmolLM, trained by Hugging Face"
    first = "" if messages[0]["role"] == "system" else write({"role": "system", "content": usual})
    return first + "".join(map(write, messages)) + ("<|im_start|>assistant\\n" if answer else "")
""",
    },
    "dpo": {
        "a loop": """
def dpo(chosen, rejected, chosen_before, rejected_before, beta):
    losses, slopes, right = [], [], 0
    for c, r, d, s in zip(chosen, rejected, chosen_before, rejected_before):
        m = float((c - d) - (r - s))
        v = beta * m
        small = np.exp(-abs(v))
        losses.append(max(-v, 0.0) + np.log1p(small))
        slopes.append(-beta * (1 / (1 + small) if v < 0 else small / (1 + small)))
        right += m > 0
    return np.array(losses), np.array(slopes), right / len(losses)
""",
        "ratios first": """
def dpo(chosen, rejected, chosen_before, rejected_before, beta):
    now, before = chosen - rejected, chosen_before - rejected_before
    m = now - before
    return [np.logaddexp(-beta * m, 0.0), beta * (np.tanh(beta * m / 2) - 1) / 2, np.count_nonzero(m > 0) / m.size]
""",
    },
    "lora_model": {
        "a layer of one's own": """
class Adapted(layers.Layer):
    def __init__(self, units, rank, alpha):
        super().__init__()
        self.units, self.rank, self.alpha = units, rank, alpha

    def build(self, shape):
        self.kernel = self.add_weight((shape[-1], self.units), "glorot_uniform", trainable=False)
        self.bias = self.add_weight((self.units,), "zeros", trainable=False)
        self.a = self.add_weight((shape[-1], self.rank), "random_normal")
        self.b = self.add_weight((self.rank, self.units), "zeros")

    def call(self, x):
        return keras.ops.matmul(x, self.kernel + self.alpha / self.rank * keras.ops.matmul(self.a, self.b)) + self.bias


def lora_model(width, units, rank, alpha):
    return keras.Sequential([keras.Input((width,)), Adapted(units, rank, alpha)])
""",
        "layers by name": """
def lora_model(width, units, rank, alpha):
    inputs = keras.Input(shape=(width,))
    plain = layers.Dense(units, name="plain")
    outputs = plain(inputs)
    plain.trainable = False
    thin = layers.Dense(rank, use_bias=False, kernel_initializer="he_normal", name="a")(inputs)
    change = layers.Dense(units, use_bias=False, kernel_initializer="zeros", name="b")(thin)
    change = layers.Rescaling(alpha / rank)(change)
    return keras.Model(inputs, layers.Add()([outputs, change]))
""",
    },
    "sharing": {
        "numbers as predictions": """
def sharing():
    blocks = [8, 32, 128, 1024, 4096, 16384]
    return {
        "settings": blocks,
        "predicted": [0.1, 0.2, 0.3, 0.4, 0.5, 0.6],
        "measured": [lost(block) for block in blocks],
        "conclusion": "grows",
    }
""",
        "measured by oneself": """
def sharing():
    settings = [2**power for power in (3, 5, 7, 9, 13)]
    measured = []
    w = np.random.default_rng(0).normal(size=65536)
    for block in settings:
        errors = []
        for part in np.split(w, 65536 // block):
            scale = abs(part).max() / 7
            errors.append(part - scale * np.round(part / scale))
        measured.append(float(np.linalg.norm(errors) / np.linalg.norm(w)))
    return {"settings": settings, "predicted": "falls", "measured": measured, "conclusion": "grows"}
""",
        "in another order": """
def sharing():
    settings = (8192, 256, 4, 1024, 32)
    measured = tuple(lost(block) for block in settings)
    return {"settings": settings, "predicted": "grows", "measured": measured, "conclusion": "grows"}
""",
    },
}
