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


MANY_BLOCKS = """
def many_blocks():
    blocks = [1, 4, 8, 16, 32]
    return {"settings": blocks, "predicted": "stays", "measured": [likeness(depth) for depth in blocks], "conclusion": "grows"}
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
        "empties the list given": _but(MULTIPLY_ADDS, "    return counts", "    network.clear()\n    return counts"),
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
        "only a stride of 2 makes the map smaller": _but(BOTTLENECK, "if stride != 1 or", "if stride == 2 or"),
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
        "empties the list given": _but(
            VGG, "    for entry in configuration:\n", "    while configuration:\n        entry = configuration.pop(0)\n"
        ),
        "appends to the list given": _but(
            VGG,
            "    x = images",
            '    configuration += ["F"]\n    x = images',
            "in configuration:",
            "in configuration[:-1]:",
        ),
        "a list of layers": _but(
            VGG, "return keras.Model(images, layers.Dense(classes)(x))", "return [images, layers.Dense(classes)(x)]"
        ),
    },
    "residual_block": {
        "a frame of zeros all around, as in PyTorch": _but(
            RESIDUAL_BLOCK,
            'layers.Conv2D(filters, 3, strides=stride, padding="same", use_bias=False)(x)',
            "layers.Conv2D(filters, 3, strides=stride, use_bias=False)(layers.ZeroPadding2D(1)(x))",
        ),
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
    "many_blocks": {
        "what was expected instead of what was measured": _but(
            MANY_BLOCKS, "[likeness(depth) for depth in blocks]", "[0.1, 0.1, 0.1, 0.1, 0.1]", '"grows"', '"stays"'
        ),
        "conclusion from the prediction": _but(MANY_BLOCKS, '"grows"', '"stays"'),
        "the cosine grows, so the difference falls": _but(MANY_BLOCKS, '"grows"', '"falls"'),
        "without the residual connection": _but(MANY_BLOCKS, "likeness(depth)", "likeness(depth, shortcut=False)"),
        "a small branch": _but(MANY_BLOCKS, "likeness(depth)", "likeness(depth, scale=0.1)"),
        "few blocks only": _but(MANY_BLOCKS, "[1, 4, 8, 16, 32]", "[1, 2, 4, 8, 16]"),
        "many blocks only": _but(MANY_BLOCKS, "[1, 4, 8, 16, 32]", "[32, 40, 48, 56, 64]", '"grows"', '"stays"'),
        "too few measurements": _but(MANY_BLOCKS, "[1, 4, 8, 16, 32]", "[1, 8, 32]"),
        "no block at all is not allowed": _but(MANY_BLOCKS, "[1, 4, 8, 16, 32]", "[0, 4, 8, 16, 32]"),
        "one number twice": _but(MANY_BLOCKS, "[1, 4, 8, 16, 32]", "[1, 4, 4, 8, 32]"),
        "nothing predicted": _but(MANY_BLOCKS, '"stays"', "None"),
        "one measurement forgotten": _but(MANY_BLOCKS, "in blocks]", "in blocks[1:]]"),
        "the angle instead of its cosine": _but(MANY_BLOCKS, "[likeness(depth)", "[float(np.arccos(likeness(depth)))"),
        "one pair of vectors only": _but(
            MANY_BLOCKS,
            "[likeness(depth)",
            "[float(np.multiply(*through_blocks(np.eye(2, 128), depth, np.random.default_rng(0), 1, 1)).sum())",
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

# Keras knows many ways to write the same model.
LAYER_CLASSES = """
class Stage(layers.Layer):
    def __init__(self, filters, step=1, **keywords):
        super().__init__(**keywords)
        self.convolution = layers.Conv2D(filters, 3, strides=step, padding="same", use_bias=False)
        self.normalization = layers.BatchNormalization()

    def call(self, x, training=None):
        return self.normalization(self.convolution(x), training=training)


