"""Wrong answers that people really give to the exercises of chapter 03: task -> what went wrong -> code."""

# A residual block in Keras; each wrong answer changes one of its lines.
RESIDUAL_BLOCK = """
def residual_block(input_shape, filters, stride):
    x = images = keras.Input(input_shape)
    f = layers.Conv2D(filters, 3, strides=stride, padding="same", use_bias=False)(x)
    f = layers.BatchNormalization()(f)
    f = layers.ReLU()(f)
    f = layers.Conv2D(filters, 3, padding="same", use_bias=False)(f)
    f = layers.BatchNormalization()(f)
    if stride != 1 or input_shape[-1] != filters:
        x = layers.Conv2D(filters, 1, strides=stride, use_bias=False)(x)
        x = layers.BatchNormalization()(x)
    return keras.Model(images, layers.ReLU()(layers.Add()([f, x])))
"""

VGG = """
def vgg(configuration, input_shape, classes):
    x = images = keras.Input(input_shape)
    for entry in configuration:
        if entry == "M":
            x = layers.MaxPooling2D(2)(x)
        else:
            x = layers.Conv2D(entry, 3, padding="same", activation="relu")(x)
    x = layers.Flatten()(x)
    x = layers.Dense(32, activation="relu")(x)
    return keras.Model(images, layers.Dense(classes)(x))
"""

GROUPED = """
def grouped(input_shape, filters, groups):
    if input_shape[-1] % groups or filters % groups:
        raise ValueError
    images = keras.Input(input_shape)
    parts = ops.split(images, groups, axis=-1)
    maps = [layers.Conv2D(filters // groups, 3, padding="same")(part) for part in parts]
    return keras.Model(images, ops.concatenate(maps, axis=-1))
"""

MULTIPLY_ADDS = """
def multiply_adds(network, shape):
    height, width, channels = shape
    counts = []
    for kind, *numbers in network:
        if kind == "conv":
            size, filters, stride, padding, groups = numbers
            height = (height + 2 * padding - size) // stride + 1
            width = (width + 2 * padding - size) // stride + 1
            counts.append(height * width * filters * size * size * channels // groups)
            channels = filters
        elif kind == "pool":
            size, stride = numbers
            height = (height - size) // stride + 1
            width = (width - size) // stride + 1
            counts.append(0)
        else:
            counts.append(height * width * channels * numbers[0])
            height, width, channels = 1, 1, numbers[0]
    return counts
"""

BOTTLENECK = """
def bottleneck(shape, filters, stride):
    height, width, channels = shape
    wide = 4 * filters
    weights = channels * filters + 9 * filters * filters + filters * wide
    weights += 2 * (filters + filters + wide)
    if stride != 1 or channels != wide:
        weights += channels * wide + 2 * wide
    return (-(-height // stride), -(-width // stride), wide), weights
"""

SQUEEZE_EXCITE = """
def squeeze_excite(maps, w1, b1, w2, b2):
    squeezed = maps.mean(axis=(1, 2))
    hidden = np.maximum(squeezed @ w1 + b1, 0)
    gates = 1 / (1 + np.exp(-(hidden @ w2 + b2)))
    return maps * gates[:, None, None, :]
"""


def _but(code, *changes):
    """The code with some passages changed: old, new, old, new ..."""
    for old, new in zip(changes[::2], changes[1::2]):
        assert old in code, old
        code = code.replace(old, new)
    return code


