"""Answers to the exercises of chapter 07: task -> name -> code."""


def _but(code, *changes):
    """The code with each change (old, new) made; the old words must stand in it."""
    for old, new in zip(changes[::2], changes[1::2], strict=True):
        assert old in code, old
        code = code.replace(old, new)
    return code


CUBIC = """
def cubic_weights(places, a):
    first = np.floor(places) - 1
    d = np.abs(places[:, None] - (first[:, None] + np.arange(4)))
    near = (a + 2) * d ** 3 - (a + 3) * d ** 2 + 1
    far = a * (d ** 3 - 5 * d ** 2 + 8 * d - 4)
    return np.where(d <= 1, near, np.where(d < 2, far, 0))
"""
PSNR = """
def psnr(truth, picture, peak, border):
    if truth.shape != picture.shape:
        raise ValueError("shapes")
    h, w = truth.shape[:2]
    t = truth[border:h - border, border:w - border].astype(float)
    p = picture[border:h - border, border:w - border].astype(float)
    error = np.mean((t - p) ** 2)
    if error == 0:
        return np.inf
    return 10 * np.log10(peak ** 2 / error)
"""
SSIM = """
def ssim_window(x, y, peak):
    x = x.astype(float)
    y = y.astype(float)
    c1, c2 = (0.01 * peak) ** 2, (0.03 * peak) ** 2
    mx, my = np.mean(x), np.mean(y)
    vx, vy = np.mean((x - mx) ** 2), np.mean((y - my) ** 2)
    cov = np.mean((x - mx) * (y - my))
    return ((2 * mx * my + c1) * (2 * cov + c2)) / ((mx ** 2 + my ** 2 + c1) * (vx + vy + c2))
"""
SHUFFLE = """
def pixel_shuffle(x, scale):
    channels, height, width = x.shape
    if channels % scale ** 2 != 0:
        raise ValueError("channels")
    colours = channels // scale ** 2
    result = np.zeros((colours, height * scale, width * scale))
    for c in range(colours):
        for i in range(scale):
            for j in range(scale):
                result[c, i::scale, j::scale] = x[c * scale ** 2 + i * scale + j]
    return result
"""
SHIFT = """
def shift(picture, down, right):
    height, width = picture.shape
    y = np.clip(np.arange(height) - down, 0, height - 1)
    x = np.clip(np.arange(width) - right, 0, width - 1)
    y0, x0 = np.floor(y).astype(int), np.floor(x).astype(int)
    y1, x1 = np.minimum(y0 + 1, height - 1), np.minimum(x0 + 1, width - 1)
    fy, fx = (y - y0)[:, None], (x - x0)[None, :]
    upper = (1 - fx) * picture[y0][:, x0] + fx * picture[y0][:, x1]
    lower = (1 - fx) * picture[y1][:, x0] + fx * picture[y1][:, x1]
    return (1 - fy) * upper + fy * lower
"""
REGISTER = """
def register(reference, moved):
    reference, moved = reference.astype(float), moved.astype(float)
    gy, gx = np.gradient((reference + moved) / 2)
    gy, gx = gy[1:-1, 1:-1].ravel(), gx[1:-1, 1:-1].ravel()
    change = (moved - reference)[1:-1, 1:-1].ravel()
    matrix = np.stack([-gy, -gx, np.ones(len(gy))], axis=1)
    found, _, rank, _ = np.linalg.lstsq(matrix, change)
    if rank < 3:
        raise ValueError("not determined")
    return found[0], found[1], found[2]
"""
FUSE = """
def fuse(frames, places, scale):
    if places.min() < 0 or places.max() >= scale:
        raise ValueError("place")
    n, height, width = frames.shape
    total = np.zeros((height * scale, width * scale))
    count = np.zeros((height * scale, width * scale))
    for k in range(n):
        r, c = places[k]
        total[r::scale, c::scale] += frames[k]
        count[r::scale, c::scale] += 1
    large = np.full(total.shape, np.nan)
    large[count > 0] = total[count > 0] / count[count > 0]
    return large
"""
PAIRS = """
def training_pairs(picture, column, size):
    picture = picture[:, :column]
    small, inputs, targets = half(picture), [], []
    for top in range(0, picture.shape[0] - size + 1, size):
        for left in range(0, column - size + 1, size):
            inputs.append(small[top // 2:(top + size) // 2, left // 2:(left + size) // 2])
            targets.append(picture[top:top + size, left:left + size])
    return np.array(inputs), np.array(targets)
"""
ESPCN = """
def small_espcn(input_shape, scale, filters):
    channels = input_shape[-1]
    inputs = keras.Input(shape=input_shape)
    x = layers.Conv2D(filters, 3, padding="same")(inputs)
    x = layers.ReLU()(x)
    x = layers.Conv2D(scale ** 2 * channels, 3, padding="same")(x)
    x = ops.depth_to_space(x, scale)
    large = layers.UpSampling2D(scale)(inputs)
    return keras.Model(inputs=inputs, outputs=layers.Add()([large, x]))
"""
BLURS = """
def blurs():
    widths = [0.5, 1, 1.5, 2, 2.5, 3, 4, 5, 6]
    return {"settings": widths, "predicted": "grows", "measured": [quality(w) for w in widths], "conclusion": "neither"}
"""

