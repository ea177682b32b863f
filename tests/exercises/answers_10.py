"""Answers that people really give to the exercises of chapter 10: task -> what it is -> code.

WRONG ones lose points and are noticed by the visible check, but for those in HIDDEN_ONLY, which say why not. RIGHT ones
are written in another style than the solution and earn full marks."""

KL = """
def kl_of_gaussians(mean_a, log_variance_a, mean_b, log_variance_b):
    if len({{array.shape for array in (mean_a, log_variance_a, mean_b, log_variance_b)}}) > 1:
        raise ValueError("shapes")
    ratio = {ratio}
    return {result}
"""
KL_RATIO = "(np.exp(log_variance_a) + (mean_a - mean_b) ** 2) / np.exp(log_variance_b)"
KL_RESULT = "(log_variance_b - log_variance_a + ratio - 1).sum(axis=-1) / 2"
SAMPLED = """
def sampled_kl(mean, log_variance, noise):
    z = {z}
    values = {values}
    return {estimate}, {error}
"""
SAMPLED_PARTS = {
    "z": "mean + np.exp(log_variance / 2) * noise",
    "values": "(z**2 - noise**2 - log_variance).sum(axis=1) / 2",
    "estimate": "values.mean()",
    "error": "values.std(ddof=1) / np.sqrt(len(values))",
}
DRAW = """
def draw_code(mean, log_variance, noise, slope):
    deviation = np.exp(log_variance / 2)
    code = {code}
    return code, {mean}, {variance}
"""
DRAW_PARTS = {"code": "mean + deviation * noise", "mean": "slope.copy()", "variance": "slope * deviation * noise / 2"}
ELBO = """
def elbo(pictures, outputs, mean, log_variance, beta, sigma):
    if {when}:
        pixels = {bernoulli}
    else:
        pixels = {gaussian}
    kl = {kl}
    return {result}
"""
ELBO_PARTS = {
    "when": "sigma is None",
    "bernoulli": "pictures * outputs - np.logaddexp(0, outputs)",
    "gaussian": "-((pictures - outputs) ** 2) / (2 * sigma**2) - np.log(sigma) - np.log(2 * np.pi) / 2",
    "kl": "(mean**2 + np.exp(log_variance) - 1 - log_variance).sum(axis=1) / 2",
    "result": "pixels.sum(axis=1) - beta * kl",
}
LINEAR = """
def linear_autoencoder(pictures, decoder):
    x = {x}
    own = {own}
    best = {best}
    lost = lambda basis: {lost}
    cosines = np.clip(np.linalg.svd(own.T @ best, compute_uv=False), -1, 1)
    return {result}
"""
LINEAR_PARTS = {
    "x": "pictures - pictures.mean(axis=0)",
    "own": "np.linalg.qr(decoder.T)[0]",
    "best": "np.linalg.eigh(x.T @ x)[1][:, ::-1][:, :len(decoder)]",
    "lost": "((x - x @ basis @ basis.T) ** 2).sum(axis=1).mean()",
    "result": "lost(own), lost(best), np.degrees(np.arccos(cosines.min()))",
}
DETECTOR = """
def detector(usual, strange, allowed):
    if not 0 <= allowed < 1:
        raise ValueError("share")
    place = int(np.floor(allowed * len(usual) + 1e-9))
    threshold = {threshold}
    above, equal = (strange[:, None] > usual).mean(), (strange[:, None] == usual).mean()
    return threshold, {found}, {area}
"""
DETECTOR_PARTS = {
    "threshold": "np.sort(usual)[::-1][place]",
    "found": "(strange > threshold).mean()",
    "area": "above + equal / 2",
}
WALK = """
def walk(start, end, times):
    p, q = np.linalg.norm(start), np.linalg.norm(end)
    if p == 0 or q == 0 or start @ end / (p * q) < -0.999999:
        raise ValueError("no way")
    a, b, t = {a}, {b}, {t}
    omega = {omega}
    if omega < 1e-6:
        direction = (1 - t) * a + t * b
    else:
        direction = {direction}
    return {result}
"""
WALK_PARTS = {
    "a": "start / p",
    "b": "end / q",
    "t": "times[:, None]",
    "omega": "np.arccos(np.clip(a @ b, -1, 1))",
    "direction": "(np.sin((1 - t) * omega) * a + np.sin(t * omega) * b) / np.sin(omega)",
    "result": "direction * ((1 - t) * p + t * q)",
}
LOSSES = """
def gan_losses(real, made, smooth):
    softplus = lambda x: np.logaddexp(0, x)
    of_real = {real}
    of_made = {made}
    return {discriminator}, {saturating}, {other}
"""
LOSSES_PARTS = {
    "real": "(1 - smooth) * softplus(-real) + smooth * softplus(real)",
    "made": "softplus(made)",
    "discriminator": "of_real.mean() + of_made.mean()",
    "saturating": "-softplus(made).mean()",
    "other": "softplus(-made).mean()",
}
GRADIENTS = """
def generator_gradients(noise, shift, w, c):
    x = noise + shift
    p = sigmoid(w * x + c)
    return {saturating}, {other}
"""
STEP = """
def gan_step(real, noise, generator, discriminator, rate):
    (a, b), (w, c) = generator, discriminator
    made = a * noise + b
    p_real, p_made = sigmoid(w * real + c), sigmoid(w * made + c)
    slope_real, slope_made = {real}, {made}
    new_w = {w}
    new_c = {c}
    slope = {slope}
    new_a = {a}
    new_b = {b}
    return (new_a, new_b), (new_w, new_c)
"""
STEP_PARTS = {
    "real": "(p_real - 1) / len(real)",
    "made": "p_made / len(made)",
    "w": "w - rate * ((slope_real * real).sum() + (slope_made * made).sum())",
    "c": "c - rate * (slope_real.sum() + slope_made.sum())",
    "slope": "(p_made - 1) / len(made) * w",
    "a": "a - rate * (slope * noise).sum()",
    "b": "b - rate * slope.sum()",
}
FRECHET = """
def frechet(mean_a, covariance_a, mean_b, covariance_b):
    def root_of(matrix):
        values, vectors = np.linalg.eigh(matrix)
        return {root_of}

    half = {half}
    root = {root}
    spread = {spread}
    return root, {distance}
"""
FRECHET_PARTS = {
    "root_of": "vectors * np.sqrt(np.maximum(values, 0)) @ vectors.T",
    "half": "root_of(covariance_a)",
    "root": "root_of(half @ covariance_b @ half)",
    "spread": "np.trace(covariance_a) + np.trace(covariance_b) - 2 * np.trace(root)",
    "distance": "((mean_a - mean_b) ** 2).sum() + spread",
}
BALLS = """
def in_the_balls(real, made, k):
    if {wrong}:
        raise ValueError("k")
    table = lambda a, b: {table}

    def covered(points, centres):
        radii = {radii}
        return {inside}

    return {result}
"""
BALLS_PARTS = {
    "wrong": "k < 1 or min(len(real), len(made)) <= k",
    "table": "np.sqrt(((a[:, None] - b) ** 2).sum(axis=-1))",
    "radii": "np.sort(table(centres, centres), axis=1)[:, k]",
    "inside": "(table(points, centres) <= radii).any(axis=1)",
    "result": "covered(made, real), covered(real, made)",
}
TIED = """
class Back(layers.Layer):
    def __init__(self, dense):
        super().__init__()
        self.dense = dense

    def build(self, shape):
        {build}

    def call(self, h):
        return {call}


def tied_autoencoder(width, code):
    x = keras.Input((width,))
    dense = layers.Dense(code{options})
    return keras.Model(x, {result})
"""
TIED_PARTS = {
    "build": 'self.bias = self.add_weight((self.dense.kernel.shape[0],), "zeros")',
    "call": "ops.matmul(h, ops.transpose(self.dense.kernel)) + self.bias",
    "options": ', activation="relu"',
    "result": "Back(dense)(dense(x))",
}
EXPERIMENT = """
def straight_lines():
    sizes = {sizes}
    return {{"settings": sizes, "predicted": "stays", "measured": [{measured} for size in sizes], "conclusion": "{word}"}}
"""