WRONG = {
    "input_sizes": {
        "high left out": "def input_sizes(low, high, size, stride, padding):\n    return [w for w in range(low, high) if w + 2 * padding >= size and (w - size + 2 * padding) % stride == 0]",
        "padding counted once": "def input_sizes(low, high, size, stride, padding):\n    return [w for w in range(low, high + 1) if w + padding >= size and (w - size + padding) % stride == 0]",
        "padding forgotten": "def input_sizes(low, high, size, stride, padding):\n    return [w for w in range(low, high + 1) if w >= size and (w - size) % stride == 0]",
        "sizes below the kernel": "def input_sizes(low, high, size, stride, padding):\n    return [w for w in range(low, high + 1) if (w - size + 2 * padding) % stride == 0]",
        "multiples of the stride": "def input_sizes(low, high, size, stride, padding):\n    return [w for w in range(low, high + 1) if w + 2 * padding >= size and (w + 2 * padding) % stride == 0]",
        "the size of the output instead of the input": "def input_sizes(low, high, size, stride, padding):\n    return [(w - size + 2 * padding) // stride + 1 for w in range(low, high + 1) if w + 2 * padding >= size and (w - size + 2 * padding) % stride == 0]",
        "the output must divide": "def input_sizes(low, high, size, stride, padding):\n    return [w for w in range(low, high + 1) if w + 2 * padding >= size and (w - size + 2 * padding + 1) % stride == 0]",
        "kernel compared without the padding": "def input_sizes(low, high, size, stride, padding):\n    return [w for w in range(low, high + 1) if w >= size and (w - size + 2 * padding) % stride == 0]",
    },
    "grouped_parameters": {
        "groups ignored": "def grouped_parameters(size, channels, filters, groups):\n    if channels % groups or filters % groups: raise ValueError\n    return (size * size * channels + 1) * filters",
        "divided twice": "def grouped_parameters(size, channels, filters, groups):\n    if channels % groups or filters % groups: raise ValueError\n    return size * size * (channels // groups) * (filters // groups) + filters",
        "biases forgotten": "def grouped_parameters(size, channels, filters, groups):\n    if channels % groups or filters % groups: raise ValueError\n    return size * size * channels // groups * filters",
        "biases divided, too": "def grouped_parameters(size, channels, filters, groups):\n    if channels % groups or filters % groups: raise ValueError\n    return (size * size * channels + 1) * filters // groups",
        "a bias for each group and filter": "def grouped_parameters(size, channels, filters, groups):\n    if channels % groups or filters % groups: raise ValueError\n    return size * size * channels // groups * filters + groups * filters",
        "a float": "def grouped_parameters(size, channels, filters, groups):\n    if channels % groups or filters % groups: raise ValueError\n    return (size * size * channels / groups + 1) * filters",
        "filters not checked": "def grouped_parameters(size, channels, filters, groups):\n    if channels % groups: raise ValueError\n    return (size * size * (channels // groups) + 1) * filters",
        "channels not checked": "def grouped_parameters(size, channels, filters, groups):\n    if filters % groups: raise ValueError\n    return (size * size * (channels // groups) + 1) * filters",
    },
    "multiply_adds": {
        "padding forgotten": _but(
            MULTIPLY_ADDS, "height + 2 * padding - size", "height - size", "width + 2 * padding - size", "width - size"
        ),
        "groups ignored": _but(MULTIPLY_ADDS, " // groups", ""),
        "positions of the input, not of the output": _but(
            MULTIPLY_ADDS,
            "            height = (height + 2 * padding",
            "            counts.append(height * width * filters * size * size * channels // groups)\n            height = (height + 2 * padding",
            "            counts.append(height * width * filters * size * size * channels // groups)\n            channels",
            "            channels",
        ),
        "multiplications and additions counted apart": _but(
            MULTIPLY_ADDS, "counts.append(height * width *", "counts.append(2 * height * width *"
        ),
        "biases counted": _but(
            MULTIPLY_ADDS, "size * size * channels // groups)", "(size * size * channels // groups + 1))"
        ),
        "pooling does not shrink": _but(
            MULTIPLY_ADDS,
            "height = (height - size) // stride + 1",
            "pass",
            "width = (width - size) // stride + 1",
            "pass",
        ),
        "pooling counted": _but(
            MULTIPLY_ADDS, "counts.append(0)", "counts.append(height * width * channels * size * size)"
        ),
        "pooling left out of the list": _but(MULTIPLY_ADDS, "counts.append(0)", "pass"),
        "flattening forgotten": _but(
            MULTIPLY_ADDS,
            "counts.append(height * width * channels * numbers[0])",
            "counts.append(channels * numbers[0])",
        ),
        "the maps stay after a dense layer": _but(
            MULTIPLY_ADDS, "height, width, channels = 1, 1, numbers[0]", "channels = numbers[0]"
        ),
        "square maps only": _but(MULTIPLY_ADDS, "width = (width + 2 * padding - size) // stride + 1", "width = height"),
        "rounded up": _but(
            MULTIPLY_ADDS,
            "(height + 2 * padding - size) // stride + 1",
            "-(-(height + 2 * padding - size) // stride) + 1",
        ),
        "the sum": _but(MULTIPLY_ADDS, "return counts", "return sum(counts)"),
        "kernel counted in one dimension": _but(MULTIPLY_ADDS, "size * size", "size"),
        "channels of the image in all layers": _but(MULTIPLY_ADDS, "            channels = filters\n", ""),
    },
    "stack_of_3x3": {
        "a third": "def stack_of_3x3(size, channels):\n    if size % 2 == 0 or size < 3: raise ValueError\n    n = size // 3\n    return n, size**2 * channels**2, 9 * n * channels**2",
        "as many as cover the area": "def stack_of_3x3(size, channels):\n    if size % 2 == 0 or size < 3: raise ValueError\n    n = -(-size * size // 9)\n    return n, size**2 * channels**2, 9 * n * channels**2",
        "one too many": "def stack_of_3x3(size, channels):\n    if size % 2 == 0 or size < 3: raise ValueError\n    n = size // 2 + 1\n    return n, size**2 * channels**2, 9 * n * channels**2",
        "a float": "def stack_of_3x3(size, channels):\n    if size % 2 == 0 or size < 3: raise ValueError\n    n = (size - 1) / 2\n    return n, size**2 * channels**2, 9 * n * channels**2",
        "channels counted once": "def stack_of_3x3(size, channels):\n    if size % 2 == 0 or size < 3: raise ValueError\n    n = size // 2\n    return n, size**2 * channels, 9 * n * channels",
        "with biases": "def stack_of_3x3(size, channels):\n    if size % 2 == 0 or size < 3: raise ValueError\n    n = size // 2\n    return n, (size**2 * channels + 1) * channels, n * (9 * channels + 1) * channels",
        "one layer of the stack only": "def stack_of_3x3(size, channels):\n    if size % 2 == 0 or size < 3: raise ValueError\n    return size // 2, size**2 * channels**2, 9 * channels**2",
        "even sizes let through": "def stack_of_3x3(size, channels):\n    if size < 3: raise ValueError\n    n = size // 2\n    return n, size**2 * channels**2, 9 * n * channels**2",
        "1 let through": "def stack_of_3x3(size, channels):\n    if size % 2 == 0: raise ValueError\n    n = size // 2\n    return n, size**2 * channels**2, 9 * n * channels**2",
    },
    "bottleneck": {
        "projection only where the stride is not 1": _but(
            BOTTLENECK, "if stride != 1 or channels != wide:", "if stride != 1:"
        ),
        "projection only where the channels differ": _but(
            BOTTLENECK, "if stride != 1 or channels != wide:", "if channels != wide:"
        ),
        "projection only where both differ": _but(BOTTLENECK, "stride != 1 or channels", "stride != 1 and channels"),
        "always a projection": _but(BOTTLENECK, "if stride != 1 or channels != wide:", "if True:"),
        "channels compared with the narrow middle": _but(BOTTLENECK, "channels != wide:", "channels != filters:"),
        "no batch normalization in the projection": _but(BOTTLENECK, "channels * wide + 2 * wide", "channels * wide"),
        "moving statistics counted": _but(
            BOTTLENECK,
            "2 * (filters + filters + wide)",
            "4 * (filters + filters + wide)",
            "channels * wide + 2 * wide",
            "channels * wide + 4 * wide",
        ),
        "no batch normalization": _but(
            BOTTLENECK, "    weights += 2 * (filters + filters + wide)\n", "", " + 2 * wide", ""
        ),
        "rounded down": _but(
            BOTTLENECK, "(-(-height // stride), -(-width // stride), wide)", "(height // stride, width // stride, wide)"
        ),
        "3x3 without padding": _but(
            BOTTLENECK,
            "(-(-height // stride), -(-width // stride), wide)",
            "((height - 3) // stride + 1, (width - 3) // stride + 1, wide)",
        ),
        "no expansion": _but(BOTTLENECK, "4 * filters", "filters"),
        "the stride forgotten in the shape": _but(
            BOTTLENECK, "(-(-height // stride), -(-width // stride), wide)", "(height, width, wide)"
        ),
        "with biases": _but(BOTTLENECK, "filters * wide\n", "filters * wide + 2 * filters + wide\n"),
        "a flat tuple": _but(
            BOTTLENECK,
            "(-(-height // stride), -(-width // stride), wide), weights",
            "-(-height // stride), -(-width // stride), wide, weights",
        ),
    },
    "squeeze_excite": {
        "largest value instead of the mean": _but(SQUEEZE_EXCITE, "maps.mean(", "maps.max("),
        "mean over the batch, too": _but(
            SQUEEZE_EXCITE, "maps.mean(axis=(1, 2))", "maps.mean(axis=(0, 1, 2), keepdims=True)[0, 0]"
        ),
        "softmax instead of sigmoid": _but(
            SQUEEZE_EXCITE,
            "gates = 1 / (1 + np.exp(-(hidden @ w2 + b2)))",
            "e = np.exp(hidden @ w2 + b2)\n    gates = e / e.sum(axis=1, keepdims=True)",
        ),
        "no ReLU": _but(SQUEEZE_EXCITE, "np.maximum(squeezed @ w1 + b1, 0)", "squeezed @ w1 + b1"),
        "no sigmoid": _but(SQUEEZE_EXCITE, "1 / (1 + np.exp(-(hidden @ w2 + b2)))", "hidden @ w2 + b2"),
        "ReLU before the sigmoid": _but(SQUEEZE_EXCITE, "-(hidden @ w2 + b2)", "-np.maximum(hidden @ w2 + b2, 0)"),
        "sign of the exponent": _but(SQUEEZE_EXCITE, "np.exp(-(hidden @ w2 + b2))", "np.exp(hidden @ w2 + b2)"),
        "biases forgotten": _but(SQUEEZE_EXCITE, " + b1", "", " + b2", ""),
        "in place": _but(
            SQUEEZE_EXCITE, "return maps * gates[:, None, None, :]", "maps *= gates[:, None, None, :]\n    return maps"
        ),
        "added, not multiplied": _but(SQUEEZE_EXCITE, "maps * gates", "maps + gates"),
        "the gates only": _but(SQUEEZE_EXCITE, "maps * gates[:, None, None, :]", "gates"),
        "gates along the wrong axis": _but(SQUEEZE_EXCITE, "maps * gates[:, None, None, :]", "maps * gates"),
        "first image only": _but(SQUEEZE_EXCITE, "gates[:, None, None, :]", "gates[0]"),
    },
    "residual": {
        "as the friend wrote it": "def residual(x, w1, w2, projection):\n    shortcut = x\n    f = np.maximum(x @ w1, 0)\n    f = np.maximum(f @ w2, 0)\n    if f.shape != shortcut.shape:\n        channels = min(f.shape[2], shortcut.shape[2])\n        f, shortcut = f[:, :, :channels], shortcut[:, :, :channels]\n    shortcut += f\n    return shortcut",
        "ReLU before the addition only": "def residual(x, w1, w2, projection):\n    s = x if projection is None else x @ projection\n    return np.maximum(np.maximum(x @ w1, 0) @ w2, 0) + s",
        "ReLU before and after the addition": "def residual(x, w1, w2, projection):\n    s = x if projection is None else x @ projection\n    return np.maximum(np.maximum(np.maximum(x @ w1, 0) @ w2, 0) + s, 0)",
        "no ReLU at the end": "def residual(x, w1, w2, projection):\n    s = x if projection is None else x @ projection\n    return np.maximum(x @ w1, 0) @ w2 + s",
        "inner ReLU lost": "def residual(x, w1, w2, projection):\n    s = x if projection is None else x @ projection\n    return np.maximum(x @ w1 @ w2 + s, 0)",
        "still in place": "def residual(x, w1, w2, projection):\n    s = x if projection is None else x @ projection\n    s += np.maximum(x @ w1, 0) @ w2\n    return np.maximum(s, 0)",
        "ReLU in place": "def residual(x, w1, w2, projection):\n    s = x if projection is None else x @ projection\n    return np.maximum(s + np.maximum(x @ w1, 0) @ w2, 0, out=s)",
        "cut instead of projected": "def residual(x, w1, w2, projection):\n    f = np.maximum(x @ w1, 0) @ w2\n    n = min(x.shape[2], f.shape[2])\n    return np.maximum(f[:, :, :n] + x[:, :, :n], 0)",
        "zeros instead of a projection": "def residual(x, w1, w2, projection):\n    f = np.maximum(x @ w1, 0) @ w2\n    n = min(x.shape[2], f.shape[2])\n    f[:, :, :n] += x[:, :, :n]\n    return np.maximum(f, 0)",
        "projection only where the channels differ": "def residual(x, w1, w2, projection):\n    f = np.maximum(x @ w1, 0) @ w2\n    s = x if x.shape == f.shape else x @ projection\n    return np.maximum(f + s, 0)",
        "nothing added": "def residual(x, w1, w2, projection):\n    return np.maximum(np.maximum(x @ w1, 0) @ w2, 0)",
    },
    "vgg": {
        "padding forgotten": _but(VGG, ', padding="same"', ""),
        "softmax at the end": _but(VGG, "layers.Dense(classes)", 'layers.Dense(classes, activation="softmax")'),
        "convolutions without ReLU": _but(VGG, ', padding="same", activation="relu"', ', padding="same"'),
        "dense layer without ReLU": _but(VGG, 'layers.Dense(32, activation="relu")', "layers.Dense(32)"),
        "ReLU on the logits": _but(VGG, "layers.Dense(classes)", 'layers.Dense(classes, activation="relu")'),
        "hidden dense layer left out": _but(VGG, '    x = layers.Dense(32, activation="relu")(x)\n', ""),
        "average pooling": _but(VGG, "MaxPooling2D(2)", "AveragePooling2D(2)"),
        "pooling pads": _but(VGG, "MaxPooling2D(2)", 'MaxPooling2D(2, padding="same")'),
        "pooling with stride 1": _but(VGG, "MaxPooling2D(2)", "MaxPooling2D(2, strides=1)"),
        "global average pooling instead of flattening": _but(VGG, "Flatten()", "GlobalAveragePooling2D()"),
        "without biases": _but(
            VGG,
            'activation="relu")(x)\n    x = layers.Flatten',
            'activation="relu", use_bias=False)(x)\n    x = layers.Flatten',
        ),
        "each layer starts from the images": _but(
            VGG, 'activation="relu")(x)\n    x = layers.Flatten', 'activation="relu")(images)\n    x = layers.Flatten'
        ),
        "dropout before the last layer": _but(
            VGG, "layers.Dense(classes)(x)", "layers.Dense(classes)(layers.Dropout(0.5)(x))"
        ),
        "a list of layers": _but(
            VGG, "return keras.Model(images, layers.Dense(classes)(x))", "return [images, layers.Dense(classes)(x)]"
        ),
    },
    "residual_block": {
        "no ReLU at the end": _but(RESIDUAL_BLOCK, "layers.ReLU()(layers.Add()([f, x]))", "layers.Add()([f, x])"),
        "ReLU before the addition": _but(
            RESIDUAL_BLOCK, "layers.ReLU()(layers.Add()([f, x]))", "layers.Add()([layers.ReLU()(f), x])"
        ),
        "ReLU before and after the addition": _but(RESIDUAL_BLOCK, "[f, x]", "[layers.ReLU()(f), x]"),
        "no ReLU inside": _but(RESIDUAL_BLOCK, "    f = layers.ReLU()(f)\n", ""),
        "ReLU before the batch normalization": _but(
            RESIDUAL_BLOCK,
            "    f = layers.BatchNormalization()(f)\n    f = layers.ReLU()(f)\n",
            "    f = layers.ReLU()(f)\n    f = layers.BatchNormalization()(f)\n",
        ),
        "nothing added": _but(RESIDUAL_BLOCK, "layers.Add()([f, x])", "f"),
        "joined instead of added": _but(RESIDUAL_BLOCK, "layers.Add()", "layers.Concatenate()"),
        "biases": _but(RESIDUAL_BLOCK, ", use_bias=False", ""),
        "projection only where the channels differ": _but(
            RESIDUAL_BLOCK, "if stride != 1 or input_shape[-1] != filters:", "if input_shape[-1] != filters:"
        ),
        "projection only where the stride is not 1": _but(
            RESIDUAL_BLOCK, "if stride != 1 or input_shape[-1] != filters:", "if stride != 1:"
        ),
        "always a projection": _but(RESIDUAL_BLOCK, "if stride != 1 or input_shape[-1] != filters:", "if True:"),
        "no batch normalization in the projection": _but(
            RESIDUAL_BLOCK, "        x = layers.BatchNormalization()(x)\n", ""
        ),
        "ReLU in the projection": _but(
            RESIDUAL_BLOCK,
            "        x = layers.BatchNormalization()(x)\n",
            "        x = layers.ReLU()(layers.BatchNormalization()(x))\n",
        ),
        "pooling in the skip connection": _but(
            RESIDUAL_BLOCK,
            "x = layers.Conv2D(filters, 1, strides=stride, use_bias=False)(x)",
            "x = layers.Conv2D(filters, 1, use_bias=False)(layers.AveragePooling2D(stride, padding='same')(x))",
        ),
        "3x3 projection": _but(
            RESIDUAL_BLOCK,
            "layers.Conv2D(filters, 1, strides=stride,",
            "layers.Conv2D(filters, 3, padding='same', strides=stride,",
        ),
        "stride in the second convolution": _but(
            RESIDUAL_BLOCK,
            '3, strides=stride, padding="same"',
            '3, padding="same"',
            'f = layers.Conv2D(filters, 3, padding="same", use_bias=False)(f)',
            'f = layers.Conv2D(filters, 3, strides=stride, padding="same", use_bias=False)(f)',
        ),
        "only the second convolution in the branch": _but(
            RESIDUAL_BLOCK,
            "    f = layers.ReLU()(f)\n",
            "    f = layers.ReLU()(f)\n    x = f\n",
            "if stride != 1 or input_shape[-1] != filters:",
            "if False:",
        ),
        "one batch normalization for both": _but(
            RESIDUAL_BLOCK,
            "    x = images",
            "    norm = layers.BatchNormalization()\n    x = images",
            "layers.BatchNormalization()(f)",
            "norm(f)",
        ),
    },
    "grouped": {
        "one convolution shared by all groups": _but(
            GROUPED,
            "maps = [layers",
            "convolution = layers",
            '"same")(part) for part in parts]',
            '"same")\n    maps = [convolution(part) for part in parts]',
        ),
        "all filters in each group": _but(GROUPED, "filters // groups", "filters"),
        "every group sees everything": _but(GROUPED, "(part) for", "(images) for"),
        "channels interleaved": _but(
            GROUPED, "ops.split(images, groups, axis=-1)", "[images[..., k::groups] for k in range(groups)]"
        ),
        "joined in reverse": _but(GROUPED, "ops.concatenate(maps,", "ops.concatenate(maps[::-1],"),
        "filters shuffled": _but(
            GROUPED,
            "ops.concatenate(maps, axis=-1)",
            "ops.reshape(ops.stack(maps, axis=-1), (-1, *input_shape[:2], filters))",
        ),
        "added instead of joined": _but(GROUPED, "ops.concatenate(maps, axis=-1)", "ops.sum(ops.stack(maps), axis=0)"),
        "with ReLU": _but(GROUPED, 'padding="same"', 'padding="same", activation="relu"'),
        "without biases": _but(GROUPED, 'padding="same"', 'padding="same", use_bias=False'),
        "padding forgotten": _but(GROUPED, ', padding="same"', ""),
        "split along the height": _but(
            GROUPED,
            "split(images, groups, axis=-1)",
            "split(images, groups, axis=1)",
            "concatenate(maps, axis=-1)",
            "concatenate(maps, axis=1)",
        ),
        "an ordinary convolution": _but(
            GROUPED,
            "keras.Model(images, ops.concatenate(maps, axis=-1))",
            "keras.Model(images, layers.Conv2D(filters, 3, padding='same')(images))",
        ),
        "the argument groups": _but(
            GROUPED,
            "keras.Model(images, ops.concatenate(maps, axis=-1))",
            "keras.Model(images, layers.Conv2D(filters, 3, padding='same', groups=groups)(images))",
        ),
        "filters not checked": _but(
            GROUPED, "if input_shape[-1] % groups or filters % groups:", "if input_shape[-1] % groups:"
        ),
        "the rest left out": _but(
            GROUPED,
            "if input_shape[-1] % groups or filters % groups:",
            "if filters % groups:",
            "ops.split(images, groups, axis=-1)",
            "[images[..., k * (input_shape[-1] // groups):(k + 1) * (input_shape[-1] // groups)] for k in range(groups)]",
        ),
    },
}

