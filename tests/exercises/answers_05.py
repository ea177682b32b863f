"""Answers that people really give to the exercises of chapter 05: task -> what it is -> code.

WRONG ones lose points and are noticed by the visible check, but for those in HIDDEN_ONLY, which say why not. RIGHT ones
are written in another style than the solution and earn full marks."""

PATCHIFY = """
def patchify(images, patch):
    b, h, w, c = images.shape
    if h % patch or w % patch: raise ValueError
"""
UNPATCHIFY = """
def unpatchify(tokens, patch, columns):
    b, t, length = tokens.shape
    if t % columns or length % patch ** 2: raise ValueError
    rows, c = t // columns, length // patch ** 2
"""
COSTS = """
def vit_costs(image_size, patch, width, depth, heads, classes):
    t, i = (image_size // patch) ** 2, 3 * patch * patch
    n, w, p, m = t + 1, width, 0, 0
"""
MULTI_HEAD = """
def multi_head(queries, keys, values, heads):
    b, n, w = queries.shape
    if w % heads: raise ValueError
    d = w // heads
"""
RESIZE = """
def resize_positions(table, old, new):
    if len(table) != 1 + old[0] * old[1]: raise ValueError
    grid = table[1:].reshape(*old, -1)
"""
BLOCK = """
def encoder_block(x, wq, wk, wv, wo, w1, w2):
    def norm(t):
        return (t - t.mean(axis=1, keepdims=True)) / np.sqrt(t.var(axis=1, keepdims=True) + 1e-6)
"""
VIT_INPUT = """
def vit_input(input_shape, patch, width, registers):
    h, w, c = input_shape
    if h % patch or w % patch: raise ValueError
    images = keras.Input(input_shape)
    x = layers.Conv2D(width, patch, strides=patch)(images)
    x = layers.Reshape((-1, width))(x)
"""