# What people really get wrong; visible check and hidden tests must notice each.
WRONG = {
    "cubic_weights": {
        "the other way round": _but(CUBIC, "np.where(d < 2, far, 0))", "np.where(d < 2, far, 0))[:, ::-1]"),
        "one polynomial for all": _but(CUBIC, "np.where(d <= 1, near, np.where(d < 2, far, 0))", "near"),
        "no absolute value": _but(
            CUBIC,
            "np.abs(places[:, None] - (first[:, None] + np.arange(4)))",
            "places[:, None] - (first[:, None] + np.arange(4))",
            "np.where(d < 2, far, 0)",
            "far",
        ),
        "bilinear": _but(CUBIC, "np.where(d <= 1, near, np.where(d < 2, far, 0))", "np.maximum(0, 1 - d)"),
        "always Pillow's a": _but(CUBIC, "    first", "    a = -0.5\n    first"),
        "always PyTorch's a": _but(CUBIC, "    first", "    a = -0.75\n    first"),
        "rounded towards 0": _but(CUBIC, "np.floor(places)", "places.astype(int)"),
        "rounded to the nearest": _but(CUBIC, "np.floor(places)", "np.round(places)"),
        "a - 4 forgotten": _but(CUBIC, "+ 8 * d - 4)", "+ 8 * d)"),
        "one pixel too far right": _but(CUBIC, "np.floor(places) - 1", "np.floor(places)"),
        "a column for each place": _but(CUBIC, "np.where(d < 2, far, 0))", "np.where(d < 2, far, 0)).T"),
        "nothing comes back": _but(CUBIC, "    return np.where(", "    np.where("),
        "one place only": _but(CUBIC, "np.where(d < 2, far, 0))", "np.where(d < 2, far, 0))[0]"),
        "parts taken in place": _but(
            CUBIC,
            "    first = np.floor(places) - 1\n",
            "    places -= np.floor(places)\n    first = np.floor(places) - 1\n",
        ),
        "integers by the dtype of the places": _but(CUBIC, "    first", "    places = places.astype(int)\n    first"),
    },
    "psnr": {
        "the border counted": _but(PSNR, "    h, w", "    border = 0\n    h, w"),
        "the border at the top and left only": _but(PSNR, "border:h - border, border:w - border", "border:, border:"),
        "minus border, also of 0": _but(PSNR, "border:h - border, border:w - border", "border:-border, border:-border"),
        "channels cut as well": _but(
            PSNR,
            "    error",
            "    if t.ndim == 3 and border:\n        t, p = t[..., border:-border], p[..., border:-border]\n    error",
        ),
        "bytes": _but(PSNR, ".astype(float)", ""),
        "floats too late": _but(PSNR, ".astype(float)", "", "(t - p) ** 2", "(t - p).astype(float) ** 2"),
        "the peak as it is": _but(PSNR, "peak ** 2", "peak"),
        "peak 255": _but(PSNR, "peak ** 2", "255 ** 2"),
        "natural logarithm": _but(PSNR, "np.log10", "np.log"),
        "20 instead of 10": _but(PSNR, "10 * np.log10", "20 * np.log10"),
        "without 10": _but(PSNR, "10 * np.log10", "np.log10"),
        "upside down": _but(PSNR, "peak ** 2 / error", "error / peak ** 2"),
        "the sum": _but(PSNR, "np.mean(", "np.sum("),
        "absolute differences": _but(PSNR, "(t - p) ** 2", "np.abs(t - p)"),
        "the error": _but(PSNR, "10 * np.log10(peak ** 2 / error)", "error"),
        "the root of the mean": _but(PSNR, "error = np.mean((t - p) ** 2)", "error = np.sqrt(np.mean((t - p) ** 2))"),
        "the mean over the channels": _but(
            PSNR,
            "return 10 * np.log10(peak ** 2 / error)",
            "return np.mean(10 * np.log10(peak ** 2 / np.mean((t - p) ** 2, axis=(0, 1))))",
        ),
        "a large number for equal pictures": _but(PSNR, "return np.inf", "return 100.0"),
        "equal with the border only": _but(
            PSNR,
            "if error == 0:",
            "if (truth == picture).all():",
            "    return 10",
            "    error = max(error, 1e-9)\n    return 10",
        ),
        "NumPy's broadcasting": _but(PSNR, '        raise ValueError("shapes")', "        pass"),
        "subtracts in place": _but(PSNR, "    h, w", "    truth[truth > 250] = 250\n    h, w"),
    },
    "ssim_window": {
        "divided by n - 1": _but(
            SSIM,
            "vx, vy = np.mean((x - mx) ** 2), np.mean((y - my) ** 2)",
            "vx, vy = np.var(x, ddof=1), np.var(y, ddof=1)",
            "cov = np.mean((x - mx) * (y - my))",
            "cov = np.cov(x.ravel(), y.ravel())[0, 1]",
        ),
        "the covariance by n - 1": _but(
            SSIM, "cov = np.mean((x - mx) * (y - my))", "cov = np.cov(x.ravel(), y.ravel())[0, 1]"
        ),
        "constants of peak 1": _but(SSIM, " * peak", ""),
        "no constants": _but(SSIM, "(0.01 * peak) ** 2, (0.03 * peak) ** 2", "0, 0"),
        "constants not squared": _but(SSIM, "(0.01 * peak) ** 2, (0.03 * peak) ** 2", "0.01 * peak, 0.03 * peak"),
        "the peak not squared": _but(
            SSIM, "(0.01 * peak) ** 2, (0.03 * peak) ** 2", "0.01 ** 2 * peak, 0.03 ** 2 * peak"
        ),
        "constants exchanged": _but(
            SSIM, "(0.01 * peak) ** 2, (0.03 * peak) ** 2", "(0.03 * peak) ** 2, (0.01 * peak) ** 2"
        ),
        "standard deviations": _but(SSIM, "(vx + vy + c2)", "(np.sqrt(vx) + np.sqrt(vy) + c2)"),
        "no 2 before the covariance": _but(SSIM, "2 * cov", "cov"),
        "no 2 before the means": _but(SSIM, "2 * mx * my", "mx * my"),
        "the correlation": _but(
            SSIM,
            "((2 * mx * my + c1) * (2 * cov + c2)) / ((mx ** 2 + my ** 2 + c1) * (vx + vy + c2))",
            "cov / np.sqrt(vx * vy)",
        ),
        "brightness alone": _but(
            SSIM,
            "((2 * mx * my + c1) * (2 * cov + c2)) / ((mx ** 2 + my ** 2 + c1) * (vx + vy + c2))",
            "(2 * mx * my + c1) / (mx ** 2 + my ** 2 + c1)",
        ),
        "structure alone": _but(
            SSIM,
            "((2 * mx * my + c1) * (2 * cov + c2)) / ((mx ** 2 + my ** 2 + c1) * (vx + vy + c2))",
            "(2 * cov + c2) / (vx + vy + c2)",
        ),
        "no brackets below the line": _but(
            SSIM,
            "((mx ** 2 + my ** 2 + c1) * (vx + vy + c2))",
            "(mx ** 2 + my ** 2 + c1) * (vx + vy + c2)",
        ),
        "a product of bytes": _but(
            SSIM,
            "    x = x.astype(float)\n    y = y.astype(float)\n",
            "",
            "np.mean((x - mx) * (y - my))",
            "np.mean(x * y) - mx * my",
        ),
        "squares of bytes": _but(
            SSIM,
            "    x = x.astype(float)\n    y = y.astype(float)\n",
            "",
            "np.mean((x - mx) ** 2)",
            "np.mean(x ** 2) - mx ** 2",
        ),
        "the sign lost": _but(SSIM, "np.mean((x - mx) * (y - my))", "np.abs(np.mean((x - mx) * (y - my)))"),
        "a map instead of a number": _but(SSIM, "cov = np.mean((x - mx) * (y - my))", "cov = (x - mx) * (y - my)"),
        "takes the mean off for good": _but(
            SSIM, "    x = x.astype(float)", "    x[...] = x - x.min()\n    x = x.astype(float)"
        ),
    },
    "pixel_shuffle": {
        "only reshaped": """
def pixel_shuffle(x, scale):
    channels, height, width = x.shape
    if channels % scale ** 2:
        raise ValueError
    return x.reshape(channels // scale ** 2, height * scale, width * scale)
""",
        "rows and columns exchanged": _but(SHUFFLE, "i * scale + j]", "j * scale + i]"),
        "the order of Keras": _but(SHUFFLE, "x[c * scale ** 2 + i * scale + j]", "x[(i * scale + j) * colours + c]"),
        "whole pictures side by side": _but(
            SHUFFLE,
            "result[c, i::scale, j::scale]",
            "result[c, i * height:(i + 1) * height, j * width:(j + 1) * width]",
        ),
        "height and width exchanged": _but(
            SHUFFLE,
            "(colours, height * scale, width * scale)",
            "(colours, width * scale, height * scale)",
            "+ j]",
            "+ j].T",
        ),
        "channels last": _but(SHUFFLE, "return result", "return result.transpose(1, 2, 0)"),
        "no axis for one colour": _but(SHUFFLE, "return result", "return np.squeeze(result)"),
        "no error": _but(SHUFFLE, '        raise ValueError("channels")', "        pass"),
        "an error for fewer channels only": _but(SHUFFLE, "channels % scale ** 2 != 0", "channels < scale ** 2"),
        "an error by scale, not by its square": _but(SHUFFLE, "channels % scale ** 2 != 0", "channels % scale != 0"),
        "whole numbers only": _but(SHUFFLE, "width * scale))", "width * scale), int)"),
        "scale 2 only": _but(SHUFFLE, "    channels, height", "    scale = 2\n    channels, height"),
        "clears what it has read": _but(SHUFFLE, "    return result", "    x[...] = 0\n    return result"),
    },
    "shift": {
        "the other way": _but(SHIFT, "- down", "+ down", "- right", "+ right"),
        "down and right exchanged": _but(
            SHIFT,
            "np.arange(height) - down",
            "np.arange(height) - right",
            "np.arange(width) - right",
            "np.arange(width) - down",
        ),
        "whole pixels, rounded": _but(
            SHIFT, "(y - y0)[:, None], (x - x0)[None, :]", "np.round(y - y0)[:, None], np.round(x - x0)[None, :]"
        ),
        "whole pixels, down": _but(SHIFT, "(y - y0)[:, None], (x - x0)[None, :]", "0, 0"),
        "the weights exchanged": _but(
            SHIFT, "(y - y0)[:, None], (x - x0)[None, :]", "(1 - y + y0)[:, None], (1 - x + x0)[None, :]"
        ),
        "rows only": _but(SHIFT, "np.arange(width) - right", "np.arange(width)"),
        "columns only": _but(SHIFT, "np.arange(height) - down", "np.arange(height)"),
        "0 outside": """
def shift(picture, down, right):
    height, width = picture.shape
    result = np.zeros((height, width))
    for i in range(height):
        for j in range(width):
            for k in range(height):
                for m in range(width):
                    weight = max(0, 1 - abs(i - down - k)) * max(0, 1 - abs(j - right - m))
                    result[i, j] += weight * picture[k, m]
    return result
""",
        "round again on the other side": _but(
            SHIFT,
            "np.clip(np.arange(height) - down, 0, height - 1)",
            "(np.arange(height) - down) % height",
            "np.clip(np.arange(width) - right, 0, width - 1)",
            "(np.arange(width) - right) % width",
            "np.minimum(y0 + 1, height - 1), np.minimum(x0 + 1, width - 1)",
            "(y0 + 1) % height, (x0 + 1) % width",
        ),
        "goes on beyond the border": _but(
            SHIFT,
            "np.clip(np.arange(height) - down, 0, height - 1)",
            "np.arange(height) - down",
            "np.clip(np.arange(width) - right, 0, width - 1)",
            "np.arange(width) - right",
            "np.floor(y).astype(int), np.floor(x).astype(int)",
            "np.clip(np.floor(y).astype(int), 0, height - 2), np.clip(np.floor(x).astype(int), 0, width - 2)",
        ),
        "rounded towards 0": """
def shift(picture, down, right):
    height, width = picture.shape
    result, inside = np.zeros((height, width)), lambda k, n: min(max(k, 0), n - 1)
    for i in range(height):
        for j in range(width):
            k, m = int(i - down), int(j - right)
            t, u = abs(i - down - k), abs(j - right - m)
            for row, a in ((inside(k, height), 1 - t), (inside(k + 1, height), t)):
                for column, b in ((inside(m, width), 1 - u), (inside(m + 1, width), u)):
                    result[i, j] += a * b * picture[row, column]
    return result
""",
        "small shifts to the lower right only": _but(
            SHIFT, "    height, width", "    down, right = down % 1, right % 1\n    height, width"
        ),
        "rounded result": _but(
            SHIFT,
            "return (1 - fy) * upper + fy * lower",
            "return ((1 - fy) * upper + fy * lower).astype(picture.dtype)",
        ),
        "moves the picture itself": _but(
            SHIFT,
            "return (1 - fy) * upper + fy * lower",
            "picture[...] = (1 - fy) * upper + fy * lower\n    return picture + 0.0",
        ),
    },
    "register": {
        "signs turned": _but(REGISTER, "[-gy, -gx,", "[gy, gx,"),
        "down and right exchanged": _but(REGISTER, "gy, gx = np.gradient", "gx, gy = np.gradient"),
        "the difference turned": _but(REGISTER, "moved - reference", "reference - moved"),
        "the gradient of one picture": _but(REGISTER, "(reference + moved) / 2", "reference"),
        "the gradient of the other picture": _but(REGISTER, "(reference + moved) / 2", "moved"),
        "the gradient of the sum": _but(REGISTER, "(reference + moved) / 2", "reference + moved"),
        "the border counted": _but(REGISTER, "[1:-1, 1:-1]", ""),
        "brightness forgotten": _but(
            REGISTER,
            ", np.ones(len(gy))]",
            "]",
            "rank < 3",
            "rank < 2",
            "found[0], found[1], found[2]",
            "found[0], found[1]",
        ),
        "brightness afterwards": _but(
            REGISTER, ", np.ones(len(gy))]", "]", "rank < 3", "rank < 2", "found[2]", "np.mean(change - matrix @ found)"
        ),
        "the mean of the differences afterwards": _but(
            REGISTER, ", np.ones(len(gy))]", "]", "rank < 3", "rank < 2", "found[2]", "change.mean()"
        ),
        "the border left out too early": _but(
            REGISTER,
            "    gy, gx = np",
            "    reference, moved = reference[1:-1, 1:-1], moved[1:-1, 1:-1]\n    gy, gx = np",
            "gy[1:-1, 1:-1].ravel(), gx[1:-1, 1:-1].ravel()",
            "gy.ravel(), gx.ravel()",
            "(moved - reference)[1:-1, 1:-1]",
            "(moved - reference)",
        ),
        "brightness first": _but(
            REGISTER,
            "np.linalg.lstsq(matrix, change)",
            "np.linalg.lstsq(matrix[:, :2], change - change.mean())",
            "rank < 3",
            "rank < 2",
            "found[2]",
            "change.mean()",
        ),
        "bytes": _but(REGISTER, "    reference, moved = reference.astype(float), moved.astype(float)\n", ""),
        "no error": _but(REGISTER, '        raise ValueError("not determined")', "        pass"),
        "left to np.linalg.solve": _but(
            REGISTER,
            "found, _, rank, _ = np.linalg.lstsq(matrix, change)",
            "rank, found = 3, np.linalg.solve(matrix.T @ matrix, matrix.T @ change)",
        ),
        "an error for flat pictures only": _but(REGISTER, "rank < 3", "not gy.any() and not gx.any()"),
        "an error for edges in one direction only": _but(
            REGISTER, "rank < 3", "np.linalg.matrix_rank(matrix[:, :2]) < 2"
        ),
        "an array with the brightness first": _but(
            REGISTER, "found[0], found[1], found[2]", "found[2], found[0], found[1]"
        ),
        "aligns the pictures in place": _but(
            REGISTER,
            "    reference, moved",
            "    moved += 1\n    moved -= 1\n    moved[0, 0] = 0\n    reference, moved",
        ),
    },
    "fuse": {
        "the last one wins": _but(
            FUSE,
            "total[r::scale, c::scale] += frames[k]",
            "total[r::scale, c::scale] = frames[k]",
            "        count[r::scale, c::scale] += 1",
            "        count[r::scale, c::scale] = 1",
        ),
        "the first one wins": _but(
            FUSE, "        total[r", "        if count[r, c]:\n            continue\n        total[r"
        ),
        "added up": _but(FUSE, "total[count > 0] / count[count > 0]", "total[count > 0]"),
        "over the number of frames": _but(FUSE, "total[count > 0] / count[count > 0]", "total[count > 0] / n"),
        "bytes": _but(
            FUSE,
            "total = np.zeros((height * scale, width * scale))",
            "total = np.zeros((height * scale, width * scale), frames.dtype)",
        ),
        "row and column exchanged": _but(FUSE, "r, c = places[k]", "c, r = places[k]"),
        "0 where nothing is known": _but(FUSE, "np.full(total.shape, np.nan)", "np.zeros(total.shape)"),
        "NaN where the sum is 0": _but(FUSE, "count > 0", "total > 0"),
        "side by side": _but(FUSE, "[r::scale, c::scale]", "[r * height:(r + 1) * height, c * width:(c + 1) * width]"),
        "the mean of two again and again": """
def fuse(frames, places, scale):
    if (places < 0).any() or (places >= scale).any():
        raise ValueError("place")
    large = np.full((frames.shape[1] * scale, frames.shape[2] * scale), np.nan)
    for frame, (r, c) in zip(frames, places):
        old = large[r::scale, c::scale]
        large[r::scale, c::scale] = np.where(np.isnan(old), frame, (old + frame) / 2)
    return large
""",
        "the smallest": _but(
            FUSE,
            "    return large",
            "    for r, c in {tuple(place) for place in places.tolist()}:\n"
            "        large[r::scale, c::scale] = np.sort(frames[(places == [r, c]).all(axis=1)], axis=0)[0]\n    return large",
        ),
        "no error": _but(FUSE, '        raise ValueError("place")', "        pass"),
        "an error for negative places only": _but(FUSE, " or places.max() >= scale", ""),
        "an error for large places only": _but(FUSE, "places.min() < 0 or ", ""),
        "a place of scale is let through": _but(FUSE, "places.max() >= scale", "places.max() > scale"),
        "adds in the first frame": _but(
            FUSE, "    n, height", "    frames[0] += 1\n    frames[0] -= 1\n    frames[-1] = frames[0]\n    n, height"
        ),
    },
    "training_pairs": {
        "as the friend wrote it": """
def training_pairs(picture, column, size):
    small, inputs, targets = half(picture), [], []
    for top in range(0, picture.shape[0] - size, size):
        for left in range(0, column, size):
            inputs.append(small[top // 2:(top + size) // 2, left // 2:(left + size) // 2])
            targets.append(picture[top:top + size, left:left + size])
    return np.array(inputs), np.array(targets)
""",
        "made small before it is cut": _but(
            PAIRS,
            "    picture = picture[:, :column]\n    small",
            "    small",
            "half(picture)",
            "half(picture)[:, :column // 2]",
        ),
        "the last row missing": _but(PAIRS, "picture.shape[0] - size + 1", "picture.shape[0] - size"),
        "the last column missing": _but(PAIRS, "column - size + 1", "column - size"),
        "the last row and the last column missing": _but(
            PAIRS, "picture.shape[0] - size + 1", "picture.shape[0] - size", "column - size + 1", "column - size"
        ),
        "over the border": _but(
            PAIRS,
            "    picture = picture[:, :column]\n",
            "",
            "half(picture)",
            "half(picture)",
            "column - size + 1",
            "column",
        ),
        "each crop by itself": _but(
            PAIRS,
            "small[top // 2:(top + size) // 2, left // 2:(left + size) // 2]",
            "half(picture[top:top + size, left:left + size])",
        ),
        "column by column": """
def training_pairs(picture, column, size):
    picture = picture[:, :column]
    small, inputs, targets = half(picture), [], []
    for left in range(0, column - size + 1, size):
        for top in range(0, picture.shape[0] - size + 1, size):
            inputs.append(small[top // 2:(top + size) // 2, left // 2:(left + size) // 2])
            targets.append(picture[top:top + size, left:left + size])
    return np.array(inputs), np.array(targets)
""",
        "overlapping": _but(
            PAIRS,
            "+ 1, size)",
            "+ 1, 1)",
            "small[top // 2:(top + size) // 2, left // 2:(left + size) // 2]",
            "small[top // 2:top // 2 + size // 2, left // 2:left // 2 + size // 2]",
        ),
        "a column too few, to be safe": _but(PAIRS, "half(picture), [], []", "half(picture), [], []\n    column -= 2"),
        "the right part": _but(PAIRS, "picture[:, :column]", "picture[:, -column:]"),
        "targets made small as well": _but(
            PAIRS,
            "targets.append(picture[top:top + size, left:left + size])",
            "targets.append(half(picture)[top // 2:(top + size) // 2, left // 2:(left + size) // 2])",
        ),
        "targets first": _but(PAIRS, "np.array(inputs), np.array(targets)", "np.array(targets), np.array(inputs)"),
        "blackens the test": _but(
            PAIRS, "    picture = picture[:, :column]", "    picture[:, column:] = 0\n    picture = picture[:, :column]"
        ),
    },
    "small_espcn": {
        "nothing added": _but(ESPCN, "layers.Add()([large, x])", "x"),
        "interpolated": _but(
            ESPCN, "layers.UpSampling2D(scale)", 'layers.UpSampling2D(scale, interpolation="bilinear")'
        ),
        "no ReLU": _but(ESPCN, "    x = layers.ReLU()(x)\n", ""),
        "tanh": _but(ESPCN, "layers.ReLU()", 'layers.Activation("tanh")'),
        "ReLU behind the second as well": _but(
            ESPCN, "    x = ops.depth", "    x = layers.ReLU()(x)\n    x = ops.depth"
        ),
        "ReLU behind the sum": _but(ESPCN, "layers.Add()([large, x])", "layers.ReLU()(layers.Add()([large, x]))"),
        "only reshaped": _but(
            ESPCN,
            "ops.depth_to_space(x, scale)",
            "layers.Reshape((input_shape[0] * scale, input_shape[1] * scale, channels))(x)",
        ),
        "the order of PyTorch": _but(
            ESPCN,
            "ops.depth_to_space(x, scale)",
            "ops.concatenate([ops.depth_to_space(part, scale) for part in ops.split(x, channels, axis=-1)], axis=-1)",
        ),
        "rows and columns exchanged": _but(
            ESPCN,
            "ops.depth_to_space(x, scale)",
            "ops.transpose(ops.depth_to_space(ops.transpose(x, (0, 2, 1, 3)), scale), (0, 2, 1, 3))",
        ),
        "enlarged first": """
def small_espcn(input_shape, scale, filters):
    inputs = keras.Input(input_shape)
    large = layers.UpSampling2D(scale)(inputs)
    x = layers.Conv2D(filters, 3, padding="same", activation="relu")(large)
    return keras.Model(inputs, large + layers.Conv2D(input_shape[-1], 3, padding="same")(x))
""",
        "no padding": _but(
            ESPCN,
            ', padding="same")(inputs)',
            ")(layers.UpSampling2D(1)(inputs))",
            "return",
            "x = layers.Resizing(input_shape[0] * scale, input_shape[1] * scale)(x)\n    return",
        ),
        "no biases": _but(ESPCN, '"same")', '"same", use_bias=False)'),
        "a 1x1 kernel": _but(ESPCN, "channels, 3", "channels, 1"),
        "a 5x5 kernel": _but(ESPCN, "(filters, 3", "(filters, 5"),
        "scale instead of its square": _but(ESPCN, "scale ** 2 * channels", "scale * channels * 2"),
        "one colour": _but(ESPCN, "scale ** 2 * channels", "scale ** 2"),
        "scale 2 only": _but(ESPCN, "    channels =", "    scale = 2\n    channels ="),
        "not enlarged": """
def small_espcn(input_shape, scale, filters):
    inputs = keras.Input(input_shape)
    x = layers.Conv2D(filters, 3, padding="same", activation="relu")(inputs)
    return keras.Model(inputs, inputs + layers.Conv2D(input_shape[-1], 3, padding="same")(x))
""",
        "the graph is not made to a model": _but(
            ESPCN, "keras.Model(inputs=inputs, outputs=layers.Add()([large, x]))", "layers.Add()([large, x])"
        ),
    },
    "blurs": {
        "a conclusion from the prediction": _but(BLURS, '"neither"', '"grows"'),
        "the end alone": _but(BLURS, '"neither"', '"falls"'),
        "made-up numbers": _but(BLURS, "[quality(w) for w in widths]", "[20.0, 20, 21, 21, 21, 20, 20, 19, 19]"),
        "measured once for all": _but(
            BLURS, "[quality(w) for w in widths]", "[quality(2)] * 9", '"neither"', '"stays"'
        ),
        "too few": _but(BLURS, "[0.5, 1, 1.5, 2, 2.5, 3, 4, 5, 6]", "[1, 2, 5]"),
        "narrow ones only": _but(
            BLURS, "[0.5, 1, 1.5, 2, 2.5, 3, 4, 5, 6]", "[0.5, 1, 1.4, 1.6, 2]", '"neither"', '"grows"'
        ),
        "wide ones only": _but(BLURS, "[0.5, 1, 1.5, 2, 2.5, 3, 4, 5, 6]", "[2, 3, 4, 5, 6]", '"neither"', '"falls"'),
        "none in the middle": _but(
            BLURS, "[0.5, 1, 1.5, 2, 2.5, 3, 4, 5, 6]", "[0.5, 0.75, 1, 5, 5.5]", '"neither"', '"stays"'
        ),
        "beyond what the task allows": _but(BLURS, "[0.5, 1, 1.5, 2, 2.5, 3, 4, 5, 6]", "[1, 2, 3, 5, 12]"),
        "no prediction": _but(BLURS, '"grows"', "None"),
        "the error instead of PSNR": _but(BLURS, "[quality(w) for w", "[10 ** (-quality(w) / 10) for w"),
        "the best width instead of the record": """
def blurs():
    return max([1, 2, 3, 4, 5], key=quality)
""",
    },
}