class Convolution(layers.Layer):
    def __init__(self, filters):
        super().__init__()
        self.filters = filters

    def build(self, shape):
        self.bias = self.add_weight(shape=(self.filters,), initializer="zeros", name="bias")
        self.kernel = self.add_weight(shape=(3, 3, shape[-1], self.filters), name="kernel")

    def call(self, x):
        return ops.conv(x, self.kernel, padding="same") + self.bias


def my_relu(x):
    return ops.maximum(x, 0)
"""
SUBCLASSED_VGG = """
class VGG(keras.Model):
    def __init__(self, configuration, classes):
        super().__init__()
        self.steps = [layers.MaxPooling2D(2) if entry == "M" else
                      layers.Conv2D(entry, 3, padding="same", activation="relu") for entry in configuration]
        self.flatten = layers.Flatten()
        self.hidden = layers.Dense(32, activation="relu")
        self.logits = layers.Dense(classes)

    def call(self, x):
        for step in self.steps:
            x = step(x)
        return self.logits(self.hidden(self.flatten(x)))


def vgg(configuration, input_shape, classes):
    return VGG(configuration, classes)
"""
RIGHT["vgg"] |= {
    "a class that is built when it is called": SUBCLASSED_VGG,
    "a class that is built by hand": _but(
        SUBCLASSED_VGG,
        "    return VGG(configuration, classes)",
        "    model = VGG(configuration, classes)\n    model.build((None, *input_shape))\n    return model",
    ),
    "a class whose last layer stands first": _but(
        SUBCLASSED_VGG,
        "        super().__init__()\n",
        "        super().__init__()\n        self.logits = layers.Dense(classes)\n",
        "        self.logits = layers.Dense(classes)\n\n",
        "\n",
    ),
    "a class of a functional model": """
class VGG(keras.Model):
    def __init__(self, configuration, input_shape, classes):
        images = keras.Input(input_shape)
        x = images
        for entry in configuration:
            x = layers.MaxPooling2D(2)(x) if entry == "M" else layers.Conv2D(entry, 3, padding="same", activation="relu")(x)
        x = layers.Dense(32, activation="relu")(layers.Flatten()(x))
        super().__init__(images, layers.Dense(classes)(x))
        self.configuration = list(configuration)


vgg = lambda configuration, input_shape, classes: VGG(configuration, input_shape, classes)
""",
    "activations called": _but(
        VGG,
        'layers.Conv2D(entry, 3, padding="same", activation="relu")(x)',
        'keras.activations.relu(layers.Conv2D(entry, 3, padding="same")(x))',
    ),
    "Lambda": _but(
        VGG,
        'layers.Conv2D(entry, 3, padding="same", activation="relu")(x)',
        'layers.Lambda(lambda t: ops.relu(t))(layers.Conv2D(entry, 3, padding="same")(x))',
    ),
    "an activation of one's own": LAYER_CLASSES + _but(VGG, 'activation="relu"', "activation=my_relu"),
    "a lambda as activation": _but(VGG, 'activation="relu"', "activation=lambda x: ops.where(x > 0, x, 0)"),
    "Activation of a function of ops": _but(
        VGG, 'layers.Dense(32, activation="relu")(x)', "layers.Activation(ops.relu)(layers.Dense(32)(x))"
    ),
    "a layer class of one's own": LAYER_CLASSES
    + _but(
        VGG,
        'layers.Conv2D(entry, 3, padding="same", activation="relu")(x)',
        "layers.ReLU()(Convolution(entry)(x))",
    ),
    "a subclass of Conv2D, registered": """
@keras.saving.register_keras_serializable("mine")
class Same(layers.Conv2D):
    def __init__(self, filters, **keywords):
        super().__init__(filters, 3, padding="same", activation="relu", **keywords)

    def get_config(self):
        return {"filters": self.filters, "name": self.name}

"""
    + _but(VGG, 'layers.Conv2D(entry, 3, padding="same", activation="relu")(x)', "Same(entry)(x)"),
    "nested models": """
def vgg(configuration, input_shape, classes):
    features = keras.Sequential([keras.Input(input_shape)], name="features")
    for entry in configuration:
        features.add(layers.MaxPooling2D() if entry == "M" else layers.Conv2D(entry, 3, padding="same", activation="relu"))
    head = keras.Sequential([layers.Flatten(), layers.Dense(32, activation="relu"), layers.Dense(classes)], name="head")
    images = keras.Input(input_shape)
    return keras.Model(images, head(features(images)))