def kl(ratio=KL_RATIO, result=KL_RESULT):
    return KL.format(ratio=ratio, result=result)


def sampled(**parts):
    return SAMPLED.format(**{**SAMPLED_PARTS, **parts})


def draw(**parts):
    return DRAW.format(**{**DRAW_PARTS, **parts})


def elbo(**parts):
    return ELBO.format(**{**ELBO_PARTS, **parts})


def linear(**parts):
    return LINEAR.format(**{**LINEAR_PARTS, **parts})


def detector(**parts):
    return DETECTOR.format(**{**DETECTOR_PARTS, **parts})


def walk(**parts):
    return WALK.format(**{**WALK_PARTS, **parts})


def losses(**parts):
    return LOSSES.format(**{**LOSSES_PARTS, **parts})


def gradients(saturating="-p.mean() * w", other="(p - 1).mean() * w"):
    return GRADIENTS.format(saturating=saturating, other=other)


def step(**parts):
    return STEP.format(**{**STEP_PARTS, **parts})


def frechet(**parts):
    return FRECHET.format(**{**FRECHET_PARTS, **parts})


def balls(**parts):
    return BALLS.format(**{**BALLS_PARTS, **parts})


def tied(**parts):
    return TIED.format(**{**TIED_PARTS, **parts})


def experiment(sizes="[1, 2, 16, 128, 1000]", measured="oddness(size)", word="grows"):
    return EXPERIMENT.format(sizes=sizes, measured=measured, word=word)