# Right answers that are written differently; visible check and hidden tests must accept each.
RIGHT = {
    "cubic_weights": {
        "indices": CUBIC,
        "loops, the branches of the formula": """
def cubic_weights(places, a):
    rows = []
    for x in places:
        row, start = [], int(np.floor(x))
        for k in range(start - 1, start + 3):
            d = abs(x - k)
            if d <= 1:
                row.append((a + 2) * d ** 3 - (a + 3) * d ** 2 + 1)
            elif d < 2:
                row.append(a * d ** 3 - 5 * a * d ** 2 + 8 * a * d - 4 * a)
            else:
                row.append(0)
        rows.append(row)
    return np.array(rows)
""",
        "polynomials of the fraction, float32": """
def cubic_weights(places, a):
    t = (places % 1).astype("float32")
    w = [a * t * (1 - t) ** 2, (a + 2) * t ** 3 - (a + 3) * t ** 2 + 1, None, a * t ** 2 * (1 - t)]
    w[2] = 1 - w[0] - w[1] - w[3]
    return np.stack(w, axis=-1)
""",
        "the course's kernel": """
def cubic_weights(places, a):
    from course_lib import resampling

    t = places - np.floor(places)
    return resampling.cubic(t[:, None] - [-1, 0, 1, 2], a)
""",
    },
    "psnr": {
        "slices": PSNR,
        "NumPy's own infinity": """
def psnr(truth, picture, peak, border):
    if truth.shape != picture.shape:
        raise ValueError("shapes")
    rows, columns = range(border, truth.shape[0] - border), range(border, truth.shape[1] - border)
    t, p = truth[np.ix_(rows, columns)] * 1.0, picture[np.ix_(rows, columns)] * 1.0
    with np.errstate(divide="ignore"):
        return -10 * np.log10(np.mean((t - p) ** 2) / peak ** 2)
""",
        "loops": """
def psnr(truth, picture, peak, border):
    if truth.shape != picture.shape:
        raise ValueError("different shapes")
    total, count = 0.0, 0
    for i in range(border, truth.shape[0] - border):
        for j in range(border, truth.shape[1] - border):
            for a, b in zip(np.ravel(truth[i, j]), np.ravel(picture[i, j])):
                total += (float(a) - float(b)) ** 2
                count += 1
    return float("inf") if total == 0 else 20 * np.log10(peak) - 10 * np.log10(total / count)
""",
        "end or None, logarithms of e": """
import math


def psnr(truth, picture, peak, border):
    if np.shape(truth) != np.shape(picture):
        raise ValueError
    inside = slice(border, -border or None)
    e = np.subtract(truth[inside, inside], picture[inside, inside], dtype=float)
    mse = np.square(e).sum() / e.size
    return math.inf if not e.any() else 10 * math.log(peak * peak / mse) / math.log(10)
""",
        "the course's": """
def psnr(truth, picture, peak, border):
    from course_lib import picture_quality

    if truth.shape != picture.shape:
        raise ValueError
    return picture_quality.psnr(truth, picture, peak=peak, border=border)
""",
    },
    "ssim_window": {
        "means of products": SSIM,
        "means of squares minus squares of means": """
def ssim_window(x, y, peak):
    x, y = np.asarray(x, float), np.asarray(y, float)
    mx, my = x.mean(), y.mean()
    vx, vy, cov = (x * x).mean() - mx * mx, (y * y).mean() - my * my, (x * y).mean() - mx * my
    c1, c2 = 1e-4 * peak ** 2, 9e-4 * peak ** 2
    light = (2 * mx * my + c1) / (mx ** 2 + my ** 2 + c1)
    return light * (2 * cov + c2) / (vx + vy + c2)
""",
        "np.cov with bias": """
def ssim_window(x, y, peak):
    (vx, cov), (_, vy) = np.cov(x.ravel(), y.ravel(), bias=True)
    mx, my = float(x.mean()), float(y.mean())
    c1, c2 = (0.01 * peak) ** 2, (0.03 * peak) ** 2
    return (2 * mx * my + c1) * (2 * cov + c2) / (mx ** 2 + my ** 2 + c1) / (vx + vy + c2)
""",
        "loops": """
def ssim_window(x, y, peak):
    a, b = [float(v) for v in x.flat], [float(v) for v in y.flat]
    n = len(a)
    ma, mb = sum(a) / n, sum(b) / n
    va, vb = sum((v - ma) ** 2 for v in a) / n, sum((v - mb) ** 2 for v in b) / n
    cov = sum((v - ma) * (w - mb) for v, w in zip(a, b)) / n
    c1, c2 = (peak / 100) ** 2, (3 * peak / 100) ** 2
    return (2 * ma * mb + c1) * (2 * cov + c2) / ((ma * ma + mb * mb + c1) * (va + vb + c2))
""",
    },
    "pixel_shuffle": {
        "slices": SHUFFLE,
        "the formula, value by value": """
def pixel_shuffle(x, scale):
    if len(x) % (scale * scale):
        raise ValueError("channels")
    colours = len(x) // scale ** 2
    _, height, width = x.shape
    out = np.empty((colours, height * scale, width * scale), x.dtype)
    for c in range(colours):
        for row in range(height * scale):
            for column in range(width * scale):
                h, i = divmod(row, scale)
                w, j = divmod(column, scale)
                out[c, row, column] = x[c * scale ** 2 + i * scale + j, h, w]
    return out
""",
        "einops' way": """
def pixel_shuffle(x, scale):
    if x.shape[0] % scale ** 2 != 0:
        raise ValueError
    x = np.reshape(x, (x.shape[0] // scale ** 2, scale, scale, *x.shape[1:]))
    x = np.einsum("cijhw->chiwj", x)
    return x.reshape(x.shape[0], x.shape[1] * scale, -1)
""",
        "colours one by one, joined": """
def pixel_shuffle(x, scale):
    count, rest = divmod(x.shape[0], scale ** 2)
    if rest:
        raise ValueError("rest")
    pictures = []
    for part in np.split(x, count):
        lines = [np.stack(part[i * scale:(i + 1) * scale], axis=-1).reshape(x.shape[1], -1) for i in range(scale)]
        pictures.append(np.stack(lines, axis=1).reshape(x.shape[1] * scale, -1))
    return np.stack(pictures)
""",
    },
    "shift": {
        "four neighbours": SHIFT,
        "loops": """
def shift(picture, down, right):
    height, width = picture.shape
    out = np.zeros((height, width))
    for i in range(height):
        for j in range(width):
            y, x = min(max(i - down, 0), height - 1), min(max(j - right, 0), width - 1)
            a, b = int(y), int(x)
            c, d = min(a + 1, height - 1), min(b + 1, width - 1)
            t, s = y - a, x - b
            out[i, j] = (1 - t) * ((1 - s) * picture[a, b] + s * picture[a, d]) + t * ((1 - s) * picture[c, b] + s * picture[c, d])
    return out
""",
        "np.interp": """
def shift(picture, down, right):
    height, width = picture.shape
    rows = np.array([np.interp(np.arange(height) - down, np.arange(height), column) for column in picture.T]).T
    return np.array([np.interp(np.arange(width) - right, np.arange(width), row) for row in rows])
""",
        "two matrices": """
def shift(picture, down, right):
    def weights(count, by):
        places = np.clip(np.arange(count) - by, 0, count - 1)
        return np.maximum(0, 1 - np.abs(places[:, None] - np.arange(count)))

    return weights(len(picture), down) @ picture @ weights(picture.shape[1], right).T
""",
        "the course's": """
def shift(picture, down, right):
    from course_lib import resampling

    return resampling.shift(picture, down, right, "bilinear")
""",
    },
    "register": {
        "lstsq": REGISTER,
        "normal equations": """
def register(reference, moved):
    reference, moved = np.asarray(reference, float), np.asarray(moved, float)
    inside = np.s_[1:-1, 1:-1]
    g = np.stack([*np.gradient((reference + moved) / -2), np.ones(reference.shape)])[:, 1:-1, 1:-1].reshape(3, -1)
    normal = g @ g.T
    if np.linalg.matrix_rank(normal) < 3:
        raise ValueError("not determined")
    return tuple(np.linalg.solve(normal, g @ (moved - reference)[inside].ravel()))
""",
        "means taken off, two unknowns": """
def register(reference, moved):
    change = (moved.astype(float) - reference)[1:-1, 1:-1]
    gy, gx = (part[1:-1, 1:-1] for part in np.gradient((moved.astype(float) + reference) / 2))
    y, x, c = (part - part.mean() for part in (gy, gx, change))
    a, b, d = (y * y).sum(), (y * x).sum(), (x * x).sum()
    determinant = a * d - b * b
    if determinant <= 1e-9 * (a + d) ** 2 or a + d < 1e-9:
        raise ValueError
    p, q = -(y * c).sum(), -(x * c).sum()
    down, right = (d * p - b * q) / determinant, (a * q - b * p) / determinant
    return [down, right, (change + down * gy + right * gx).mean()]
""",
        "pinv": """
def register(reference, moved):
    mean = (0.5 * reference + 0.5 * moved)
    gy = ((mean[2:] - mean[:-2]) / 2)[:, 1:-1]
    gx = ((mean[:, 2:] - mean[:, :-2]) / 2)[1:-1]
    a = np.c_[-gy.ravel(), -gx.ravel(), np.ones(gy.size)]
    if np.linalg.svd(a, compute_uv=False)[-1] < 1e-8 * max(1, np.abs(a).max()):
        raise ValueError("singular")
    return np.linalg.pinv(a) @ (1.0 * moved - 1.0 * reference)[1:-1, 1:-1].ravel()
""",
    },
    "fuse": {
        "slices": FUSE,
        "loops and lists": """
def fuse(frames, places, scale):
    if any(not 0 <= v < scale for place in places for v in place):
        raise ValueError("place")
    _, height, width = frames.shape
    values = {}
    for frame, (r, c) in zip(frames.astype(float), places):
        for i in range(height):
            for j in range(width):
                values.setdefault((i * scale + r, j * scale + c), []).append(frame[i, j])
    large = np.full((height * scale, width * scale), np.nan)
    for place, found in values.items():
        large[place] = sum(found) / len(found)
    return large
""",
        "place by place": """
def fuse(frames, places, scale):
    if not np.isin(places, range(scale)).all():
        raise ValueError
    large = np.empty((frames.shape[1] * scale, frames.shape[2] * scale))
    for r in range(scale):
        for c in range(scale):
            here = frames[(places == [r, c]).all(axis=1)]
            large[r::scale, c::scale] = here.mean(axis=0) if len(here) else np.nan
    return large
""",
        "nanmean": """
import warnings


def fuse(frames, places, scale):
    if np.any((places < 0) | (places > scale - 1)):
        raise ValueError("place")
    n, h, w = frames.shape
    stack = np.full((n, h, scale, w, scale), np.nan)
    for k, (r, c) in enumerate(places):
        stack[k, :, r, :, c] = frames[k]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return np.nanmean(stack, axis=0).reshape(h * scale, w * scale)
""",
    },
    "training_pairs": {
        "cut first": PAIRS,
        "while": """
def training_pairs(picture, column, size):
    part = picture[:, :column].copy()
    small = half(part)
    x, y, top = [], [], 0
    while top + size <= len(part):
        left = 0
        while left + size <= column:
            x.append(small[top // 2:top // 2 + size // 2, left // 2:left // 2 + size // 2])
            y.append(part[top:top + size, left:left + size])
            left += size
        top += size
    return np.stack(x), np.stack(y)
""",
        "reshaped": """
def training_pairs(picture, column, size):
    def crops(picture, size):
        rows, columns = picture.shape[0] // size, picture.shape[1] // size
        picture = picture[:rows * size, :columns * size]
        return picture.reshape(rows, size, columns, size).swapaxes(1, 2).reshape(-1, size, size)

    return crops(half(picture[:, :column]), size // 2), crops(picture[:, :column], size)
""",
        "lists of corners, float targets": """
def training_pairs(picture, column, size):
    left = picture[:, :column].astype("float64")
    small = half(left)
    corners = [(i * size, j * size) for i in range(len(left) // size) for j in range(column // size)]
    s = size // 2
    return [np.array([small[i // 2:i // 2 + s, j // 2:j // 2 + s] for i, j in corners]),
            np.array([left[i:i + size, j:j + size] for i, j in corners])]
""",
    },
    "small_espcn": {
        "functional, a layer for each step": ESPCN,
        "pixels laid out by hand": """
def small_espcn(input_shape, scale, filters):
    height, width, channels = input_shape
    small = keras.Input(input_shape)
    x = ops.relu(layers.Conv2D(filters, (3, 3), 1, "same")(small))
    x = layers.Conv2D(channels * scale * scale, (3, 3), 1, "same")(x)
    x = ops.reshape(x, (-1, height, width, scale, scale, channels))
    x = ops.reshape(ops.transpose(x, (0, 1, 3, 2, 4, 5)), (-1, height * scale, width * scale, channels))
    return keras.Model(small, ops.add(x, ops.repeat(ops.repeat(small, scale, axis=1), scale, axis=2)))
""",
        "the course's layer": _but(
            ESPCN,
            "    channels =",
            "    from course_lib.models.superres import DepthToSpace\n\n    channels =",
            "ops.depth_to_space(x, scale)",
            "DepthToSpace(scale)(x)",
        ),
        "a subclass": """
class Small(keras.Model):
    def __init__(self, channels, scale, filters):
        super().__init__()
        self.scale = scale
        self.first = layers.Conv2D(filters, 3, padding="same", activation="relu")
        self.last = layers.Conv2D(scale ** 2 * channels, 3, padding="same")

    def call(self, x):
        large = ops.repeat(ops.repeat(x, self.scale, axis=1), self.scale, axis=2)
        return large + ops.depth_to_space(self.last(self.first(x)), self.scale)


def small_espcn(input_shape, scale, filters):
    return Small(input_shape[-1], scale, filters)
""",
        "Sequential within a functional model": """
def small_espcn(input_shape, scale, filters):
    body = keras.Sequential([
        keras.Input(input_shape),
        layers.Conv2D(filters, 3, padding="same", activation="relu"),
        layers.Conv2D(scale ** 2 * input_shape[-1], 3, padding="same"),
        layers.Lambda(lambda x: ops.depth_to_space(x, scale)),
    ])
    inputs = keras.Input(input_shape)
    return keras.Model(inputs, body(inputs) + layers.UpSampling2D(scale, interpolation="nearest")(inputs))
""",
        "Sequential of one layer of one's own": """
class Residual(layers.Layer):
    def __init__(self, channels, scale, filters):
        super().__init__()
        self.scale = scale
        self.first = layers.Conv2D(filters, 3, padding="same", activation="relu")
        self.last = layers.Conv2D(scale ** 2 * channels, 3, padding="same")

    def call(self, x):
        large = ops.repeat(ops.repeat(x, self.scale, axis=1), self.scale, axis=2)
        return large + ops.depth_to_space(self.last(self.first(x)), self.scale)


def small_espcn(input_shape, scale, filters):
    return keras.Sequential([keras.Input(input_shape), Residual(input_shape[-1], scale, filters)])
""",
        "any height and width, nearest by Resizing": """
def small_espcn(input_shape, scale, filters):
    inputs = keras.Input(shape=(None, None, input_shape[-1]), name="small")
    x = layers.Conv2D(filters, 3, padding="same", activation=keras.activations.relu, name="conv1")(inputs)
    x = layers.Conv2D(scale ** 2 * input_shape[-1], 3, padding="same", activation="linear", name="last")(x)
    x = keras.ops.depth_to_space(x, scale, data_format="channels_last")
    large = layers.Resizing(input_shape[0] * scale, input_shape[1] * scale, interpolation="nearest")(inputs)
    return keras.Model(inputs, layers.add([x, large]))
""",
        "ops.conv with weights of one's own": """
class Convolution(layers.Layer):
    def __init__(self, filters, relu):
        super().__init__()
        self.filters, self.relu = filters, relu

    def build(self, shape):
        self.bias = self.add_weight(shape=(self.filters,), initializer="zeros")
        self.kernel = self.add_weight(shape=(3, 3, shape[-1], self.filters))

    def call(self, x):
        x = ops.conv(x, self.kernel, padding="same") + self.bias
        return ops.maximum(x, 0) if self.relu else x


def small_espcn(input_shape, scale, filters):
    inputs = keras.Input(input_shape)
    x = Convolution(scale ** 2 * input_shape[-1], False)(Convolution(filters, True)(inputs))
    large = ops.image.resize(inputs, (input_shape[0] * scale, input_shape[1] * scale), interpolation="nearest")
    return keras.Model(inputs, ops.depth_to_space(x, scale) + large)
""",
    },
    "blurs": {
        "more numbers": BLURS,
        "a prediction for each, an array, in falling order": """
def blurs():
    widths, measured = np.array([6.0, 4.0, 3.0, 2.0, 0.7]), []
    for width in widths:
        measured.append(quality(width))
    return {"settings": widths, "predicted": [18, 19, 20, 21, 20], "measured": np.array(measured),
            "conclusion": "neither", "note": "narrow: aliasing; wide: blur"}
""",
        "an own loop": """
def blurs():
    record = {"settings": [], "predicted": "neither", "measured": [], "conclusion": "neither"}
    for k in range(1, 13):
        record["settings"].append(k / 2)
        record["measured"].append(quality(k / 2))
    return record
""",
    },
}

# Wrong answers that no visible check can notice, and why: task -> name in WRONG -> reason.
HIDDEN_ONLY = {}