WRONG = {
    "patchify": {
        "one reshape": PATCHIFY
        + """
    return images.reshape(b, (h // patch) * (w // patch), patch * patch * c)
""",
        "down the columns": PATCHIFY
        + """
    parts = images.reshape(b, h // patch, patch, w // patch, patch, c)
    return parts.transpose(0, 3, 1, 2, 4, 5).reshape(b, -1, patch * patch * c)
""",
        "each patch transposed": PATCHIFY
        + """
    parts = images.reshape(b, h // patch, patch, w // patch, patch, c)
    return parts.transpose(0, 1, 3, 4, 2, 5).reshape(b, -1, patch * patch * c)
""",
        "channels first": PATCHIFY
        + """
    parts = images.reshape(b, h // patch, patch, w // patch, patch, c)
    return parts.transpose(0, 1, 3, 5, 2, 4).reshape(b, -1, patch * patch * c)
""",
        "a grid of patches": PATCHIFY
        + """
    parts = images.reshape(b, h // patch, patch, w // patch, patch, c)
    return parts.transpose(0, 1, 3, 2, 4, 5).reshape(b, h // patch, w // patch, -1)
""",
        "square images only": PATCHIFY
        + """
    n = h // patch
    return images.reshape(b, n, patch, n, patch, c).transpose(0, 1, 3, 2, 4, 5).reshape(b, n * n, -1)
""",
        "patches that overlap": PATCHIFY
        + """
    parts = [images[:, i:i + patch, j:j + patch].reshape(b, -1) for i in range(h - patch + 1) for j in range(w - patch + 1)]
    return np.stack(parts, axis=1)
""",
        "integers only": PATCHIFY
        + """
    parts = images.reshape(b, h // patch, patch, w // patch, patch, c)
    return parts.transpose(0, 1, 3, 2, 4, 5).reshape(b, -1, patch * patch * c).astype(int)
""",
        "the first channel only": PATCHIFY
        + """
    parts = images[..., 0].reshape(b, h // patch, patch, w // patch, patch)
    return parts.transpose(0, 1, 3, 2, 4).reshape(b, -1, patch * patch)
""",
        "the rest is cut off instead of an error": """
def patchify(images, patch):
    b, h, w, c = images.shape
    rows, columns = h // patch, w // patch
    parts = images[:, :rows * patch, :columns * patch].reshape(b, rows, patch, columns, patch, c)
    return parts.transpose(0, 1, 3, 2, 4, 5).reshape(b, rows * columns, -1)
""",
        "looks at the height only": """
def patchify(images, patch):
    b, h, w, c = images.shape
    if h % patch: raise ValueError
    w = w // patch * patch
    parts = images[:, :, :w].reshape(b, h // patch, patch, w // patch, patch, c)
    return parts.transpose(0, 1, 3, 2, 4, 5).reshape(b, -1, patch * patch * c)
""",
        "looks at the number of pixels": """
def patchify(images, patch):
    b, h, w, c = images.shape
    if h * w % patch ** 2: raise ValueError
    rows, columns = h // patch, w // patch
    parts = images[:, :rows * patch, :columns * patch].reshape(b, rows, patch, columns, patch, c)
    return parts.transpose(0, 1, 3, 2, 4, 5).reshape(b, rows * columns, -1)
""",
    },
    "unpatchify": {
        "one reshape": UNPATCHIFY
        + """
    return tokens.reshape(b, rows * patch, columns * patch, c)
""",
        "rows and columns swapped": UNPATCHIFY
        + """
    parts = tokens.reshape(b, columns, rows, patch, patch, c)
    return parts.transpose(0, 1, 3, 2, 4, 5).reshape(b, columns * patch, rows * patch, c)
""",
        "each patch transposed": UNPATCHIFY
        + """
    parts = tokens.reshape(b, rows, columns, patch, patch, c)
    return parts.transpose(0, 1, 4, 2, 3, 5).reshape(b, rows * patch, columns * patch, c)
""",
        "channels first within a token": UNPATCHIFY
        + """
    parts = tokens.reshape(b, rows, columns, c, patch, patch)
    return parts.transpose(0, 1, 4, 2, 5, 3).reshape(b, rows * patch, columns * patch, c)
""",
        "without the axis of channels": UNPATCHIFY
        + """
    parts = tokens.reshape(b, rows, columns, patch, patch, c)[..., 0]
    return parts.transpose(0, 1, 3, 2, 4).reshape(b, rows * patch, columns * patch)
""",
        "the first image only": UNPATCHIFY
        + """
    parts = tokens[0].reshape(rows, columns, patch, patch, c)
    return parts.transpose(0, 2, 1, 3, 4).reshape(rows * patch, columns * patch, c)
""",
        "a square grid": """
def unpatchify(tokens, patch, columns):
    b, t, length = tokens.shape
    if t % columns or length % patch ** 2: raise ValueError
    n, c = int(t ** 0.5), length // patch ** 2
    return tokens.reshape(b, n, n, patch, patch, c).transpose(0, 1, 3, 2, 4, 5).reshape(b, n * patch, n * patch, c)
""",
        "fractions cut off": UNPATCHIFY
        + """
    parts = tokens.reshape(b, rows, columns, patch, patch, c)
    return parts.transpose(0, 1, 3, 2, 4, 5).reshape(b, rows * patch, columns * patch, c).astype(int)
""",
        "no error for the columns": """
def unpatchify(tokens, patch, columns):
    b, t, length = tokens.shape
    if length % patch ** 2: raise ValueError
    rows, c = t // columns, length // patch ** 2
    parts = tokens[:, :rows * columns].reshape(b, rows, columns, patch, patch, c)
    return parts.transpose(0, 1, 3, 2, 4, 5).reshape(b, rows * patch, columns * patch, c)
""",
        "no error for the length": """
def unpatchify(tokens, patch, columns):
    b, t, length = tokens.shape
    if t % columns: raise ValueError
    rows, c = t // columns, length // patch ** 2
    parts = tokens[..., :patch * patch * c].reshape(b, rows, columns, patch, patch, c)
    return parts.transpose(0, 1, 3, 2, 4, 5).reshape(b, rows * patch, columns * patch, c)
""",
        "an assertion instead of a ValueError": """
def unpatchify(tokens, patch, columns):
    b, t, length = tokens.shape
    assert t % columns == 0 and length % patch ** 2 == 0
    rows, c = t // columns, length // patch ** 2
    parts = tokens.reshape(b, rows, columns, patch, patch, c)
    return parts.transpose(0, 1, 3, 2, 4, 5).reshape(b, rows * patch, columns * patch, c)
""",
    },
    "vit_costs": {
        "the class token forgotten": COSTS
        + """
    p = (i + 1) * w + t * w + depth * (12 * w * w + 13 * w) + 2 * w + (w + 1) * classes
    return t, p, t * i * w + depth * (12 * t * w * w + 2 * t * t * w) + w * classes
""",
        "biases forgotten": COSTS
        + """
    p = i * w + w + n * w + depth * (12 * w * w + 4 * w) + 2 * w + w * classes
    return n, p, t * i * w + depth * (12 * n * w * w + 2 * n * n * w) + w * classes
""",
        "the class token has no position": COSTS
        + """
    p = (i + 1) * w + w + t * w + depth * (12 * w * w + 13 * w) + 2 * w + (w + 1) * classes
    return n, p, t * i * w + depth * (12 * n * w * w + 2 * n * n * w) + w * classes
""",
        "layer normalization forgotten": COSTS
        + """
    p = (i + 1) * w + w + n * w + depth * (12 * w * w + 9 * w) + (w + 1) * classes
    return n, p, t * i * w + depth * (12 * n * w * w + 2 * n * n * w) + w * classes
""",
        "the last layer normalization forgotten": COSTS
        + """
    p = (i + 1) * w + w + n * w + depth * (12 * w * w + 13 * w) + (w + 1) * classes
    return n, p, t * i * w + depth * (12 * n * w * w + 2 * n * n * w) + w * classes
""",
        "no output layer in attention": COSTS
        + """
    p = (i + 1) * w + w + n * w + depth * (11 * w * w + 12 * w) + 2 * w + (w + 1) * classes
    return n, p, t * i * w + depth * (11 * n * w * w + 2 * n * n * w) + w * classes
""",
        "each head has the whole width": COSTS
        + """
    p = (i + 1) * w + w + n * w + depth * (3 * heads * (w * w + w) + 9 * w * w + 10 * w) + 2 * w + (w + 1) * classes
    return n, p, t * i * w + depth * (12 * n * w * w + 2 * heads * n * n * w) + w * classes
""",
        "grey images": COSTS
        + """
    p = (i // 3 + 1) * w + w + n * w + depth * (12 * w * w + 13 * w) + 2 * w + (w + 1) * classes
    return n, p, t * i // 3 * w + depth * (12 * n * w * w + 2 * n * n * w) + w * classes
""",
        "one block": COSTS
        + """
    p = (i + 1) * w + w + n * w + (12 * w * w + 13 * w) + 2 * w + (w + 1) * classes
    return n, p, t * i * w + (12 * n * w * w + 2 * n * n * w) + w * classes
""",
        "attention without its products": COSTS
        + """
    p = (i + 1) * w + w + n * w + depth * (12 * w * w + 13 * w) + 2 * w + (w + 1) * classes
    return n, p, t * i * w + depth * 12 * n * w * w + w * classes
""",
        "attention with one product": COSTS
        + """
    p = (i + 1) * w + w + n * w + depth * (12 * w * w + 13 * w) + 2 * w + (w + 1) * classes
    return n, p, t * i * w + depth * (12 * n * w * w + n * n * w) + w * classes
""",
        "logits of all tokens": COSTS
        + """
    p = (i + 1) * w + w + n * w + depth * (12 * w * w + 13 * w) + 2 * w + (w + 1) * classes
    return n, p, t * i * w + depth * (12 * n * w * w + 2 * n * n * w) + n * w * classes
""",
        "operations, two for each multiply-add": COSTS
        + """
    p = (i + 1) * w + w + n * w + depth * (12 * w * w + 13 * w) + 2 * w + (w + 1) * classes
    return n, p, 2 * (t * i * w + depth * (12 * n * w * w + 2 * n * n * w) + w * classes)
""",
        "floats": COSTS
        + """
    n, t = (image_size / patch) ** 2 + 1, (image_size / patch) ** 2
    p = (i + 1) * w + w + n * w + depth * (12 * w * w + 13 * w) + 2 * w + (w + 1) * classes
    return n, p, t * i * w + depth * (12 * n * w * w + 2 * n * n * w) + w * classes
""",
        "parameters alone": COSTS
        + """
    return (i + 1) * w + w + n * w + depth * (12 * w * w + 13 * w) + 2 * w + (w + 1) * classes
""",
    },
    "attention": {
        "no division": """
def attention(queries, keys, values):
    s = queries @ np.swapaxes(keys, -1, -2)
    e = np.exp(s - s.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True) @ values
""",
        "division by d": """
def attention(queries, keys, values):
    s = queries @ np.swapaxes(keys, -1, -2) / queries.shape[-1]
    e = np.exp(s - s.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True) @ values
""",
        "the root of the number of keys": """
def attention(queries, keys, values):
    s = queries @ np.swapaxes(keys, -1, -2) / np.sqrt(len(keys))
    e = np.exp(s - s.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True) @ values
""",
        "the root of the values' length": """
def attention(queries, keys, values):
    s = queries @ np.swapaxes(keys, -1, -2) / np.sqrt(values.shape[-1])
    e = np.exp(s - s.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True) @ values
""",
        "softmax over the queries": """
def attention(queries, keys, values):
    s = queries @ np.swapaxes(keys, -1, -2) / np.sqrt(queries.shape[-1])
    e = np.exp(s - s.max(axis=-2, keepdims=True))
    return e / e.sum(axis=-2, keepdims=True) @ values
""",
        "softmax over everything": """
def attention(queries, keys, values):
    s = queries @ np.swapaxes(keys, -1, -2) / np.sqrt(queries.shape[-1])
    e = np.exp(s - s.max())
    return e / e.sum() @ values
""",
        "no axes in front": """
def attention(queries, keys, values):
    s = queries @ keys.T / np.sqrt(queries.shape[-1])
    e = np.exp(s - s.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True) @ values
""",
        "axes counted from the front": """
def attention(queries, keys, values):
    s = queries @ np.swapaxes(keys, -1, -2) / np.sqrt(queries.shape[1])
    e = np.exp(s - s.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True) @ values
""",
        "overflow": """
def attention(queries, keys, values):
    e = np.exp(queries @ np.swapaxes(keys, -1, -2) / np.sqrt(queries.shape[-1]))
    return e / e.sum(axis=-1, keepdims=True) @ values
""",
        "no softmax": """
def attention(queries, keys, values):
    return queries @ np.swapaxes(keys, -1, -2) / np.sqrt(queries.shape[-1]) @ values
""",
        "the shares without the values": """
def attention(queries, keys, values):
    s = queries @ np.swapaxes(keys, -1, -2) / np.sqrt(queries.shape[-1])
    e = np.exp(s - s.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)
""",
        "one maximum for all queries": """
def attention(queries, keys, values):
    s = queries @ np.swapaxes(keys, -1, -2) / np.sqrt(queries.shape[-1])
    e = np.exp(s - s.max())
    return e / e.sum(axis=-1, keepdims=True) @ values
""",
    },
    "multi_head": {
        "one head": MULTI_HEAD
        + """
    return attention(queries, keys, values)
""",
        "split and merged by reshape alone": MULTI_HEAD
        + """
    split = lambda t: t.reshape(b, heads, -1, d)
    return attention(split(queries), split(keys), split(values)).reshape(b, n, w)
""",
        "split by reshape alone": MULTI_HEAD
        + """
    split = lambda t: t.reshape(b, heads, -1, d)
    return attention(split(queries), split(keys), split(values)).transpose(0, 2, 1, 3).reshape(b, n, w)
""",
        "merged by reshape alone": MULTI_HEAD
        + """
    split = lambda t: t.reshape(b, -1, heads, d).transpose(0, 2, 1, 3)
    return attention(split(queries), split(keys), split(values)).reshape(b, n, w)
""",
        "every second column": MULTI_HEAD
        + """
    out = np.empty((b, n, w))
    for h in range(heads):
        out[..., h::heads] = attention(queries[..., h::heads], keys[..., h::heads], values[..., h::heads])
    return np.concatenate([out[..., h::heads] for h in range(heads)], axis=-1)
""",
        "the scale of the whole width": MULTI_HEAD
        + """
    split = lambda t: t.reshape(b, -1, heads, d).transpose(0, 2, 1, 3)
    s = split(queries) @ split(keys).transpose(0, 1, 3, 2) / np.sqrt(w)
    e = np.exp(s - s.max(axis=-1, keepdims=True))
    return (e / e.sum(axis=-1, keepdims=True) @ split(values)).transpose(0, 2, 1, 3).reshape(b, n, w)
""",
        "the mean of the heads": MULTI_HEAD
        + """
    split = lambda t: t.reshape(b, -1, heads, d).transpose(0, 2, 1, 3)
    return attention(split(queries), split(keys), split(values)).mean(axis=1)
""",
        "the heads exchange tokens": MULTI_HEAD
        + """
    split = lambda t: t.reshape(b, -1, heads, d)
    return attention(split(queries), split(keys), split(values)).reshape(b, n, w)
""",
        "the number of queries for that of keys": MULTI_HEAD
        + """
    split = lambda t: t.reshape(b, n, heads, d).transpose(0, 2, 1, 3)
    return attention(split(queries), split(keys), split(values)).transpose(0, 2, 1, 3).reshape(b, n, w)
""",
        "the rest of the width is left out": """
def multi_head(queries, keys, values, heads):
    d = queries.shape[-1] // heads
    parts = [slice(h * d, h * d + d) for h in range(heads)]
    return np.concatenate([attention(queries[..., p], keys[..., p], values[..., p]) for p in parts], axis=-1)
""",
        "returns the error": """
def multi_head(queries, keys, values, heads):
    if queries.shape[-1] % heads: return ValueError("heads")
    d = queries.shape[-1] // heads
    parts = [slice(h * d, h * d + d) for h in range(heads)]
    return np.concatenate([attention(queries[..., p], keys[..., p], values[..., p]) for p in parts], axis=-1)
""",
    },
    "resize_positions": {
        "corners on corners": RESIZE
        + """
    for axis in (0, 1):
        places = np.linspace(0, old[axis] - 1, new[axis])
        grid = np.apply_along_axis(lambda line: np.interp(places, np.arange(old[axis]), line), axis, grid)
    return np.concatenate([table[:1], grid.reshape(-1, table.shape[1])])
""",
        "the nearest place": RESIZE
        + """
    rows, columns = (np.arange(new[a]) * old[a] // new[a] for a in (0, 1))
    return np.concatenate([table[:1], grid[rows][:, columns].reshape(-1, table.shape[1])])
""",
        "without the half": RESIZE
        + """
    for axis in (0, 1):
        places = np.arange(new[axis]) * old[axis] / new[axis]
        grid = np.apply_along_axis(lambda line: np.interp(places, np.arange(old[axis]), line), axis, grid)
    return np.concatenate([table[:1], grid.reshape(-1, table.shape[1])])
""",
        "beyond the edge": RESIZE
        + """
    for axis in (0, 1):
        a, b = old[axis], new[axis]
        places = (np.arange(b) + 0.5) * a / b - 0.5
        low = np.clip(np.floor(places).astype(int), 0, max(a - 2, 0))
        high = np.minimum(low + 1, a - 1)
        t = (places - low).reshape((-1, 1, 1) if axis == 0 else (1, -1, 1))
        grid = np.take(grid, low, axis) * (1 - t) + np.take(grid, high, axis) * t
    return np.concatenate([table[:1], grid.reshape(-1, table.shape[1])])
""",
        "the class token lost": RESIZE
        + """
    for axis in (0, 1):
        places = (np.arange(new[axis]) + 0.5) * old[axis] / new[axis] - 0.5
        grid = np.apply_along_axis(lambda line: np.interp(places, np.arange(old[axis]), line), axis, grid)
    return grid.reshape(-1, table.shape[1])
""",
        "the class token at the end": RESIZE
        + """
    for axis in (0, 1):
        places = (np.arange(new[axis]) + 0.5) * old[axis] / new[axis] - 0.5
        grid = np.apply_along_axis(lambda line: np.interp(places, np.arange(old[axis]), line), axis, grid)
    return np.concatenate([grid.reshape(-1, table.shape[1]), table[:1]])
""",
        "rows and columns swapped": """
def resize_positions(table, old, new):
    if len(table) != 1 + old[0] * old[1]: raise ValueError
    old, new = old[::-1], new[::-1]
    grid = table[1:].reshape(*old, -1)
    for axis in (0, 1):
        places = (np.arange(new[axis]) + 0.5) * old[axis] / new[axis] - 0.5
        grid = np.apply_along_axis(lambda line: np.interp(places, np.arange(old[axis]), line), axis, grid)
    return np.concatenate([table[:1], grid.reshape(-1, table.shape[1])])
""",
        "one line of all places": """
def resize_positions(table, old, new):
    a, b = old[0] * old[1], new[0] * new[1]
    if len(table) != 1 + a: raise ValueError
    places = (np.arange(b) + 0.5) * a / b - 0.5
    return np.concatenate([table[:1], np.apply_along_axis(lambda line: np.interp(places, np.arange(a), line), 0, table[1:])])
""",
        "the table's kind of numbers": RESIZE
        + """
    for axis in (0, 1):
        places = (np.arange(new[axis]) + 0.5) * old[axis] / new[axis] - 0.5
        grid = np.apply_along_axis(lambda line: np.interp(places, np.arange(old[axis]), line), axis, grid)
    return np.concatenate([table[:1], grid.reshape(-1, table.shape[1])]).astype(table.dtype)
""",
        "no error": """
def resize_positions(table, old, new):
    table = np.resize(table, (1 + old[0] * old[1], table.shape[1]))
    grid = table[1:].reshape(*old, -1)
    for axis in (0, 1):
        places = (np.arange(new[axis]) + 0.5) * old[axis] / new[axis] - 0.5
        grid = np.apply_along_axis(lambda line: np.interp(places, np.arange(old[axis]), line), axis, grid)
    return np.concatenate([table[:1], grid.reshape(-1, table.shape[1])])
""",
        "an error for too few rows only": """
def resize_positions(table, old, new):
    if len(table) < old[0] * old[1]: raise ValueError
    table = np.resize(table, (1 + old[0] * old[1], table.shape[1]))
    grid = table[1:].reshape(*old, -1)
    for axis in (0, 1):
        places = (np.arange(new[axis]) + 0.5) * old[axis] / new[axis] - 0.5
        grid = np.apply_along_axis(lambda line: np.interp(places, np.arange(old[axis]), line), axis, grid)
    return np.concatenate([table[:1], grid.reshape(-1, table.shape[1])])
""",
    },
    "attention_distance": {
        "in patches": """
def attention_distance(shares, columns, patch):
    a = shares[:, 1:, 1:] / shares[:, 1:, 1:].sum(axis=-1, keepdims=True)
    r, c = np.divmod(np.arange(a.shape[-1]), columns)
    return (a * np.hypot(r[:, None] - r, c[:, None] - c)).sum(axis=-1).mean(axis=-1)
""",
        "not divided again": """
def attention_distance(shares, columns, patch):
    a = shares[:, 1:, 1:]
    r, c = np.divmod(np.arange(a.shape[-1]), columns)
    return (a * patch * np.hypot(r[:, None] - r, c[:, None] - c)).sum(axis=-1).mean(axis=-1)
""",
        "the class token has a place": """
def attention_distance(shares, columns, patch):
    r, c = np.divmod(np.arange(shares.shape[-1]), columns)
    return (shares * patch * np.hypot(r[:, None] - r, c[:, None] - c)).sum(axis=-1).mean(axis=-1)
""",
        "steps instead of the straight line": """
def attention_distance(shares, columns, patch):
    a = shares[:, 1:, 1:] / shares[:, 1:, 1:].sum(axis=-1, keepdims=True)
    r, c = np.divmod(np.arange(a.shape[-1]), columns)
    return (a * patch * (abs(r[:, None] - r) + abs(c[:, None] - c))).sum(axis=-1).mean(axis=-1)
""",
        "columns taken for rows": """
def attention_distance(shares, columns, patch):
    a = shares[:, 1:, 1:] / shares[:, 1:, 1:].sum(axis=-1, keepdims=True)
    r, c = np.divmod(np.arange(a.shape[-1]), a.shape[-1] // columns)
    return (a * patch * np.hypot(r[:, None] - r, c[:, None] - c)).sum(axis=-1).mean(axis=-1)
""",
        "without the patch itself": """
def attention_distance(shares, columns, patch):
    a = shares[:, 1:, 1:] * (1 - np.eye(shares.shape[-1] - 1))
    a = a / np.maximum(a.sum(axis=-1, keepdims=True), 1e-12)
    r, c = np.divmod(np.arange(a.shape[-1]), columns)
    return (a * patch * np.hypot(r[:, None] - r, c[:, None] - c)).sum(axis=-1).mean(axis=-1)
""",
        "one mean over all heads": """
def attention_distance(shares, columns, patch):
    a = shares[:, 1:, 1:] / shares[:, 1:, 1:].sum(axis=-1, keepdims=True)
    r, c = np.divmod(np.arange(a.shape[-1]), columns)
    return (a * patch * np.hypot(r[:, None] - r, c[:, None] - c)).sum(axis=-1).mean()
""",
        "for each patch": """
def attention_distance(shares, columns, patch):
    a = shares[:, 1:, 1:] / shares[:, 1:, 1:].sum(axis=-1, keepdims=True)
    r, c = np.divmod(np.arange(a.shape[-1]), columns)
    return (a * patch * np.hypot(r[:, None] - r, c[:, None] - c)).sum(axis=-1)
""",
        "the mean instead of the sum": """
def attention_distance(shares, columns, patch):
    a = shares[:, 1:, 1:] / shares[:, 1:, 1:].sum(axis=-1, keepdims=True)
    r, c = np.divmod(np.arange(a.shape[-1]), columns)
    return (a * patch * np.hypot(r[:, None] - r, c[:, None] - c)).mean(axis=(1, 2))
""",
        "divided along the wrong axis": """
def attention_distance(shares, columns, patch):
    a = shares[:, 1:, 1:] / shares[:, 1:, 1:].sum(axis=-2, keepdims=True)
    r, c = np.divmod(np.arange(a.shape[-1]), columns)
    return (a * patch * np.hypot(r[:, None] - r, c[:, None] - c)).sum(axis=-1).mean(axis=-1)
""",
        "the square": """
def attention_distance(shares, columns, patch):
    a = shares[:, 1:, 1:] / shares[:, 1:, 1:].sum(axis=-1, keepdims=True)
    r, c = np.divmod(np.arange(a.shape[-1]), columns)
    return (a * patch * ((r[:, None] - r) ** 2 + (c[:, None] - c) ** 2)).sum(axis=-1).mean(axis=-1)
""",
    },
    "encoder_block": {
        "nothing mended": """
def encoder_block(x, wq, wk, wv, wo, w1, w2):
    def norm(t):
        return (t - t.mean(axis=0)) / np.sqrt(t.var(axis=0) + 1e-6)

    x = norm(x)
    scores = (x @ wq) @ (x @ wk).T
    shares = np.exp(scores) / np.exp(scores).sum(axis=0)
    h = x + shares @ (x @ wv) @ wo
    return h + np.maximum(norm(h) @ w1, 0) @ w2
""",
        "normalized along the tokens": """
def encoder_block(x, wq, wk, wv, wo, w1, w2):
    norm = lambda t: (t - t.mean(axis=0)) / np.sqrt(t.var(axis=0) + 1e-6)
    n = norm(x)
    s = (n @ wq) @ (n @ wk).T / np.sqrt(wq.shape[1])
    h = x + np.exp(s) / np.exp(s).sum(axis=1, keepdims=True) @ (n @ wv) @ wo
    return h + np.maximum(norm(h) @ w1, 0) @ w2
""",
        "the skip connection normalized": BLOCK
        + """
    x = norm(x)
    s = (x @ wq) @ (x @ wk).T / np.sqrt(wq.shape[1])
    h = x + np.exp(s) / np.exp(s).sum(axis=1, keepdims=True) @ (x @ wv) @ wo
    return h + np.maximum(norm(h) @ w1, 0) @ w2
""",
        "no scale": BLOCK
        + """
    n = norm(x)
    s = (n @ wq) @ (n @ wk).T
    h = x + np.exp(s) / np.exp(s).sum(axis=1, keepdims=True) @ (n @ wv) @ wo
    return h + np.maximum(norm(h) @ w1, 0) @ w2
""",
        "the scale of the width": BLOCK
        + """
    n = norm(x)
    s = (n @ wq) @ (n @ wk).T / np.sqrt(x.shape[1])
    h = x + np.exp(s) / np.exp(s).sum(axis=1, keepdims=True) @ (n @ wv) @ wo
    return h + np.maximum(norm(h) @ w1, 0) @ w2
""",
        "softmax over the queries": BLOCK
        + """
    n = norm(x)
    s = (n @ wq) @ (n @ wk).T / np.sqrt(wq.shape[1])
    h = x + np.exp(s) / np.exp(s).sum(axis=0) @ (n @ wv) @ wo
    return h + np.maximum(norm(h) @ w1, 0) @ w2
""",
        "axis 1 without keepdims": BLOCK
        + """
    n = norm(x)
    s = (n @ wq) @ (n @ wk).T / np.sqrt(wq.shape[1])
    h = x + np.exp(s) / np.exp(s).sum(axis=1) @ (n @ wv) @ wo
    return h + np.maximum(norm(h) @ w1, 0) @ w2
""",
        "attention without normalization": BLOCK
        + """
    s = (x @ wq) @ (x @ wk).T / np.sqrt(wq.shape[1])
    e = np.exp(s - s.max(axis=1, keepdims=True))
    h = x + e / e.sum(axis=1, keepdims=True) @ (x @ wv) @ wo
    return h + np.maximum(norm(h) @ w1, 0) @ w2
""",
        "the second skip connection starts from x": BLOCK
        + """
    n = norm(x)
    s = (n @ wq) @ (n @ wk).T / np.sqrt(wq.shape[1])
    h = x + np.exp(s) / np.exp(s).sum(axis=1, keepdims=True) @ (n @ wv) @ wo
    return x + np.maximum(norm(h) @ w1, 0) @ w2
""",
        "the second skip connection normalized": BLOCK
        + """
    n = norm(x)
    s = (n @ wq) @ (n @ wk).T / np.sqrt(wq.shape[1])
    h = norm(x + np.exp(s) / np.exp(s).sum(axis=1, keepdims=True) @ (n @ wv) @ wo)
    return h + np.maximum(h @ w1, 0) @ w2
""",
        "adds into x": BLOCK
        + """
    n = norm(x)
    s = (n @ wq) @ (n @ wk).T / np.sqrt(wq.shape[1])
    x += np.exp(s) / np.exp(s).sum(axis=1, keepdims=True) @ (n @ wv) @ wo
    return x + np.maximum(norm(x) @ w1, 0) @ w2
""",
        "one mean for all tokens": """
def encoder_block(x, wq, wk, wv, wo, w1, w2):
    norm = lambda t: (t - t.mean()) / np.sqrt(t.var() + 1e-6)
    n = norm(x)
    s = (n @ wq) @ (n @ wk).T / np.sqrt(wq.shape[1])
    h = x + np.exp(s) / np.exp(s).sum(axis=1, keepdims=True) @ (n @ wv) @ wo
    return h + np.maximum(norm(h) @ w1, 0) @ w2
""",
    },
    "vit_input": {
        "registers with positions": VIT_INPUT
        + """
    x = layers.Concatenate(axis=1)([Vectors(1)(x), x, Vectors(registers)(x)])
    return keras.Model(images, layers.Add()([x, Vectors(x.shape[1])(x)]))
""",
        "the class token without a position": VIT_INPUT
        + """
    x = layers.Add()([x, Vectors(x.shape[1])(x)])
    return keras.Model(images, layers.Concatenate(axis=1)([Vectors(1)(x), x, Vectors(registers)(x)]))
""",
        "registers in front of the patches": VIT_INPUT
        + """
    x = layers.Concatenate(axis=1)([Vectors(1)(x), x])
    x = layers.Add()([x, Vectors(x.shape[1])(x)])
    return keras.Model(images, ops.concatenate([x[:, :1], Vectors(registers)(x), x[:, 1:]], axis=1))
""",
        "registers in front of everything": VIT_INPUT
        + """
    x = layers.Concatenate(axis=1)([Vectors(1)(x), x])
    x = layers.Add()([x, Vectors(x.shape[1])(x)])
    return keras.Model(images, layers.Concatenate(axis=1)([Vectors(registers)(x), x]))
""",
        "the class token behind the patches": VIT_INPUT
        + """
    x = layers.Concatenate(axis=1)([x, Vectors(1)(x)])
    x = layers.Add()([x, Vectors(x.shape[1])(x)])
    return keras.Model(images, layers.Concatenate(axis=1)([x, Vectors(registers)(x)]))
""",
        "an activation": """
def vit_input(input_shape, patch, width, registers):
    if input_shape[0] % patch or input_shape[1] % patch: raise ValueError
    images = keras.Input(input_shape)
    x = layers.Reshape((-1, width))(layers.Conv2D(width, patch, strides=patch, activation="relu")(images))
    x = layers.Concatenate(axis=1)([Vectors(1)(x), x])
    x = layers.Add()([x, Vectors(x.shape[1])(x)])
    return keras.Model(images, layers.Concatenate(axis=1)([x, Vectors(registers)(x)]))
""",
        "no bias": """
def vit_input(input_shape, patch, width, registers):
    if input_shape[0] % patch or input_shape[1] % patch: raise ValueError
    images = keras.Input(input_shape)
    x = layers.Reshape((-1, width))(layers.Conv2D(width, patch, strides=patch, use_bias=False)(images))
    x = layers.Concatenate(axis=1)([Vectors(1)(x), x])
    x = layers.Add()([x, Vectors(x.shape[1])(x)])
    return keras.Model(images, layers.Concatenate(axis=1)([x, Vectors(registers)(x)]))
""",
        "the stride forgotten": """
def vit_input(input_shape, patch, width, registers):
    if input_shape[0] % patch or input_shape[1] % patch: raise ValueError
    images = keras.Input(input_shape)
    x = layers.Reshape((-1, width))(layers.Conv2D(width, patch)(images))
    x = layers.Concatenate(axis=1)([Vectors(1)(x), x])
    x = layers.Add()([x, Vectors(x.shape[1])(x)])
    return keras.Model(images, layers.Concatenate(axis=1)([x, Vectors(registers)(x)]))
""",
        "down the columns": """
def vit_input(input_shape, patch, width, registers):
    if input_shape[0] % patch or input_shape[1] % patch: raise ValueError
    images = keras.Input(input_shape)
    x = layers.Permute((2, 1, 3))(layers.Conv2D(width, patch, strides=patch)(images))
    x = layers.Reshape((-1, width))(x)
    x = layers.Concatenate(axis=1)([Vectors(1)(x), x])
    x = layers.Add()([x, Vectors(x.shape[1])(x)])
    return keras.Model(images, layers.Concatenate(axis=1)([x, Vectors(registers)(x)]))
""",
        "no positions": VIT_INPUT
        + """
    return keras.Model(images, layers.Concatenate(axis=1)([Vectors(1)(x), x, Vectors(registers)(x)]))
""",
        "no registers": VIT_INPUT
        + """
    x = layers.Concatenate(axis=1)([Vectors(1)(x), x])
    return keras.Model(images, layers.Add()([x, Vectors(x.shape[1])(x)]))
""",
        "registers of 0 that are not learned": VIT_INPUT
        + """
    x = layers.Concatenate(axis=1)([Vectors(1)(x), x])
    x = layers.Add()([x, Vectors(x.shape[1])(x)])
    return keras.Model(images, ops.pad(x, ((0, 0), (0, registers), (0, 0))))
""",
        "one register, repeated": VIT_INPUT
        + """
    x = layers.Concatenate(axis=1)([Vectors(1)(x), x])
    x = layers.Add()([x, Vectors(x.shape[1])(x)])
    return keras.Model(images, ops.concatenate([x, ops.repeat(Vectors(1)(x), registers, axis=1)], axis=1))
""",
        "positions multiplied": VIT_INPUT
        + """
    x = layers.Concatenate(axis=1)([Vectors(1)(x), x])
    x = layers.Multiply()([x, Vectors(x.shape[1])(x)])
    return keras.Model(images, layers.Concatenate(axis=1)([x, Vectors(registers)(x)]))
""",
        "no error": """
def vit_input(input_shape, patch, width, registers):
    images = keras.Input(input_shape)
    x = layers.Reshape((-1, width))(layers.Conv2D(width, patch, strides=patch)(images))
    x = layers.Concatenate(axis=1)([Vectors(1)(x), x])
    x = layers.Add()([x, Vectors(x.shape[1])(x)])
    return keras.Model(images, layers.Concatenate(axis=1)([x, Vectors(registers)(x)]))
""",
        "padding instead of an error": """
def vit_input(input_shape, patch, width, registers):
    images = keras.Input(input_shape)
    x = layers.Reshape((-1, width))(layers.Conv2D(width, patch, strides=patch, padding="same")(images))
    x = layers.Concatenate(axis=1)([Vectors(1)(x), x])
    x = layers.Add()([x, Vectors(x.shape[1])(x)])
    return keras.Model(images, layers.Concatenate(axis=1)([x, Vectors(registers)(x)]))
""",
        "an array instead of a model": """
def vit_input(input_shape, patch, width, registers):
    if input_shape[0] % patch or input_shape[1] % patch: raise ValueError
    x = np.zeros((1, *input_shape), "float32")
    x = layers.Reshape((-1, width))(layers.Conv2D(width, patch, strides=patch)(x))
    x = layers.Concatenate(axis=1)([Vectors(1)(x), x])
    x = layers.Add()([x, Vectors(x.shape[1])(x)])
    return layers.Concatenate(axis=1)([x, Vectors(registers)(x)])
""",
    },
    "larger_patches": {
        "a conclusion from the prediction": """
def larger_patches():
    sides = [2, 4, 7, 14, 28]
    return {"settings": sides, "predicted": "stays", "measured": [worth_of_positions(s) for s in sides], "conclusion": "stays"}
""",
        "the accuracy with positions instead of the difference": """
def larger_patches():
    sides = [2, 4, 14, 28]
    return {"settings": sides, "predicted": "stays", "measured": [accuracy(s, True) for s in sides], "conclusion": "stays"}
""",
        "the accuracy without positions": """
def larger_patches():
    sides = [2, 4, 14, 28]
    return {"settings": sides, "predicted": "grows", "measured": [accuracy(s, False) for s in sides], "conclusion": "grows"}
""",
        "made-up numbers": """
def larger_patches():
    return {"settings": [2, 4, 14, 28], "predicted": "falls", "measured": [0.5, 0.3, 0.1, 0.0], "conclusion": "falls"}
""",
        "too few sides": """
def larger_patches():
    sides = [2, 7, 28]
    return {"settings": sides, "predicted": "falls", "measured": [worth_of_positions(s) for s in sides], "conclusion": "falls"}
""",
        "a side that does not divide 28": """
def larger_patches():
    sides = [2, 4, 5, 14]
    return {"settings": sides, "predicted": "falls", "measured": [0.2355, 0.1385, 0.11, 0.034], "conclusion": "falls"}
""",
        "no prediction": """
def larger_patches():
    sides = [2, 4, 14, 28]
    return {"settings": sides, "predicted": "", "measured": [worth_of_positions(s) for s in sides], "conclusion": "falls"}
""",
        "one seed only": """
def larger_patches():
    sides = [2, 4, 14, 28]
    return {"settings": sides, "predicted": "falls", "measured": [accuracy(s, True) - accuracy(s, False) for s in sides], "conclusion": "falls"}
""",
        "the difference the other way round": """
def larger_patches():
    sides = [2, 4, 14, 28]
    return {"settings": sides, "predicted": "falls", "measured": [-worth_of_positions(s) for s in sides], "conclusion": "grows"}
""",
    },
}