WRONG = {
    "kl_of_gaussians": {
        "sigma taken for the variance": """
def kl_of_gaussians(mean_a, log_variance_a, mean_b, log_variance_b):
    if not mean_a.shape == log_variance_a.shape == mean_b.shape == log_variance_b.shape:
        raise ValueError("shapes")
    a, b = np.exp(log_variance_a / 2), np.exp(log_variance_b / 2)
    return 0.5 * (log_variance_b - log_variance_a + (a + (mean_a - mean_b) ** 2) / b - 1).sum(axis=1)
""",
        "the other way round": kl(
            "(np.exp(log_variance_b) + (mean_a - mean_b) ** 2) / np.exp(log_variance_a)",
            "(log_variance_a - log_variance_b + ratio - 1).sum(axis=-1) / 2",
        ),
        "from the standard Gaussian": kl(
            "np.exp(log_variance_a) + mean_a ** 2", "(ratio - 1 - log_variance_a).sum(axis=-1) / 2"
        ),
        "mean of the axes": kl(result=KL_RESULT.replace(".sum(", ".mean(")),
        "no half": kl(result=KL_RESULT.removesuffix(" / 2")),
        "no 1": kl(result=KL_RESULT.replace(" - 1", "")),
        "logarithms as variances": kl("(log_variance_a + (mean_a - mean_b) ** 2) / log_variance_b"),
        "squared variances": kl("(np.exp(log_variance_a) ** 2 + (mean_a - mean_b) ** 2) / np.exp(log_variance_b) ** 2"),
        "means not squared": kl(KL_RATIO.replace("(mean_a - mean_b) ** 2", "np.abs(mean_a - mean_b)")),
        "means not divided": kl("np.exp(log_variance_a) / np.exp(log_variance_b) + (mean_a - mean_b) ** 2"),
        "logarithms the wrong way round": kl(
            result=KL_RESULT.replace("log_variance_b - log_variance_a", "log_variance_a - log_variance_b")
        ),
        "sum over pictures": kl(result=KL_RESULT.replace("axis=-1", "axis=0")),
        "sum over all": kl(result=KL_RESULT.replace("axis=-1", "")),
        "no error": """
def kl_of_gaussians(mean_a, log_variance_a, mean_b, log_variance_b):
    ratio = (np.exp(log_variance_a) + (mean_a - mean_b) ** 2) / np.exp(log_variance_b)
    return (log_variance_b - log_variance_a + ratio - 1).sum(axis=-1) / 2
""",
        "only the means are compared": kl().replace(
            "(mean_a, log_variance_a, mean_b, log_variance_b)}", "(mean_a, mean_b)}"
        ),
    },
    "sampled_kl": {
        "closed formula": sampled(estimate="(mean**2 + np.exp(log_variance) - 1 - log_variance).sum() / 2"),
        "negative": sampled(values="(noise**2 + log_variance - z**2).sum(axis=1) / 2"),
        "samples of p": sampled(
            z="noise", values="(z**2 - (z - mean) ** 2 / np.exp(log_variance) - log_variance).sum(axis=1) / 2"
        ),
        "variance times noise": sampled(
            z="mean + np.exp(log_variance) * noise",
            values="(z**2 - (z - mean) ** 2 / np.exp(log_variance) - log_variance).sum(axis=1) / 2",
        ),
        "no logarithm of the variance": sampled(values="(z**2 - noise**2).sum(axis=1) / 2"),
        "mean of the axes": sampled(values="(z**2 - noise**2 - log_variance).mean(axis=1) / 2"),
        "no half": sampled(values="(z**2 - noise**2 - log_variance).sum(axis=1)"),
        "sum of the samples": sampled(estimate="values.sum()"),
        "not divided by the variance": sampled(values="(z**2 - (z - mean) ** 2 - log_variance).sum(axis=1) / 2"),
        "ddof 0": sampled(error="values.std() / np.sqrt(len(values))"),
        "of one sample": sampled(error="values.std(ddof=1)"),
        "divided by the number": sampled(error="values.std(ddof=1) / len(values)"),
        "variance of the mean": sampled(error="values.var(ddof=1) / len(values)"),
        "estimate alone": """
def sampled_kl(mean, log_variance, noise):
    z = mean + np.exp(log_variance / 2) * noise
    return ((z**2 - noise**2 - log_variance).sum(axis=1) / 2).mean()
""",
    },
    "draw_code": {
        "variance times noise": draw(
            code="mean + np.exp(log_variance) * noise", variance="slope * np.exp(log_variance) * noise"
        ),
        "logarithm times noise": draw(code="mean + log_variance * noise", variance="slope * noise"),
        "no deviation": draw(code="mean + noise", variance="0 * slope"),
        "no mean": draw(code="deviation * noise"),
        "no slope": draw(mean="np.ones(mean.shape)", variance="deviation * noise / 2"),
        "mean of the batch": draw(mean="slope.mean(axis=0)", variance="(slope * deviation * noise / 2).mean(axis=0)"),
        "noise in the slope of the mean": draw(mean="slope * noise"),
        "no half": draw(variance="slope * deviation * noise"),
        "slope of the deviation": draw(variance="slope * noise"),
        "slope of the variance": draw(variance="slope * noise / (2 * deviation)"),
        "code instead of noise": draw(variance="slope * code / 2"),
        "no noise": draw(variance="slope * deviation / 2"),
        "two results only": """
def draw_code(mean, log_variance, noise, slope):
    moved = np.exp(log_variance / 2) * noise
    return mean + moved, slope * moved / 2
""",
    },
    "elbo": {
        "the loss": elbo(result="beta * kl - pixels.sum(axis=1)"),
        "mean of the pixels": elbo(result="pixels.mean(axis=1) - beta * kl"),
        "mean of the axes": elbo(kl=ELBO_PARTS["kl"].replace(".sum(", ".mean(")),
        "kl added": elbo(result="pixels.sum(axis=1) + beta * kl"),
        "no half": elbo(kl=ELBO_PARTS["kl"].removesuffix(" / 2")),
        "mean of the batch": elbo(result="(pixels.sum(axis=1) - beta * kl).mean()"),
        "no kl": elbo(result="pixels.sum(axis=1)"),
        "white pixels only": elbo(bernoulli="-pictures * np.logaddexp(0, -outputs)"),
        "Gaussian always": elbo(bernoulli="-((pictures - outputs) ** 2) / 2 - np.log(2 * np.pi) / 2"),
        "no beta": elbo(result="pixels.sum(axis=1) - kl"),
        "beta of the likelihood": elbo(result="beta * pixels.sum(axis=1) - kl"),
        "rounded": elbo(bernoulli="pictures.astype(int) * outputs - np.logaddexp(0, outputs)"),
        "no constants": elbo(gaussian="-((pictures - outputs) ** 2) / (2 * sigma**2)"),
        "no log sigma": elbo(gaussian=ELBO_PARTS["gaussian"].replace(" - np.log(sigma)", "")),
        "no log 2 pi": elbo(gaussian=ELBO_PARTS["gaussian"].removesuffix(" - np.log(2 * np.pi) / 2")),
        "divided by sigma": elbo(gaussian=ELBO_PARTS["gaussian"].replace("sigma**2", "sigma")),
        "no 2 below": elbo(gaussian=ELBO_PARTS["gaussian"].replace("(2 * sigma**2)", "sigma**2")),
        "constants once": elbo(
            gaussian="-((pictures - outputs) ** 2) / (2 * sigma**2) - (np.log(sigma) + np.log(2 * np.pi) / 2) / pictures.shape[1]"
        ),
        "Bernoulli always": elbo(when="True"),
        "overflows": elbo(
            bernoulli="pictures * np.log(1 / (1 + np.exp(-outputs))) + (1 - pictures) * np.log(1 - 1 / (1 + np.exp(-outputs)))"
        ),
        "a small number": elbo(
            bernoulli="pictures * np.log(sigmoid(outputs) + 1e-8) + (1 - pictures) * np.log(1 - sigmoid(outputs) + 1e-8)"
        ),
        "clipped": elbo(
            bernoulli="np.log(np.clip(np.abs(1 - pictures - sigmoid(outputs)), 1e-7, 1 - 1e-7))"
            " if set(np.unique(pictures)) <= {0, 1} else pictures * outputs - np.logaddexp(0, outputs)"
        ),
    },
    "linear_autoencoder": {
        "mean not subtracted": linear(x="pictures"),
        "no orthonormal basis": linear(own="decoder.T"),
        "rows of length 1 only": linear(own="decoder.T / np.linalg.norm(decoder, axis=1)"),
        "mean of the pixels": linear(lost="((x - x @ basis @ basis.T) ** 2).mean()"),
        "sum of the pictures": linear(lost="((x - x @ basis @ basis.T) ** 2).sum()"),
        "what is kept": linear(lost="((x @ basis) ** 2).sum(axis=1).mean()"),
        "distances not squared": linear(lost="np.linalg.norm(x - x @ basis @ basis.T, axis=1).mean()"),
        "errors exchanged": linear(result="lost(best), lost(own), np.degrees(np.arccos(cosines.min()))"),
        "components of least variance": linear(best="np.linalg.eigh(x.T @ x)[1][:, :len(decoder)]"),
        "rows of eigh": linear(best="np.linalg.eigh(x.T @ x)[1][::-1][:len(decoder)].T"),
        "radians": linear(result="lost(own), lost(best), np.arccos(cosines.min())"),
        "the cosine": linear(result="lost(own), lost(best), cosines.min()"),
        "the smallest angle": linear(result="lost(own), lost(best), np.degrees(np.arccos(cosines.max()))"),
    },
    "detector": {
        "quantile": detector(threshold="np.quantile(usual, 1 - allowed)"),
        "quantile from below": detector(threshold="np.sort(usual)[place]"),
        "one place too high": detector(threshold="np.sort(usual)[::-1][max(place - 1, 0)]"),
        "one place too low": detector(threshold="np.sort(usual)[::-1][min(place + 1, len(usual) - 1)]"),
        "threshold of all": detector(
            threshold="np.sort(np.concatenate([usual, strange]))[::-1][int(allowed * (len(usual) + len(strange)))]"
        ),
        "threshold of the strange": detector(threshold="np.sort(strange)[::-1][int(allowed * len(strange))]"),
        "equal is found": detector(found="(strange >= threshold).mean()"),
        "share not found": detector(found="(strange < threshold).mean()"),
        "false alarms": detector(found="(usual > threshold).mean()"),
        "number found": detector(found="(strange > threshold).sum()"),
        "ties 0": detector(area="above"),
        "ties 1": detector(area="above + equal"),
        "area from below": detector(area="1 - above - equal / 2"),
        "no error": detector()
        .replace("not 0 <= allowed < 1", "allowed < 0")
        .replace("[place]", "[min(place, len(usual) - 1)]"),
    },
    "walk": {
        "straight": walk(result="(1 - t) * start + t * end"),
        "straight, made longer": walk(
            direction="((1 - t) * a + t * b) / np.linalg.norm((1 - t) * a + t * b, axis=1, keepdims=True)"
        ),
        "no directions": walk(
            omega="np.arccos(np.clip(start @ end / (p * q), -1, 1))",
            result="(np.sin((1 - t) * omega) * start + np.sin(t * omega) * end) / np.sin(omega) if omega >= 1e-6 else direction * ((1 - t) * p + t * q)",
        ),
        "directions only": walk(result="direction"),
        "from the end": walk(t="1 - times[:, None]"),
        "no division": walk(direction="np.sin((1 - t) * omega) * a + np.sin(t * omega) * b"),
        "degrees": walk(omega="np.degrees(np.arccos(np.clip(a @ b, -1, 1)))"),
        "angle of the codes": walk(omega="np.arccos(start @ end)"),
        "length of the start": walk(result="direction * p"),
        "transposed": walk(result="(direction * ((1 - t) * p + t * q)).T"),
        "0 / 0": walk().replace("omega < 1e-6", "False"),
        "opposite codes": walk().replace(" or start @ end / (p * q) < -0.999999", ""),
        "codes of length 0": walk().replace("p == 0 or q == 0 or ", "p * q and "),
    },
    "gan_losses": {
        "the logits cut off": """
def gan_losses(real, made, smooth):
    s = lambda d: 1 / (1 + np.exp(-np.clip(d, -500, 500)))
    p, q = s(real), s(made)
    d = -((1 - smooth) * np.log(p) + (smooth * np.log(1 - p) if smooth else 0)).mean() - np.log(1 - q).mean()
    return d, np.log(1 - q).mean(), -np.log(q).mean()
""",
        "labels exchanged": losses(
            real="(1 - smooth) * softplus(real) + smooth * softplus(-real)", made="softplus(-made)"
        ),
        "halved": losses(discriminator="(of_real.mean() + of_made.mean()) / 2"),
        "sums": losses(
            discriminator="of_real.sum() + of_made.sum()",
            saturating="-softplus(made).sum()",
            other="softplus(-made).sum()",
        ),
        "mean of all": losses(discriminator="np.concatenate([of_real, of_made]).mean()"),
        "negative": losses(discriminator="-of_real.mean() - of_made.mean()"),
        "real only": losses(discriminator="of_real.mean()"),
        "no sigmoid": losses(
            real="-np.log(real)",
            made="-np.log(1 - made)",
            saturating="np.log(1 - made).mean()",
            other="-np.log(made).mean()",
        ),
        "generators exchanged": losses(saturating=LOSSES_PARTS["other"], other=LOSSES_PARTS["saturating"]),
        "saturating positive": losses(saturating="softplus(made).mean()"),
        "non-saturating negative": losses(other="-softplus(-made).mean()"),
        "of the real": losses(saturating="-softplus(real).mean()", other="softplus(-real).mean()"),
        "no smoothing": losses(real="softplus(-real)"),
        "one term": losses(real="(1 - smooth) * softplus(-real)"),
        "both smoothed": losses(made="(1 - smooth) * softplus(made) + smooth * softplus(-made)"),
        "label smooth": losses(
            real="(1 - smooth) * softplus(-real) + smooth * softplus(real) if smooth == 0"
            " else smooth * softplus(-real) + (1 - smooth) * softplus(real)"
        ),
        "a small number": """
def gan_losses(real, made, smooth):
    p, q = sigmoid(real), sigmoid(made)
    log = lambda x: np.log(x + 1e-8)
    of_real = -(1 - smooth) * log(p) - smooth * log(1 - p)
    return of_real.mean() - log(1 - q).mean(), log(1 - q).mean(), -log(q).mean()
""",
        "clipped": """
def gan_losses(real, made, smooth):
    p, q = (np.clip(sigmoid(d), 1e-7, 1 - 1e-7) for d in (real, made))
    of_real = -(1 - smooth) * np.log(p) - smooth * np.log(1 - p)
    return of_real.mean() - np.log(1 - q).mean(), np.log(1 - q).mean(), -np.log(q).mean()
""",
        "overflows": """
def gan_losses(real, made, smooth):
    p, q = 1 / (1 + np.exp(-real)), 1 / (1 + np.exp(-made))
    of_real = -(1 - smooth) * np.log(p) - smooth * np.log(1 - p)
    return of_real.mean() - np.log(1 - q).mean(), np.log(1 - q).mean(), -np.log(q).mean()
""",
    },
    "generator_gradients": {
        "no w": gradients("-p.mean()", "(p - 1).mean()"),
        "exchanged": gradients("(p - 1).mean() * w", "-p.mean() * w"),
        "signs": gradients("p.mean() * w", "(1 - p).mean() * w"),
        "by the probability": gradients("(-1 / (1 - p)).mean() * w", "(-1 / p).mean() * w"),
        "sum": gradients("-p.sum() * w", "(p - 1).sum() * w"),
        "sigmoid of the mean": gradients("-sigmoid((w * x + c).mean()) * w", "(sigmoid((w * x + c).mean()) - 1) * w"),
        "by w": gradients("-(p * x).mean()", "((p - 1) * x).mean()"),
        "no shift": gradients("-sigmoid(w * noise + c).mean() * w", "(sigmoid(w * noise + c) - 1).mean() * w"),
        "the same": gradients("-p.mean() * w", "-p.mean() * w"),
        "the losses themselves": gradients("np.log(1 - p).mean()", "-np.log(p).mean()"),
    },
    "gan_step": {
        "count mended only": step(slope="slope_made"),
        "as it was": step(real="(p_real - 1) / len(made)", slope="slope_made"),
        "count of the made": step(real="(p_real - 1) / len(made)"),
        "label of the generator": step(slope="slope_made * w"),
        "no w": step(slope="(p_made - 1) / len(made)"),
        "new w": step(slope="(p_made - 1) / len(made) * new_w"),
        "made instead of noise": step(a="a - rate * (slope * made).sum()"),
        "generator up": step(a="a + rate * (slope * noise).sum()", b="b + rate * slope.sum()"),
        "saturating": step(slope="-p_made / len(made) * w"),
        "labels exchanged": step(real="p_real / len(real)", made="(p_made - 1) / len(made)"),
        "noise for the discriminator": step(w="w - rate * ((slope_real * real).sum() + (slope_made * noise).sum())"),
        "discriminator up": step(
            w="w + rate * ((slope_real * real).sum() + (slope_made * made).sum())",
            c="c + rate * (slope_real.sum() + slope_made.sum())",
        ),
    },
    "frechet": {
        "np.sqrt everywhere": """
def frechet(mean_a, covariance_a, mean_b, covariance_b):
    half = np.sqrt(covariance_a)
    root = np.sqrt(half @ covariance_b @ half)
    return root, float(((mean_a - mean_b) ** 2).sum() + np.trace(covariance_a + covariance_b - 2 * root))
""",
        "roots of the entries": frechet(root="np.sqrt(np.abs(half @ covariance_b @ half))"),
        "no last root": frechet(root="half @ covariance_b @ half"),
        "root of the product": """
def frechet(mean_a, covariance_a, mean_b, covariance_b):
    values, vectors = np.linalg.eig(covariance_a @ covariance_b)
    root = (vectors * np.sqrt(values) @ np.linalg.inv(vectors)).real
    spread = np.trace(covariance_a) + np.trace(covariance_b) - 2 * np.trace(root)
    return root, ((mean_a - mean_b) ** 2).sum() + spread
""",
        "product of the roots": frechet(root="half @ root_of(covariance_b)"),
        "A not rooted": frechet(half="covariance_a"),
        "not transposed": frechet(root_of="vectors * np.sqrt(np.maximum(values, 0)) @ vectors"),
        "exchanged": frechet(half="root_of(covariance_b)", root="root_of(half @ covariance_a @ half)"),
        "by Cholesky": frechet(
            half="np.linalg.cholesky(covariance_a + 1e-12 * np.eye(len(mean_a)))",
            root="root_of(half.T @ covariance_b @ half)",
        ),
        "root of the distance": frechet(distance="np.sqrt(max(((mean_a - mean_b) ** 2).sum() + spread, 0))"),
        "no means": frechet(distance="spread"),
        "means not squared": frechet(distance="np.linalg.norm(mean_a - mean_b) + spread"),
        "trace once": frechet(spread="np.trace(covariance_a) + np.trace(covariance_b) - np.trace(root)"),
        "means only": frechet(distance="((mean_a - mean_b) ** 2).sum()"),
        "mean of the means": frechet(distance="((mean_a - mean_b) ** 2).mean() + spread"),
        "sum of the root": frechet(spread="np.trace(covariance_a) + np.trace(covariance_b) - 2 * root.sum()"),
        "roots of negative numbers": frechet(root_of="vectors * np.sqrt(values) @ vectors.T"),
    },
    "in_the_balls": {
        "itself as a neighbour": balls(radii="np.sort(table(centres, centres), axis=1)[:, k - 1]"),
        "one neighbour too far": balls(
            radii="np.sort(table(centres, centres), axis=1)[:, min(k + 1, len(centres) - 1)]"
        ),
        "surface outside": balls(inside="(table(points, centres) < radii).any(axis=1)"),
        "ball of the nearest": balls(
            inside="table(points, centres).min(axis=1) <= radii[table(points, centres).argmin(axis=1)]"
        ),
        "radii to the others": balls(radii="np.sort(table(centres, points), axis=1)[:, k - 1]"),
        "mean radius": balls(radii="np.sort(table(centres, centres), axis=1)[:, k].mean()"),
        "own balls": balls(
            radii="np.sort(table(points, points), axis=1)[:, [k]]",
            inside="(table(points, centres) <= radii).any(axis=1)",
        ),
        "in all balls": balls(inside="(table(points, centres) <= radii).all(axis=1)"),
        "balls of the real twice": """
def in_the_balls(real, made, k):
    if k < 1 or min(len(real), len(made)) <= k:
        raise ValueError("k")
    table = lambda a, b: np.linalg.norm(a[:, None] - b, axis=-1)
    radii = np.sort(table(real, real), axis=1)[:, k]
    inside = table(made, real) <= radii
    return inside.any(axis=1), inside.any(axis=0)
""",
        "always the first": balls(radii="np.sort(table(centres, centres), axis=1)[:, 1]"),
        "along the axes": balls(table="np.abs(a[:, None] - b).sum(axis=-1)"),
        "the shares": balls(result="covered(made, real).mean(), covered(real, made).mean()"),
        "exchanged": balls(result="covered(real, made), covered(made, real)"),
        "no error": balls(wrong="len(real) <= k or len(made) <= k"),
        "the sets are not counted": balls(
            wrong="k < 1", radii="np.sort(table(centres, centres), axis=1)[:, min(k, len(centres) - 1)]"
        ),
    },
    "tied_autoencoder": {
        "two matrices": tied(result="layers.Dense(width)(dense(x))"),
        "the code only": tied(result="dense(x)"),
        "frozen outside of a layer": """
class Bias(layers.Layer):
    def build(self, shape):
        self.bias = self.add_weight((shape[-1],), "zeros")

    def call(self, x):
        return x + self.bias


def tied_autoencoder(width, code):
    x = keras.Input((width,))
    dense = layers.Dense(code, activation="relu")
    h = dense(x)
    return keras.Model(x, Bias()(ops.matmul(h, dense.get_weights()[0].T)))
""",
        "no bias behind": tied(build="pass", call="ops.matmul(h, ops.transpose(self.dense.kernel))"),
        "no bias in front": tied(options=', activation="relu", use_bias=False'),
        "no activation": tied(options=""),
        "two activations": tied(call="ops.relu(ops.matmul(h, ops.transpose(self.dense.kernel)) + self.bias)"),
        "sigmoid at the end": tied(call="ops.sigmoid(ops.matmul(h, ops.transpose(self.dense.kernel)) + self.bias)"),
        "not to be trained": tied(build=TIED_PARTS["build"].replace('"zeros"', '"zeros", trainable=False')),
        "the bias is not added": tied(call="ops.matmul(h, ops.transpose(self.dense.kernel))"),
    },
    "straight_lines": {
        "the conclusion is the prediction": experiment(word="stays"),
        "the opposite": experiment(word="falls"),
        "too few": experiment(sizes="[1, 16, 512]"),
        "small ones only": experiment(sizes="[1, 2, 8, 16, 32]"),
        "no small one": experiment(sizes="[4, 8, 64, 256, 1000]"),
        "none between": experiment(sizes="[1, 2, 4, 128, 256]"),
        "invented": experiment(measured="np.sqrt(size)"),
        "a fraction": experiment(sizes="[1, 2.5, 16, 128, 1000]"),
    },
}