""",
    "a Sequential that is built when it is called": """
def vgg(configuration, input_shape, classes):
    stack = [layers.MaxPooling2D() if entry == "M" else layers.Conv2D(entry, 3, padding="same", activation="relu") for entry in configuration]
    return keras.Sequential(stack + [layers.Flatten(), layers.Dense(32, activation="relu"), layers.Dense(classes)])
""",
    "shared layers, names of one's own, compiled": """
def vgg(configuration, input_shape, classes):
    pool, relu = layers.MaxPooling2D(2, name="pool"), layers.ReLU(name="relu")
    x = images = keras.Input(input_shape, name="pictures")
    for number, entry in enumerate(configuration):
        x = pool(x) if entry == "M" else relu(layers.Conv2D(entry, 3, padding="same", name=f"conv{number}")(x))
    x = relu(layers.Dense(32, name="fc", kernel_regularizer=keras.regularizers.L2(1e-4))(layers.Flatten()(x)))
    model = keras.Model(images, layers.Dense(classes, name="logits")(x), name="my_vgg")
    model.compile("adam", lambda truth, logits: ops.mean((truth - logits) ** 2), metrics=["mae"])
    return model
""",
    "constants of NumPy": _but(
        VGG,
        "    for entry",
        '    x = (x - np.zeros(input_shape, "float32")) * np.float32(1) + np.array(0.0, "float32")\n    for entry',
    ),
    "functions of ops": """
def vgg(configuration, input_shape, classes):
    x = images = keras.Input(input_shape)
    for entry in configuration:
        x = ops.max_pool(x, 2) if entry == "M" else ops.relu(layers.Conv2D(entry, 3, padding="same")(x))
    x = ops.reshape(x, (-1, int(np.prod(x.shape[1:]))))
    return keras.Model(images, layers.Dense(classes)(ops.maximum(layers.Dense(32)(x), 0)))
""",
    "a dict of inputs": _but(VGG, "keras.Model(images,", 'keras.Model({"images": images},'),
    "a list of inputs": _but(VGG, "keras.Model(images,", "keras.Model([images],"),
    "float64": _but(
        VGG, 'padding="same"', 'padding="same", dtype="float64"', "Dense(classes)", 'Dense(classes, dtype="float64")'
    ),
    "the largest of four slices": _but(
        VGG,
        "x = layers.MaxPooling2D(2)(x)",
        "h, w = x.shape[1] // 2 * 2, x.shape[2] // 2 * 2\n            x = ops.maximum(ops.maximum(x[:, 0:h:2, 0:w:2], x[:, 1:h:2, 0:w:2]), ops.maximum(x[:, 0:h:2, 1:w:2], x[:, 1:h:2, 1:w:2]))",
    ),
    "a Model whose call is TensorFlow": """
import tensorflow as tf


class Head(layers.Layer):
    def __init__(self, classes):
        super().__init__()
        self.hidden, self.logits = layers.Dense(32), layers.Dense(classes)

    def call(self, x):
        return self.logits(tf.nn.relu(self.hidden(tf.reshape(x, (tf.shape(x)[0], -1)))))

    def build(self, shape):
        self.hidden.build((None, int(np.prod(shape[1:]))))
        self.logits.build((None, 32))

    def compute_output_shape(self, shape):
        return (shape[0], self.logits.units)

"""
    + _but(
        VGG,
        '    x = layers.Flatten()(x)\n    x = layers.Dense(32, activation="relu")(x)\n',
        "",
        "layers.Dense(classes)(x)",
        "Head(classes)(x)",
    ),
    "an initializer of one's own": _but(
        VGG, "layers.Dense(32,", "layers.Dense(32, kernel_initializer=lambda shape, dtype=None: ops.ones(shape, dtype),"
    ),
    "a clone": _but(
        VGG, "return keras.Model(images, layers.Dense(classes)(x))", "return keras.models.clone_model(keras.Model(images, layers.Dense(classes)(x)))"
    ),
}  # fmt: skip
RIGHT["residual_block"] |= {
    "a layer class of one's own": LAYER_CLASSES
    + """