RIGHT = {
    "patchify": {
        "loops": """
def patchify(images, patch):
    b, h, w, c = images.shape
    if h % patch != 0 or w % patch != 0:
        raise ValueError("patches do not fit")
    tokens = []
    for i in range(0, h, patch):
        for j in range(0, w, patch):
            tokens.append(images[:, i:i + patch, j:j + patch].reshape(b, -1))
    return np.stack(tokens, axis=1)
""",
        "np.split, as floats": """
def patchify(images, patch):
    if images.shape[1] % patch or images.shape[2] % patch:
        raise ValueError
    bands = np.split(images.astype(float), images.shape[1] // patch, axis=1)
    squares = [square for band in bands for square in np.split(band, images.shape[2] // patch, axis=2)]
    return np.array([square.reshape(len(images), -1) for square in squares]).swapaxes(0, 1)
""",
        "windows of NumPy": """
def patchify(images, patch):
    b, h, w, c = images.shape
    if h % patch or w % patch:
        raise ValueError(f"{h}x{w}")
    windows = np.lib.stride_tricks.sliding_window_view(images, (patch, patch), axis=(1, 2))[:, ::patch, ::patch]
    return np.einsum("bijcmn->bijmnc", windows).reshape(b, -1, patch * patch * c)
""",
    },
    "unpatchify": {
        "loops": """
def unpatchify(tokens, patch, columns):
    b, t, length = tokens.shape
    if t % columns or length % (patch * patch):
        raise ValueError
    rows, c = t // columns, length // (patch * patch)
    images = np.zeros((b, rows * patch, columns * patch, c))
    for k in range(t):
        i, j = k // columns * patch, k % columns * patch
        images[:, i:i + patch, j:j + patch, :] = tokens[:, k].reshape(b, patch, patch, c)
    return images
""",
        "joined in two directions": """
def unpatchify(tokens, patch, columns):
    b, t, length = tokens.shape
    if t % columns or length % patch ** 2:
        raise ValueError("not an image")
    squares = [tokens[:, k].reshape(b, patch, patch, -1) for k in range(t)]
    return np.concatenate([np.concatenate(squares[k:k + columns], axis=2) for k in range(0, t, columns)], axis=1)
""",
        "einsum": """
def unpatchify(tokens, patch, columns):
    b, t, length = np.shape(tokens)
    if t % columns != 0 or length % patch ** 2 != 0:
        raise ValueError
    parts = tokens.reshape(b, -1, columns, patch, patch, length // patch ** 2)
    return np.einsum("bijmnc->bimjnc", parts).reshape(b, t // columns * patch, columns * patch, -1)
""",
    },
    "vit_costs": {
        "one formula each": """
def vit_costs(image_size, patch, width, depth, heads, classes):
    t, i, w = (image_size // patch) ** 2, 3 * patch * patch, width
    n = t + 1
    p = (i + 1) * w + w + n * w + depth * (12 * w * w + 13 * w) + 2 * w + (w + 1) * classes
    return n, p, t * i * w + depth * (12 * n * w * w + 2 * n * n * w) + w * classes
""",
        "head by head, as a list of NumPy's integers": """
def vit_costs(image_size, patch, width, depth, heads, classes):
    patches = np.int64(image_size // patch) ** 2
    tokens = patches + 1
    parameters = 3 * patch ** 2 * width + width
    products = patches * 3 * patch ** 2 * width
    parameters += width + tokens * width
    for _ in range(depth):
        parameters += 2 * width
        for _ in range(heads):
            parameters += 3 * (width * (width // heads) + width // heads)
            products += 3 * tokens * width * (width // heads) + 2 * tokens * tokens * (width // heads)
        parameters += width * width + width
        products += tokens * width * width
        parameters += 2 * width + width * 4 * width + 4 * width + 4 * width * width + width
        products += 2 * tokens * width * 4 * width
    return [tokens, parameters + 2 * width + width * classes + classes, products + width * classes]
""",
        "an array": """
def vit_costs(image_size, patch, width, depth, heads, classes):
    side = len(range(0, image_size, patch))
    tokens, w = side * side + 1, width
    block = np.array([4 * w + 4 * (w * w + w) + 8 * w * w + 5 * w, tokens * 12 * w * w + 2 * tokens * tokens * w])
    rest = [(3 * patch * patch + 1) * w + w + tokens * w + 2 * w + w * classes + classes, (tokens - 1) * 3 * patch * patch * w + w * classes]
    return np.array([tokens, *(depth * block + rest)])
""",
    },
    "attention": {
        "einsum": """
def attention(queries, keys, values):
    scores = np.einsum("...nd,...md->...nm", queries, keys) / queries.shape[-1] ** 0.5
    scores = scores - np.max(scores, axis=-1, keepdims=True)
    shares = np.exp(scores)
    shares = shares / np.sum(shares, axis=-1, keepdims=True)
    return np.einsum("...nm,...mc->...nc", shares, values)
""",
        "loops over queries": """
def attention(queries, keys, values):
    if queries.ndim > 2:
        return np.stack([attention(*parts) for parts in zip(queries, keys, values)])
    rows = []
    for query in queries:
        scores = np.array([query @ key for key in keys]) / np.sqrt(len(query))
        shares = np.exp(scores - scores.max())
        rows.append(sum(share * value for share, value in zip(shares / shares.sum(), values)))
    return np.array(rows)
""",
        "SciPy's softmax, queries scaled first": """
def attention(queries, keys, values):
    from scipy.special import softmax
    return softmax((queries / np.sqrt(queries.shape[-1])) @ np.moveaxis(keys, -1, -2), axis=-1) @ values
""",
    },
    "multi_head": {
        "a loop over heads": """
def multi_head(queries, keys, values, heads):
    width = queries.shape[2]
    if width % heads != 0:
        raise ValueError("heads")
    size, parts = width // heads, []
    for start in range(0, width, size):
        parts.append(attention(queries[..., start:start + size], keys[..., start:start + size], values[..., start:start + size]))
    return np.concatenate(parts, axis=-1)
""",
        "np.split, which raises by itself": """
def multi_head(queries, keys, values, heads):
    split = lambda t: np.stack(np.split(t, heads, axis=-1))
    return np.concatenate(list(attention(split(queries), split(keys), split(values))), axis=-1)
""",
        "einsum, without attention": """
def multi_head(queries, keys, values, heads):
    b, n, w = queries.shape
    if w % heads:
        raise ValueError
    q, k, v = (t.reshape(b, -1, heads, w // heads) for t in (queries, keys, values))
    s = np.einsum("bnhd,bmhd->bhnm", q, k) / np.sqrt(w / heads)
    e = np.exp(s - s.max(axis=3, keepdims=True))
    return np.einsum("bhnm,bmhd->bnhd", e / e.sum(axis=3, keepdims=True), v).reshape(b, n, w)
""",
    },
    "resize_positions": {
        "matrices of shares": """
def resize_positions(table, old, new):
    if table.shape[0] != old[0] * old[1] + 1:
        raise ValueError
    def shares(a, b):
        places = np.clip((np.arange(b) + 0.5) * a / b - 0.5, 0, a - 1)
        return np.maximum(0, 1 - np.abs(places[:, None] - np.arange(a)))
    grid = table[1:].reshape(old[0], old[1], -1)
    grid = np.einsum("ia,jb,abw->ijw", shares(old[0], new[0]), shares(old[1], new[1]), grid)
    return np.vstack([table[:1], grid.reshape(new[0] * new[1], -1)])
""",
        "loops over places": """
def resize_positions(table, old, new):
    (rows, columns), (new_rows, new_columns) = old, new
    if len(table) - 1 != rows * columns:
        raise ValueError("rows")
    def sides(i, a, b):
        place = min(max((i + 0.5) * a / b - 0.5, 0), a - 1)
        low = int(place)
        return low, min(low + 1, a - 1), place - low
    out = [np.array(table[0], float)]
    for i in range(new_rows):
        up, down, s = sides(i, rows, new_rows)
        for j in range(new_columns):
            left, right, t = sides(j, columns, new_columns)
            at = lambda r, c: table[1 + r * columns + c]
            out.append((1 - s) * ((1 - t) * at(up, left) + t * at(up, right)) + s * ((1 - t) * at(down, left) + t * at(down, right)))
    return np.array(out)
""",
        "columns first, channel by channel": """
def resize_positions(table, old, new):
    if len(table) != 1 + old[0] * old[1]:
        raise ValueError
    places = [(np.arange(b) + 0.5) * a / b - 0.5 for a, b in zip(old, new)]
    maps = []
    for channel in table[1:].T:
        grid = channel.reshape(old)
        grid = np.array([np.interp(places[1], range(old[1]), row) for row in grid])
        grid = np.array([np.interp(places[0], range(old[0]), column) for column in grid.T]).T
        maps.append(grid.ravel())
    return np.concatenate([table[:1], np.stack(maps, axis=-1)])
""",
    },
    "attention_distance": {
        "loops": """
def attention_distance(shares, columns, patch):
    heads, count = len(shares), shares.shape[1] - 1
    result = []
    for h in range(heads):
        total = 0
        for i in range(count):
            row = shares[h, 1 + i, 1:] / shares[h, 1 + i, 1:].sum()
            for j in range(count):
                total += row[j] * patch * ((i // columns - j // columns) ** 2 + (i % columns - j % columns) ** 2) ** 0.5
        result.append(total / count)
    return np.array(result)
""",
        "centres in pixels, SciPy's distances": """
def attention_distance(shares, columns, patch):
    from scipy.spatial.distance import cdist
    count = shares.shape[-1] - 1
    centres = patch * (np.array([divmod(k, columns) for k in range(count)]) + 0.5)
    among = shares[:, 1:, 1:]
    return np.einsum("hij,ij->hi", among / among.sum(axis=2)[..., None], cdist(centres, centres)).mean(axis=1)
""",
        "np.average": """
def attention_distance(shares, columns, patch):
    count = shares.shape[-1] - 1
    places = np.array([complex(k % columns, k // columns) for k in range(count)]) * patch
    lines = np.abs(places[:, None] - places[None, :])
    return np.array([np.mean([np.average(lines[i], weights=head[i + 1, 1:]) for i in range(count)]) for head in shares])
""",
    },
    "encoder_block": {
        "with attention of task 4": """
def encoder_block(x, wq, wk, wv, wo, w1, w2):
    def norm(t):
        centred = t - t.mean(axis=-1, keepdims=True)
        return centred / np.sqrt((centred ** 2).mean(axis=-1, keepdims=True) + 1e-6)
    n = norm(x)
    h = x + attention(n @ wq, n @ wk, n @ wv) @ wo
    return h + np.maximum(norm(h) @ w1, 0) @ w2
""",
        "token by token": """
def encoder_block(x, wq, wk, wv, wo, w1, w2):
    norm = lambda row: (row - row.mean()) / np.sqrt(row.var() + 1e-6)
    n = np.array([norm(row) for row in x])
    q, k, v = n @ wq, n @ wk, n @ wv
    result = []
    for row, query in zip(x, q):
        e = np.exp(k @ query / np.sqrt(len(query)))
        h = row + (e / e.sum()) @ v @ wo
        inner = norm(h) @ w1
        result.append(h + (inner * (inner > 0)) @ w2)
    return np.array(result)
""",
        "everything transposed": """
def encoder_block(x, wq, wk, wv, wo, w1, w2):
    norm = lambda t: ((t.T - t.mean(axis=1)) / np.sqrt(t.var(axis=1) + 1e-6)).T
    n = norm(x)
    s = (n @ wk) @ (n @ wq).T / wk.shape[1] ** 0.5
    e = np.exp(s - s.max(axis=0))
    h = x + (e / e.sum(axis=0)).T @ (n @ wv) @ wo
    return h + (norm(h) @ w1).clip(0) @ w2
""",
    },
    "vit_input": {},
    "larger_patches": {
        "a prediction for each side, four sides in falling order": """
def larger_patches():
    sides = (28, 14, 4, 2)
    predicted = [0, 0.1, 0.1, 0.1]
    measured = []
    for side in sides:
        measured.append(worth_of_positions(side))
    return dict(settings=sides, predicted=predicted, measured=measured, conclusion="falls")
""",
        "arrays, measured by hand": """
def larger_patches():
    sides = np.array([4, 7, 14, 28])
    gain = [np.mean([accuracy(s, True, seed) - accuracy(s, False, seed) for seed in (0, 1)]) for s in sides]
    return {"settings": sides, "predicted": "grows", "measured": np.array(gain), "conclusion": "falls", "note": "one patch is no bag"}
""",
    },
}