RIGHT = {
    "kl_of_gaussians": {
        "a loop": """
def kl_of_gaussians(mean_a, log_variance_a, mean_b, log_variance_b):
    shape = np.shape(mean_a)
    if any(np.shape(other) != shape for other in (log_variance_a, mean_b, log_variance_b)):
        raise ValueError("shapes")
    result = []
    for i in range(shape[0]):
        total = 0.0
        for j in range(shape[1]):
            variance_a, variance_b = np.exp(log_variance_a[i, j]), np.exp(log_variance_b[i, j])
            total += np.log(variance_b / variance_a) + (variance_a + (mean_a[i, j] - mean_b[i, j]) ** 2) / variance_b - 1
        result.append(total / 2)
    return np.array(result)
""",
        "with standard deviations": """
def kl_of_gaussians(mean_a, log_variance_a, mean_b, log_variance_b):
    if not mean_a.shape == log_variance_a.shape == mean_b.shape == log_variance_b.shape:
        raise ValueError("shapes")
    a, b = np.exp(log_variance_a / 2), np.exp(log_variance_b / 2)
    each = np.log(b / a) + 0.5 * (a / b) ** 2 + 0.5 * ((mean_a - mean_b) / b) ** 2 - 0.5
    return np.einsum("bc->b", each)
""",
        "differences first": """
def kl_of_gaussians(mean_a, log_variance_a, mean_b, log_variance_b):
    for other in (log_variance_a, mean_b, log_variance_b):
        if other.shape != mean_a.shape:
            raise ValueError("shapes")
    d = log_variance_a - log_variance_b
    return 0.5 * np.sum(np.expm1(d) - d + (mean_b - mean_a) ** 2 * np.exp(-1.0 * log_variance_b), 1)
""",
    },
    "sampled_kl": {
        "both log densities": """
def sampled_kl(mean, log_variance, noise):
    def log_density(z, m, v):
        return (-0.5 * (np.log(2 * np.pi) + np.log(v) + (z - m) ** 2 / v)).sum(axis=-1)

    z = mean + np.sqrt(np.exp(log_variance)) * noise
    values = log_density(z, mean, np.exp(log_variance)) - log_density(z, 0, 1)
    return float(np.mean(values)), float(np.std(values, ddof=1) / len(values) ** 0.5)
""",
        "a loop": """
def sampled_kl(mean, log_variance, noise):
    values = []
    for row in noise:
        value = 0.0
        for m, v, e in zip(mean, log_variance, row):
            z = m + np.exp(v / 2) * e
            value += (z * z - e * e - v) / 2
        values.append(value)
    n = len(values)
    middle = sum(values) / n
    return middle, np.sqrt(sum((value - middle) ** 2 for value in values) / (n * (n - 1)))
""",
        "a list": """
def sampled_kl(mean, log_variance, noise):
    z = noise * np.exp(0.5 * log_variance) + mean
    values = 0.5 * np.einsum("sc,sc->s", z, z) - 0.5 * np.einsum("sc,sc->s", noise, noise) - 0.5 * log_variance.sum()
    return [values.sum() / len(values), np.sqrt(np.var(values, ddof=1) / values.size)]
""",
    },
    "draw_code": {
        "step by step": """
def draw_code(mean, log_variance, noise, slope):
    variance = np.exp(log_variance)
    deviation = np.sqrt(variance)
    code = mean + deviation * noise
    of_deviation = slope * noise
    of_variance = of_deviation / (2 * deviation)
    return code, 1.0 * slope, of_variance * variance
""",
        "a loop": """
def draw_code(mean, log_variance, noise, slope):
    results = np.zeros((3, *mean.shape))
    for place in np.ndindex(*mean.shape):
        deviation = np.exp(log_variance[place] / 2)
        results[0][place] = mean[place] + deviation * noise[place]
        results[1][place] = slope[place]
        results[2][place] = slope[place] * deviation * noise[place] * 0.5
    return results[0], results[1], results[2]
""",
        "the code minus the mean": """
def draw_code(mean, log_variance, noise, slope):
    code = mean + noise * np.exp(log_variance * 0.5)
    return [code, np.array(slope), 0.5 * slope * (code - mean)]
""",
    },
    "elbo": {
        "a loop": """
def elbo(pictures, outputs, mean, log_variance, beta, sigma):
    bounds = []
    for x, y, m, v in zip(pictures, outputs, mean, log_variance):
        if sigma is None:
            likelihood = sum(a * b - max(b, 0) - np.log1p(np.exp(-abs(b))) for a, b in zip(x, y))
        else:
            likelihood = sum(-0.5 * ((a - b) / sigma) ** 2 - np.log(sigma * np.sqrt(2 * np.pi)) for a, b in zip(x, y))
        bounds.append(likelihood - beta * 0.5 * sum(a * a + np.exp(b) - 1 - b for a, b in zip(m, v)))
    return np.array(bounds)
""",
        "log sigmoids": """
def elbo(pictures, outputs, mean, log_variance, beta, sigma):
    kl = -0.5 * np.sum(1 + log_variance - mean**2 - np.exp(log_variance), axis=-1)
    if sigma is not None:
        count = pictures.shape[1]
        squares = np.sum((pictures - outputs) ** 2, axis=1)
        return -squares / (2 * sigma * sigma) - count * np.log(sigma) - count / 2 * np.log(2 * np.pi) - beta * kl
    log_p, log_q = -np.logaddexp(0, -outputs), -np.logaddexp(0, outputs)
    return np.sum(pictures * log_p + (1 - pictures) * log_q, axis=1) - beta * kl
""",
        "the library's way": """
def elbo(pictures, outputs, mean, log_variance, beta, sigma):
    if sigma is None:
        error = np.maximum(outputs, 0) - outputs * pictures + np.log1p(np.exp(-np.abs(outputs)))
    else:
        error = 0.5 * np.log(2 * np.pi * sigma**2) + (outputs - pictures) ** 2 / sigma**2 / 2
    return -(error.sum(-1) + beta * (np.square(mean) + np.expm1(log_variance) - log_variance).sum(-1) / 2)
""",
    },
    "linear_autoencoder": {
        "least squares": """
def linear_autoencoder(pictures, decoder):
    x = np.asarray(pictures, float) - np.mean(pictures, axis=0)
    n, code = len(x), len(decoder)
    codes = np.linalg.lstsq(np.asarray(decoder, float).T, x.T, rcond=None)[0]
    error = np.sum((x.T - decoder.T @ codes) ** 2) / n
    values, vectors = np.linalg.eigh(x.T @ x / n)
    least = values[: x.shape[1] - code].sum()
    q = np.linalg.svd(decoder.T, full_matrices=False)[0]
    s = np.linalg.svd(q.T @ vectors[:, -code:])[1]
    return error, least, np.arccos(min(s[-1], 1.0)) * 180 / np.pi
""",
        "projection matrices": """
def linear_autoencoder(pictures, decoder):
    n = pictures.shape[0]
    x = pictures - pictures.sum(axis=0) / n
    project = decoder.T @ np.linalg.inv(decoder @ decoder.T) @ decoder
    parts = np.linalg.svd(x)[2][:decoder.shape[0]]
    ideal = parts.T @ parts
    error = np.trace((x - x @ project) @ (x - x @ project).T) / n
    least = np.trace((x - x @ ideal) @ (x - x @ ideal).T) / n
    sine = np.linalg.norm(project - ideal, 2)
    a = np.linalg.qr(decoder.T)[0]
    cosine = np.linalg.svd(a.T @ parts.T)[1].min()
    return error, least, np.degrees(np.arctan2(min(sine, 1), cosine))
""",
        "Gram-Schmidt": """
def linear_autoencoder(pictures, decoder):
    x = pictures - pictures.mean(0)
    basis = []
    for row in decoder:
        rest = row.astype(float)
        for _ in range(2):
            for one in basis:
                rest = rest - (rest @ one) * one
        basis.append(rest / np.sqrt(rest @ rest))
    own, best = np.array(basis), np.linalg.svd(x)[2][:len(decoder)]
    total = (x**2).sum()
    error, least = ((total - ((x @ rows.T) ** 2).sum()) / len(x) for rows in (own, best))
    cosines = np.linalg.svd(own @ best.T, compute_uv=False)
    return [error, least, np.rad2deg(np.arccos(np.minimum(cosines, 1)).max())]
""",
    },
    "detector": {
        "sorted": """
def detector(usual, strange, allowed):
    if allowed < 0 or allowed >= 1:
        raise ValueError("share")
    ordered = np.sort(usual)
    n = len(ordered)
    place = n - 1
    while place > 0 and np.sum(ordered > ordered[place - 1]) <= allowed * n:
        place -= 1
    threshold = ordered[place]
    wins = 0
    for one in strange:
        wins += np.sum(ordered < one) + 0.5 * np.sum(ordered == one)
    return threshold, np.sum(strange > threshold) / len(strange), wins / (n * len(strange))
""",
        "quantile without inventing": """
def detector(usual, strange, allowed):
    if not (allowed >= 0 and allowed < 1):
        raise ValueError("share")
    threshold = np.quantile(usual, 1 - allowed, method="inverted_cdf")
    area = (np.sign(strange[:, None].astype(float) - usual) + 1).mean() / 2
    return threshold, (strange > threshold).mean(), area
""",
        "lists": """
def detector(usual, strange, allowed):
    if not 0 <= allowed < 1:
        raise ValueError("share")
    usual, strange = usual.tolist(), strange.tolist()
    for threshold in sorted(usual):
        if sum(one > threshold for one in usual) <= allowed * len(usual):
            break
    pairs = [1 if one > other else 0.5 if one == other else 0 for one in strange for other in usual]
    return [threshold, sum(one > threshold for one in strange) / len(strange), sum(pairs) / len(pairs)]
""",
    },
    "walk": {
        "time by time": """
def walk(start, end, times):
    p, q = np.sqrt(np.sum(start**2)), np.sqrt(np.sum(end**2))
    if p == 0 or q == 0:
        raise ValueError("length 0")
    cosine = np.dot(start, end) / (p * q)
    if cosine < -0.999999:
        raise ValueError("opposite")
    angle = np.arccos(np.clip(cosine, -1, 1))
    rows = []
    for t in times:
        if np.isclose(angle, 0, atol=1e-5):
            direction = start / p
        else:
            direction = np.sin((1 - t) * angle) / np.sin(angle) * start / p + np.sin(t * angle) / np.sin(angle) * end / q
        rows.append(((1 - t) * p + t * q) * direction)
    return np.array(rows)
""",
        "by turning": """
def walk(start, end, times):
    p, q = np.linalg.norm(start), np.linalg.norm(end)
    if not p or not q:
        raise ValueError("length 0")
    a, b = start / p, end / q
    if a @ b < -0.999999:
        raise ValueError("opposite")
    across = b - (a @ b) * a
    size = np.linalg.norm(across)
    angle = np.arctan2(size, a @ b)
    across = across / size if size > 1e-12 else np.zeros(len(a))
    turned = np.outer(np.cos(times * angle), a) + np.outer(np.sin(times * angle), across)
    return turned * (p + times * (q - p))[:, None]
""",
        "outer products": """
def walk(start, end, times):
    lengths = np.linalg.norm([start, end], axis=1)
    if (lengths == 0).any():
        raise ValueError("length 0")
    a, b = start / lengths[0], end / lengths[1]
    cosine = float(a @ b)
    if cosine < -0.999999:
        raise ValueError("opposite")
    size = (1 - times) * lengths[0] + times * lengths[1]
    if cosine > 1 - 1e-12:
        return np.outer(size, a)
    angle = np.arccos(cosine)
    return (np.outer(size * np.sin(angle - times * angle), a) + np.outer(size * np.sin(times * angle), b)) / np.sin(angle)
""",
    },
    "gan_losses": {
        "without logaddexp": """
def gan_losses(real, made, smooth):
    def softplus(x):
        return np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x)))

    fake = np.mean(softplus(made))
    true = np.mean(softplus(real) - (1 - smooth) * real)
    return float(true + fake), float(-fake), float(np.mean(softplus(made) - made))
""",
        "one cross-entropy": """
def gan_losses(real, made, smooth):
    def cross_entropy(logits, label):
        return np.mean(label * np.logaddexp(0, -logits) + (1 - label) * np.logaddexp(0, logits))

    fake = cross_entropy(made, 0)
    return [cross_entropy(real, 1 - smooth) + fake, -fake, cross_entropy(made, 1)]
""",
        "a loop": """
def gan_losses(real, made, smooth):
    def minus_log(d):
        d = float(d)
        return -d if d < -30 else np.log1p(np.exp(-d))

    of_real = of_made = other = 0
    for d in real:
        of_real += ((1 - smooth) * minus_log(d) + smooth * minus_log(-d)) / len(real)
    for d in made:
        of_made += minus_log(-d) / len(made)
        other += minus_log(d) / len(made)
    return of_real + of_made, -of_made, other
""",
    },
    "generator_gradients": {
        "a loop": """
def generator_gradients(noise, shift, w, c):
    first = second = 0
    for one in noise:
        p = sigmoid(w * (one + shift) + c)
        first -= p * w / len(noise)
        second -= (1 - p) * w / len(noise)
    return first, second
""",
        "one from the other": """
def generator_gradients(noise, shift, w, c):
    mean = np.mean(sigmoid(w * np.asarray(noise, float) + w * shift + c))
    return [-w * mean, w * mean - w]
""",
        "the sigmoid turned round": """
def generator_gradients(noise, shift, w, c):
    logits = w * (noise + shift) + c
    return float(np.mean(-w * sigmoid(logits))), float(np.mean(-w * sigmoid(-logits)))
""",
    },
    "gan_step": {
        "means": """
def gan_step(real, noise, generator, discriminator, rate):
    a, b = generator
    w, c = discriminator
    made = noise * a + b
    of_real, of_made = sigmoid(w * real + c) - 1, sigmoid(w * made + c)
    generator = a + rate * w * np.mean((1 - of_made) * noise), b + rate * w * np.mean(1 - of_made)
    discriminator = w - rate * (np.mean(of_real * real) + np.mean(of_made * made)), c - rate * (of_real.mean() + of_made.mean())
    return generator, discriminator
""",
        "lists and products": """
def gan_step(real, noise, generator, discriminator, rate):
    (a, b), (w, c) = generator, discriminator
    made = a * noise + b
    up, down = sigmoid(-(w * real + c)) / real.size, sigmoid(w * made + c) / noise.size
    wanted = w * sigmoid(-(w * made + c)) / noise.size
    return [[a + rate * wanted @ noise, b + rate * wanted.sum()], [w + rate * (up @ real - down @ made), c + rate * (up.sum() - down.sum())]]
""",
        "a loop": """
def gan_step(real, noise, generator, discriminator, rate):
    (a, b), (w, c) = generator, discriminator
    ga = gb = gw = gc = 0
    for x in real:
        slope = (sigmoid(w * x + c) - 1) / len(real)
        gw, gc = gw + slope * x, gc + slope
    for e in noise:
        x = a * e + b
        p = sigmoid(w * x + c)
        gw, gc = gw + p * x / len(noise), gc + p / len(noise)
        ga, gb = ga + (p - 1) * w * e / len(noise), gb + (p - 1) * w / len(noise)
    return (a - rate * ga, b - rate * gb), (w - rate * gw, c - rate * gc)
""",
    },
    "frechet": {
        "by singular values": """
def frechet(mean_a, covariance_a, mean_b, covariance_b):
    def root_of(matrix):
        u, s, v = np.linalg.svd(matrix)
        return u @ np.diag(np.sqrt(s)) @ u.T

    half = root_of(covariance_a)
    root = root_of(half @ covariance_b @ half)
    apart = mean_a - mean_b
    return root, float(apart @ apart + np.trace(covariance_a + covariance_b - 2 * root))
""",
        "eigenvector by eigenvector": """
def frechet(mean_a, covariance_a, mean_b, covariance_b):
    def root_of(matrix):
        values, vectors = np.linalg.eigh((matrix + matrix.T) / 2)
        total = np.zeros(matrix.shape)
        for value, vector in zip(values, vectors.T):
            if value > 0:
                total += np.sqrt(value) * np.outer(vector, vector)
        return total

    half = root_of(covariance_a)
    root = root_of(half @ covariance_b @ half)
    squares = sum((one - other) ** 2 for one, other in zip(mean_a, mean_b))
    traces = sum(covariance_a[i, i] + covariance_b[i, i] - 2 * root[i, i] for i in range(len(mean_a)))
    return root, squares + traces
""",
        "not below 0": """
def frechet(mean_a, covariance_a, mean_b, covariance_b):
    values, vectors = np.linalg.eigh(covariance_a)
    half = vectors @ np.diag(np.sqrt(np.clip(values, 0, None))) @ vectors.T
    values, vectors = np.linalg.eigh(half @ covariance_b @ half)
    roots = np.sqrt(np.abs(values))
    distance = np.linalg.norm(mean_a - mean_b) ** 2 + np.trace(covariance_a) + np.trace(covariance_b) - 2 * roots.sum()
    return [(vectors * roots) @ vectors.T, max(distance, 0.0)]
""",
    },
    "in_the_balls": {
        "a loop": """
def in_the_balls(real, made, k):
    if k < 1 or len(real) < k + 1 or len(made) < k + 1:
        raise ValueError("k")

    def distance(a, b):
        return np.sqrt(np.sum((a - b) ** 2))

    def radius(points, i):
        return sorted(distance(points[i], points[j]) for j in range(len(points)) if j != i)[k - 1]

    of_real = [radius(real, i) for i in range(len(real))]
    of_made = [radius(made, i) for i in range(len(made))]
    realistic = [any(distance(one, other) <= r for other, r in zip(real, of_real)) for one in made]
    reached = [any(distance(one, other) <= r for other, r in zip(made, of_made)) for one in real]
    return np.array(realistic), np.array(reached)
""",
        "squares": """
def in_the_balls(real, made, k):
    if not 1 <= k < min(len(real), len(made)):
        raise ValueError("k")
    squares = lambda a, b: ((a[:, None, :] - b[None, :, :]) ** 2).sum(-1)
    across = squares(made, real)
    of_real = np.partition(squares(real, real), k, axis=1)[:, k]
    of_made = np.partition(squares(made, made), k, axis=1)[:, k]
    return (across <= of_real).any(1), (across.T <= of_made).any(1)
""",
        "the diagonal away": """
def in_the_balls(real, made, k):
    if k <= 0 or k >= min(len(real), len(made)):
        raise ValueError("k")
    radii = []
    for points in (real, made):
        table = np.linalg.norm(points[:, None] - points, axis=2)
        np.fill_diagonal(table, np.inf)
        radii.append(np.sort(table)[:, k - 1])
    table = np.linalg.norm(real[:, None] - made, axis=2)
    return np.any(table <= radii[0][:, None], axis=0), np.any(table <= radii[1], axis=1)
""",
    },
    "tied_autoencoder": {
        "a class of one's own": """
class Tied(keras.Model):
    def __init__(self, width, code):
        super().__init__()
        self.dense = layers.Dense(code, activation="relu")
        self.bias = self.add_weight(shape=(width,), initializer="zeros", name="bias")

    def call(self, x):
        return ops.matmul(self.dense(x), ops.transpose(self.dense.kernel)) + self.bias


def tied_autoencoder(width, code):
    return Tied(width, code)
""",
        "one layer for both": """
class Both(layers.Layer):
    def __init__(self, width, code):
        super().__init__()
        self.matrix = self.add_weight((width, code), "glorot_uniform")
        self.b, self.c = self.add_weight((code,), "zeros"), self.add_weight((width,), "zeros")

    def call(self, x):
        h = ops.relu(x @ self.matrix + self.b)
        return ops.einsum("bc,wc->bw", h, self.matrix) + self.c


def tied_autoencoder(width, code):
    return keras.Sequential([keras.Input((width,)), Both(width, code)])
""",
        "the layer given to the call": """
class Back(layers.Layer):
    def __init__(self, front, **options):
        super().__init__(**options)
        self.front = front
        self.c = self.add_weight((front.kernel.shape[0],), "zeros")

    def call(self, h):
        return ops.dot(h, ops.transpose(ops.convert_to_tensor(self.front.kernel))) + self.c


def tied_autoencoder(width, code):
    front = layers.Dense(code)
    front.build((None, width))
    x = keras.Input((width,))
    return keras.Model(inputs=x, outputs=Back(front)(layers.ReLU()(front(x))))
""",
    },
    "straight_lines": {
        "more values, another order, numbers predicted": """
def straight_lines():
    sizes = [1000, 300, 64, 8, 2, 1]
    return {"settings": sizes, "predicted": [3, 3, 2, 2, 1, 1], "measured": np.array([oddness(size) for size in sizes]), "conclusion": "grows"}
""",
        "written down": """
def straight_lines():
    found = {}
    for size in (2, 4, 10, 100, 256):
        found[size] = round(oddness(size), 4)
    return {"settings": list(found), "predicted": "grows", "measured": list(found.values()), "conclusion": "grows"}
""",
        "powers of two": """
def straight_lines():
    sizes = 2 ** np.arange(0, 10)
    return {"settings": sizes.tolist(), "predicted": "falls", "measured": tuple(oddness(size) for size in sizes), "conclusion": "grows"}
""",
    },
}

HIDDEN_ONLY = {}