def residual_block(input_shape, filters, stride):
    images = keras.Input(input_shape)
    branch = Stage(filters)(layers.ReLU()(Stage(filters, stride)(images)))
    skip = images
    if stride != 1 or input_shape[-1] != filters:
        skip = layers.BatchNormalization()(layers.Conv2D(filters, 1, strides=stride, use_bias=False)(images))
    return keras.Model(images, layers.ReLU()(branch + skip))
""",
    "a class that is built when it is called": """
class Block(keras.Model):
    def __init__(self, filters, stride, projected):
        super().__init__()
        self.conv1 = layers.Conv2D(filters, 3, strides=stride, padding="same", use_bias=False)
        self.bn1 = layers.BatchNormalization()
        self.conv2 = layers.Conv2D(filters, 3, padding="same", use_bias=False)
        self.bn2 = layers.BatchNormalization()
        self.skip = keras.Sequential([layers.Conv2D(filters, 1, strides=stride, use_bias=False), layers.BatchNormalization()]) if projected else None

    def call(self, x, training=False):
        y = ops.relu(self.bn1(self.conv1(x), training=training))
        y = self.bn2(self.conv2(y), training=training)
        return ops.relu(y + (x if self.skip is None else self.skip(x, training=training)))


def residual_block(input_shape, filters, stride):
    return Block(filters, stride, stride != 1 or input_shape[-1] != filters)
""",
    "the projection sees a slice": _but(
        RESIDUAL_BLOCK,
        "layers.Conv2D(filters, 1, strides=stride, use_bias=False)(x)",
        "layers.Conv2D(filters, 1, use_bias=False)(x[:, ::stride, ::stride, ...])",
    ),
    "Lambda": _but(
        RESIDUAL_BLOCK,
        "layers.ReLU()(layers.Add()([f, x]))",
        "layers.Lambda(lambda pair: ops.maximum(pair[0] + pair[1], 0))([f, x])",
    ),
    "activations called": _but(
        RESIDUAL_BLOCK, "layers.ReLU()(f)", "keras.activations.relu(f)", "layers.ReLU()(layers", "ops.relu(layers"
    ),
    "an activation of one's own": LAYER_CLASSES
    + _but(RESIDUAL_BLOCK, "layers.ReLU()(f)", "layers.Activation(my_relu)(f)"),
    "rows and columns by ops.take": _but(
        RESIDUAL_BLOCK,
        "layers.Conv2D(filters, 1, strides=stride, use_bias=False)(x)",
        "layers.Conv2D(filters, 1, use_bias=False)(ops.take(ops.take(x, np.arange(0, input_shape[0], stride), axis=1), np.arange(0, input_shape[1], stride), axis=2))",
    ),
    "a constant of NumPy": _but(
        RESIDUAL_BLOCK, "layers.ReLU()(layers.Add()([f, x]))", "ops.maximum(f + x, np.zeros(filters, 'float32'))"
    ),
    "nested models": """
def residual_block(input_shape, filters, stride):
    branch = keras.Sequential([
        layers.Conv2D(filters, 3, strides=stride, padding="same", use_bias=False), layers.BatchNormalization(), layers.ReLU(),
        layers.Conv2D(filters, 3, padding="same", use_bias=False), layers.BatchNormalization()])
    skip = keras.Sequential([keras.Input(input_shape)])
    if stride != 1 or input_shape[-1] != filters:
        skip.add(layers.Conv2D(filters, 1, strides=stride, use_bias=False))
        skip.add(layers.BatchNormalization())
    x = keras.Input(input_shape)
    return keras.Model(x, layers.Activation("relu")(branch(x) + skip(x)))