RIGHT = {
    "input_sizes": {
        "the rest on the right": "def input_sizes(low, high, size, stride, padding):\n    return [s for s in range(low, high + 1) if (n := s + 2 * padding - size) >= 0 and n % stride == 0]",
        "with arrays": """
def input_sizes(low, high, size, stride, padding):
    sides = np.arange(low, high + 1)
    steps = sides + 2 * padding - size
    return list(sides[(steps >= 0) & (steps % stride == 0)])
""",
        "a loop": """
def input_sizes(low, high, size, stride, padding):
    result = []
    side = low
    while side <= high:
        places = range(0, side + 2 * padding - size + 1, stride)
        if len(places) > 0 and places[-1] + size == side + 2 * padding:
            result.append(side)
        side += 1
    return result
""",
    },
    "grouped_parameters": {
        "filter by filter": """
def grouped_parameters(size, channels, filters, groups):
    if channels % groups != 0 or filters % groups != 0:
        raise ValueError("not divisible")
    return sum(size ** 2 * (channels // groups) + 1 for _ in range(filters))
""",
        "group by group, a NumPy integer": """
def grouped_parameters(size, channels, filters, groups):
    c, left = divmod(channels, groups)
    f, rest = divmod(filters, groups)
    if left or rest:
        raise ValueError
    return groups * (np.prod([size, size, c, f]) + f)
""",
    },
    "multiply_adds": {
        "kind by kind": MULTIPLY_ADDS,
        "shapes carried along": """
def multiply_adds(network, shape):
    result = []
    for layer in network:
        if layer[0] == "dense":
            result.append(int(np.prod(shape)) * layer[1])
            shape = (layer[1],)
            continue
        h, w, c = shape
        if layer[0] == "pool":
            _, k, s = layer
            shape = (len(range(0, h - k + 1, s)), len(range(0, w - k + 1, s)), c)
            result.append(0)
        else:
            _, k, f, s, p, g = layer
            shape = (len(range(0, h + 2 * p - k + 1, s)), len(range(0, w + 2 * p - k + 1, s)), f)
            result.append(shape[0] * shape[1] * f * (k * k * c // g))
    return result
""",
    },
    "stack_of_3x3": {
        "a loop": """
def stack_of_3x3(size, channels):
    if size < 3 or size % 2 != 1:
        raise ValueError
    field, count = 3, 1
    while field < size:
        field += 2
        count += 1
    return count, (size * channels) ** 2, count * (3 * channels) ** 2
""",
        "half the size": """
def stack_of_3x3(size, channels):
    if size not in range(3, 10**6, 2):
        raise ValueError(f"{size} is even or too small")
    layers = size // 2
    one = channels * channels
    return (layers, one * size**2, 9 * one * layers)
""",
    },
    "bottleneck": {
        "rounded up": BOTTLENECK,
        "layer by layer": """
def bottleneck(shape, filters, stride):
    def convolution(size, inputs, outputs):
        return size * size * inputs * outputs + 2 * outputs

    h, w, c = shape
    total = convolution(1, c, filters) + convolution(3, filters, filters) + convolution(1, filters, 4 * filters)
    if not (stride == 1 and c == 4 * filters):
        total += convolution(1, c, 4 * filters)
    return ((h + 2 - 3) // stride + 1, (w + 2 - 3) // stride + 1, filters * 4), total
""",
    },
    "squeeze_excite": {
        "einsum": """
def squeeze_excite(maps, w1, b1, w2, b2):
    means = np.einsum("bhwc->bc", maps) / (maps.shape[1] * maps.shape[2])
    hidden = np.einsum("bc,cu->bu", means, w1) + b1
    hidden[hidden < 0] = 0
    gates = (1 + np.tanh((hidden @ w2 + b2) / 2)) / 2
    return np.einsum("bhwc,bc->bhwc", maps, gates)
""",
        "image by image": """
def squeeze_excite(maps, w1, b1, w2, b2):
    result = np.zeros(maps.shape)
    for n, image in enumerate(maps):
        z = image.reshape(-1, image.shape[-1]).mean(0)
        z = (z @ w1 + b1).clip(0)
        result[n] = image / (1 + np.exp(-(z @ w2) - b2))
    return result
""",
    },
    "residual": {
        "einsum and where": """
def residual(x, w1, w2, projection):
    hidden = np.einsum("hwc,cu->hwu", x, w1)
    hidden = np.where(hidden > 0, hidden, 0)
    total = np.einsum("hwu,uf->hwf", hidden, w2)
    total = total + (x if projection is None else np.einsum("hwc,cf->hwf", x, projection))
    return np.where(total > 0, total, 0)
""",
        "pixel by pixel": """
def residual(x, w1, w2, projection):
    if projection is None:
        projection = np.eye(x.shape[2])
    rows = []
    for row in x:
        rows.append([np.clip(np.clip(pixel @ w1, 0, None) @ w2 + pixel @ projection, 0, None) for pixel in row])
    return np.array(rows)
""",
    },
    "vgg": {
        "Sequential": """
def vgg(configuration, input_shape, classes):
    model = keras.Sequential([keras.Input(input_shape)])
    for entry in configuration:
        if entry == "M":
            model.add(layers.MaxPool2D((2, 2), strides=2))
        else:
            model.add(layers.Conv2D(entry, (3, 3), padding="same", activation="relu"))
    model.add(layers.Flatten())
    model.add(layers.Dense(32, activation="relu"))
    model.add(layers.Dense(classes))
    return model
""",
        "ReLU as a layer": """
def vgg(configuration, input_shape, classes):
    inputs = keras.Input(shape=input_shape)
    outputs = inputs
    for entry in configuration:
        if isinstance(entry, str):
            outputs = layers.MaxPooling2D(pool_size=2, strides=2)(outputs)
        else:
            outputs = layers.ReLU()(layers.Conv2D(entry, 3, padding="same")(outputs))
    outputs = layers.Reshape((-1,))(outputs)
    outputs = layers.Activation("relu")(layers.Dense(32)(outputs))
    return keras.Model(inputs=inputs, outputs=layers.Dense(classes, activation="linear")(outputs))
""",
    },
    "residual_block": {
        "plus instead of Add": """
def residual_block(input_shape, filters, stride):
    inputs = keras.Input(input_shape)
    y = layers.Conv2D(filters, (3, 3), stride, "same", use_bias=False)(inputs)
    y = layers.Activation("relu")(layers.BatchNormalization()(y))
    y = layers.BatchNormalization()(layers.Conv2D(filters, (3, 3), padding="same", use_bias=False)(y))
    skip = inputs
    if stride > 1 or inputs.shape[-1] != filters:
        skip = layers.Conv2D(filters, 1, stride, "same", use_bias=False)(skip)
        skip = layers.BatchNormalization()(skip)
    return keras.Model(inputs, ops.relu(y + skip))
""",
        "the skip connection first": """
def residual_block(input_shape, filters, stride):
    images = keras.Input(input_shape)
    same = stride == 1 and input_shape[2] == filters
    branch, skip = images, images
    for step in (stride, 1):
        if step is not stride or branch is not images:
            branch = layers.ReLU()(branch)
        branch = layers.Conv2D(filters, 3, strides=step, padding="same", use_bias=False)(branch)
        branch = layers.BatchNormalization()(branch)
    if not same:
        skip = layers.BatchNormalization()(layers.Conv2D(filters, 1, strides=stride, use_bias=False)(images))
    return keras.Model(images, keras.activations.relu(layers.add([skip, branch])))
""",
    },
    "grouped": {
        "slices": """
def grouped(input_shape, filters, groups):
    channels = input_shape[-1]
    if channels % groups != 0 or filters % groups != 0:
        raise ValueError("not divisible")
    images, width, results = keras.Input(input_shape), channels // groups, []
    for k in range(groups):
        part = images[:, :, :, k * width:(k + 1) * width]
        results.append(layers.Conv2D(filters // groups, (3, 3), padding="same")(part))
    return keras.Model(images, layers.Concatenate()(results) if groups > 1 else results[0])
""",
        "one list after the other": """
def grouped(input_shape, filters, groups):
    if any(count % groups for count in (input_shape[2], filters)):
        raise ValueError
    images = keras.Input(shape=input_shape)
    convolutions = [layers.Conv2D(filters // groups, 3, 1, "same", activation=None) for _ in range(groups)]
    parts = ops.split(images, groups, axis=3)
    maps = [convolution(part) for convolution, part in zip(convolutions, parts)]
    return keras.Model(images, keras.ops.concatenate(maps, 3))
""",
    },
}