HIDDEN_ONLY = {}  # wrong answers that no visible check can notice: task -> name -> why

# Keras knows many ways to write the same model.
CHECKED = """
def vit_input(input_shape, patch, width, registers):
    height, wide, channels = input_shape
    if height % patch or wide % patch:
        raise ValueError("patches do not fill the image")
    count = (height // patch) * (wide // patch)
    images = keras.Input(input_shape)
"""
PIECES = """
    x = ops.reshape(images, (-1, height // patch, patch, wide // patch, patch, channels))
    x = ops.reshape(ops.transpose(x, (0, 1, 3, 2, 4, 5)), (-1, count, patch * patch * channels))
"""
JOIN = """
    x = layers.Concatenate(axis=1)([Vectors(1)(x), x])
    x = x + Vectors(1 + count)(x)
    return keras.Model(images, layers.Concatenate(axis=1)([x, Vectors(registers)(x)]))
"""
RIGHT["vit_input"] = {
    "the functions of keras.ops": CHECKED
    + """
    grid = layers.Conv2D(filters=width, kernel_size=(patch, patch), strides=(patch, patch), padding="same")(images)
    x = ops.reshape(grid, (-1, count, width))
    x = ops.concatenate([Vectors(1)(x), x], axis=1)
    x = ops.add(x, Vectors(count + 1)(x))
    return keras.Model(inputs=images, outputs=ops.concatenate([x, Vectors(registers)(x)], axis=1), name="tokens")
""",
    "a Dense layer on patches cut by ops": CHECKED + PIECES + "    x = layers.Dense(width)(x)\n" + JOIN,
    "EinsumDense on patches": CHECKED
    + PIECES
    + '    x = layers.EinsumDense("btl,lw->btw", (count, width), bias_axes="w")(x)\n'
    + JOIN,
    "a convolution over a line of patches": CHECKED + PIECES + "    x = layers.Conv1D(width, 1)(x)\n" + JOIN,
    "Keras's extract_patches": CHECKED
    + """
    x = layers.Dense(width)(layers.Reshape((count, -1))(ops.image.extract_patches(images, patch)))
"""
    + JOIN,
    "embeddings of numbers": CHECKED
    + """
    x = layers.Reshape((count, width))(layers.Conv2D(width, patch, patch)(images))
    numbers = lambda n: layers.Lambda(lambda t: ops.tile(ops.expand_dims(ops.arange(n), 0), (ops.shape(t)[0], 1)), output_shape=(n,))
    first, last = layers.Embedding(1, width), layers.Embedding(registers, width)
    x = layers.Concatenate(axis=1)([first(numbers(1)(x)), x])
    x = layers.Add()([x, layers.Embedding(1 + count, width)(numbers(1 + count)(x))])
    return keras.Model(images, layers.Concatenate(axis=1)([x, last(numbers(registers)(x))]))
""",
    "the layers of vit.py": """
from course_lib.models.vit import ClassToken, Positions
"""
    + CHECKED
    + """
    x = layers.Reshape((-1, width))(layers.Conv2D(width, patch, strides=patch)(images))
    x = Positions()(ClassToken()(x))
    return keras.Model(images, layers.Concatenate(axis=1)([x, Vectors(registers)(x)]))
""",
    "one layer class of one's own for all vectors": """
class Around(layers.Layer):
    def __init__(self, registers):
        super().__init__()
        self.registers = registers

    def build(self, shape):
        _, count, width = shape
        self.last = self.add_weight(shape=(1, self.registers, width))
        self.table = self.add_weight(shape=(1, 1 + count, width))
        self.first = self.add_weight(shape=(1, 1, width))

    def call(self, patches):
        batch = ops.shape(patches)[0]
        first, last = (ops.tile(vectors, (batch, 1, 1)) for vectors in (self.first, self.last))
        return ops.concatenate([ops.concatenate([first, patches], axis=1) + self.table, last], axis=1)

    def compute_output_shape(self, shape):
        return shape[0], shape[1] + 1 + self.registers, shape[2]


def vit_input(input_shape, patch, width, registers):
    if input_shape[0] % patch or input_shape[1] % patch:
        raise ValueError
    convolution = layers.Conv2D(width, patch, strides=patch)
    return keras.Sequential([keras.Input(input_shape), convolution, layers.Reshape((-1, width)), Around(registers)])
""",
    "a model class of one's own": """
class Tokens(keras.Model):
    def __init__(self, count, patch, width, registers):
        super().__init__()
        self.patches = layers.Conv2D(width, patch, strides=patch)
        self.flat = layers.Reshape((count, width))
        self.first, self.places, self.last = Vectors(1), Vectors(1 + count), Vectors(registers)

    def call(self, images):
        x = self.flat(self.patches(images))
        x = ops.concatenate([self.first(x), x], axis=1)
        return ops.concatenate([x + self.places(x), self.last(x)], axis=1)


def vit_input(input_shape, patch, width, registers):
    if input_shape[0] % patch or input_shape[1] % patch:
        raise ValueError
    return Tokens(input_shape[0] // patch * (input_shape[1] // patch), patch, width, registers)
""",
    "a model class with weights of its own": """
class Tokens(keras.Model):
    def __init__(self, input_shape, patch, width, registers):
        super().__init__()
        self.patch, self.count, self.wide = patch, input_shape[0] // patch * (input_shape[1] // patch), width
        self.kernel = self.add_weight(shape=(patch, patch, input_shape[2], width))
        self.shift = self.add_weight(shape=(width,), initializer="zeros")
        self.token = self.add_weight(shape=(width,))
        self.places = self.add_weight(shape=(1 + self.count, width))
        self.registers = self.add_weight(shape=(registers, width))

    def call(self, images):
        x = ops.conv(images, self.kernel, strides=self.patch, padding="valid") + self.shift
        x = ops.reshape(x, (-1, self.count, self.wide))
        nothing = ops.zeros_like(x[:, :1])
        x = ops.concatenate([nothing + self.token, x], axis=1) + self.places
        return ops.concatenate([x, nothing + self.registers], axis=1)


def vit_input(input_shape, patch, width, registers):
    if input_shape[0] % patch or input_shape[1] % patch:
        raise ValueError
    return Tokens(input_shape, patch, width, registers)
""",
    "all tokens padded with 0, then added": CHECKED
    + """
    x = layers.Reshape((count, width))(layers.Conv2D(width, patch, strides=patch)(images))
    padded = layers.ZeroPadding1D((1, registers))(x)
    table = layers.ZeroPadding1D((0, registers))(Vectors(1 + count)(x))
    first = layers.ZeroPadding1D((0, count + registers))(Vectors(1)(x))
    last = layers.ZeroPadding1D((1 + count, 0))(Vectors(registers)(x))
    return keras.Model(images, layers.Add()([padded, table, first, last]))
""",
}