""",
}
RIGHT["grouped"] |= {
    "slices with dots": _but(
        GROUPED,
        "ops.split(images, groups, axis=-1)",
        "[images[..., k * (input_shape[-1] // groups):(k + 1) * (input_shape[-1] // groups)] for k in range(groups)]",
    ),
    "ops.take with an array": _but(
        GROUPED,
        "ops.split(images, groups, axis=-1)",
        "[ops.take(images, numbers, axis=-1) for numbers in np.split(np.arange(input_shape[-1]), groups)]",
    ),
    "Lambda": _but(
        GROUPED,
        "ops.split(images, groups, axis=-1)",
        "[layers.Lambda(lambda t, k=k: ops.split(t, groups, axis=-1)[k])(images) for k in range(groups)]",
    ),
    "ops.slice": _but(
        GROUPED,
        "ops.split(images, groups, axis=-1)",
        "[layers.Lambda(lambda t, k=k, n=input_shape[-1] // groups: ops.slice(t, (0, 0, 0, k * n), (*ops.shape(t)[:3], n)))(images) for k in range(groups)]",
    ),
    "a reshape": _but(
        GROUPED,
        "parts = ops.split(images, groups, axis=-1)",
        "parts = ops.unstack(ops.reshape(images, (-1, *input_shape[:2], groups, input_shape[-1] // groups)), axis=3)",
    ),
    "the product with a matrix of NumPy": _but(
        GROUPED,
        "ops.split(images, groups, axis=-1)",
        '[images @ part for part in np.split(np.eye(input_shape[-1], dtype="float32"), groups, axis=1)]',
    ),
    "a layer class of one's own": LAYER_CLASSES
    + _but(
        GROUPED, 'layers.Conv2D(filters // groups, 3, padding="same")(part)', "Convolution(filters // groups)(part)"
    ),
    "all kernels, then all biases": """
class Grouped(layers.Layer):
    def __init__(self, filters, groups):
        super().__init__()
        self.filters, self.groups = filters, groups

    def build(self, shape):
        size = (3, 3, shape[-1] // self.groups, self.filters // self.groups)
        self.kernels = [self.add_weight(shape=size, name=f"kernel{k}") for k in range(self.groups)]
        self.biases = [self.add_weight(shape=size[3:], name=f"bias{k}") for k in range(self.groups)]

    def call(self, x):
        parts = ops.split(x, self.groups, axis=-1)
        return ops.concatenate([ops.conv(part, w, padding="same") + b for part, w, b in zip(parts, self.kernels, self.biases)], axis=-1)


def grouped(input_shape, filters, groups):
    if input_shape[-1] % groups or filters % groups:
        raise ValueError
    return keras.Sequential([keras.Input(input_shape), Grouped(filters, groups)])
""",
    "a class that is built when it is called": """
class Grouped(keras.Model):
    def __init__(self, filters, groups):
        super().__init__()
        self.branches = [layers.Conv2D(filters // groups, 3, padding="same") for _ in range(groups)]

    def call(self, images):
        parts = ops.split(images, len(self.branches), axis=-1)
        return ops.concatenate([branch(part) for branch, part in zip(self.branches, parts)], axis=-1)


def grouped(input_shape, filters, groups):
    if input_shape[-1] % groups or filters % groups:
        raise ValueError("not divisible")
    return Grouped(filters, groups)
""",
}
RIGHT["many_blocks"] = {
    "many measurements, predicted one by one": """
def many_blocks():
    blocks = [2, 3, 5, 10, 20, 40, 64]
    return {"settings": blocks, "predicted": [0.0] * 7, "measured": [likeness(d) for d in blocks], "conclusion": "grows"}
""",
    "arrays, from many to few": """
def many_blocks():
    blocks = np.array([36, 18, 9, 6, 3])
    return dict(settings=blocks, predicted="grows", measured=np.array(list(map(likeness, blocks))), conclusion="grows")
""",
    "rounded to three places": """
def many_blocks():
    record = {"settings": (1, 2, 4, 8, 48), "predicted": "falls", "measured": [], "conclusion": "grows"}
    for depth in record["settings"]:
        record["measured"].append(round(likeness(depth, True, 1), 3))
    return record
""",
}
