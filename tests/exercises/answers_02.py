"""Wrong answers that people really give to the exercises of chapter 02: task -> what went wrong -> code."""

POOL = """
def pool(image, size, stride, padding, kind):
    if padding >= size or kind not in ("max", "average"):
        raise ValueError
    padded = np.pad(image.astype(float), padding, constant_values=-np.inf if kind == "max" else np.nan)
    rows = range(0, padded.shape[0] - size + 1, stride)
    columns = range(0, padded.shape[1] - size + 1, stride)
    function = np.max if kind == "max" else np.nanmean
    return np.array([[function(padded[i:i + size, j:j + size]) for j in columns] for i in rows])
"""

PLACE = "result[2 * i + row, 2 * j + column] = gradient[i, j]"
BACKWARD = f"""
def max_pool_backward(image, gradient):
    result = np.zeros(image.shape)
    for i, j in np.ndindex(*gradient.shape):
        rows, columns = slice(2 * i, 2 * i + 2), slice(2 * j, 2 * j + 2)
        window = image[rows, columns]
        row, column = divmod(window.argmax(), 2)
        {PLACE}
    return result
"""

BLUR = """
def blur_pool(image):
    weights = np.outer([1, 2, 1], [1, 2, 1]) / 16
    padded = np.pad(image, 1, mode="edge")
    windows = np.lib.stride_tricks.sliding_window_view(padded, (3, 3))
    return (windows * weights).sum(axis=(2, 3))[::2, ::2]
"""

GLOBAL = """
def global_pool(maps, kind):
    if kind not in ("average", "max"):
        raise ValueError
    return maps.mean(axis=(1, 2)) if kind == "average" else maps.max(axis=(1, 2))
"""

HEAD = """
def head_parameters(map_shape, hidden, classes, kind):
    if kind not in ("flatten", "average"):
        raise ValueError
    inputs = map_shape[0] * map_shape[1] * map_shape[2] if kind == "flatten" else map_shape[2]
    total = 0
    for outputs in hidden + [classes]:
        total += inputs * outputs + outputs
        inputs = outputs
    return total
"""

LAYER = """
def output_layer(problem):
    units = problem.get("count")
    if problem["kind"] == "classes":
        return {"units": units, "loss_function": "sparse_categorical_crossentropy", "from_logits": True, "afterwards": "softmax"}
    if problem["kind"] == "yes or no":
        return {"units": 1, "loss_function": "binary_crossentropy", "from_logits": True, "afterwards": "sigmoid"}
    if problem["kind"] == "labels":
        return {"units": units, "loss_function": "binary_crossentropy", "from_logits": True, "afterwards": "sigmoid"}
    if problem["kind"] == "numbers":
        return {"units": units, "loss_function": "mean_squared_error", "from_logits": False, "afterwards": "nothing"}
    if problem["kind"] == "direction":
        return {"units": 2, "loss_function": "mean_squared_error", "from_logits": False, "afterwards": "nothing"}
    raise ValueError
"""

SOFTMAX = """
def softmax(logits):
    e = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)
"""

LOG = "z - np.log(e.sum(axis=1, keepdims=True))"
ENTROPY = f"""
def cross_entropy(logits, labels):
    z = logits - logits.max(axis=1, keepdims=True)
    e = np.exp(z)
    return -float(({LOG})[np.arange(len(labels)), labels].mean())
"""

STEP = """
def train_step(features, labels, weights, bias, rate):
    logits = features @ weights + bias
    exponents = np.exp(logits - logits.max(axis=1, keepdims=True))
    error = exponents / exponents.sum(axis=1, keepdims=True)
    error[np.arange(len(labels)), labels] -= 1
    error = error / len(labels)
    weights = weights - rate * features.T @ error
    bias = bias - rate * error.sum(axis=0)
    return weights, bias
"""


FARTHER = """
def farther():
    shifts = [1, 2, 4, 5, 6, 8]
    return {"settings": shifts, "predicted": "grows", "measured": [distance(shift) for shift in shifts], "conclusion": "neither"}
"""


def _but(right, *changes):
    """A right answer with mistakes put in: pairs of (what stood there, what stands there now)."""
    for old, new in zip(changes[::2], changes[1::2]):
        assert old in right, f"{old!r} does not stand in the answer"
        right = right.replace(old, new)
    return right


WRONG = {
    "pool": {
        "padding with zeros": _but(POOL, '-np.inf if kind == "max" else np.nan', "0"),
        "zeros for the average only": _but(POOL, "else np.nan)", "else 0)"),
        "zeros for the maximum only": _but(POOL, "-np.inf if", "0 if"),
        "edge values as padding": _but(POOL, 'constant_values=-np.inf if kind == "max" else np.nan', 'mode="edge"'),
        "divided by size squared": _but(POOL, "np.nanmean", "lambda window: np.nansum(window) / size**2"),
        "padding forgotten": _but(POOL, "(float), padding,", "(float), 0,"),
        "padding at the top and left only": _but(POOL, "(float), padding,", "(float), ((padding, 0), (padding, 0)),"),
        "stride forgotten": _but(POOL, " + 1, stride)", " + 1)"),
        "stride is the size": _but(POOL, " + 1, stride)", " + 1, size)"),
        "one place too few": _but(POOL, " - size + 1, stride)", " - size, stride)"),
        "windows that stick out": _but(POOL, " - size + 1, stride)", ", stride)"),
        "square images only": _but(POOL, "padded.shape[1] - size", "padded.shape[0] - size"),
        "rows and columns swapped": _but(POOL, "for j in columns] for i in rows", "for i in rows] for j in columns"),
        "always the maximum": _but(POOL, "else np.nanmean", "else np.nanmax"),
        "integers stay integers": _but(POOL, "for i in rows])", "for i in rows]).astype(image.dtype)"),
        "no error for wide padding": _but(POOL, "padding >= size or ", ""),
        "error only if padding is larger": _but(POOL, "padding >= size", "padding > size"),
        "no error for an unknown kind": _but(POOL, ' or kind not in ("max", "average")', ""),
    },
    "max_pool_backward": {
        "all equal maxima": _but(BACKWARD, PLACE, "result[rows, columns] = (window == window.max()) * gradient[i, j]"),
        "shared among equal maxima": _but(
            BACKWARD,
            PLACE,
            "result[rows, columns] = gradient[i, j] * (window == window.max()) / (window == window.max()).sum()",
        ),
        "the last maximum": _but(BACKWARD, "window.argmax()", "3 - window.ravel()[::-1].argmax()"),
        "column by column": _but(BACKWARD, "row, column = divmod(window", "column, row = divmod(window.T"),
        "row and column swapped": _but(BACKWARD, "row, column =", "column, row ="),
        "largest magnitude": _but(BACKWARD, "window.argmax()", "abs(window).argmax()"),
        "the value instead of the gradient": _but(BACKWARD, "= gradient[i, j]", "= window.max()"),
        "gradient times value": _but(BACKWARD, "= gradient[i, j]", "= gradient[i, j] * window.max()"),
        "that of average pooling": _but(BACKWARD, PLACE, "result[rows, columns] = gradient[i, j] / 4"),
        "everywhere in the window": _but(BACKWARD, PLACE, "result[rows, columns] = gradient[i, j]"),
        "integers cut the gradient": _but(BACKWARD, "np.zeros(image.shape)", "np.zeros_like(image)"),
        "even sizes only": _but(BACKWARD, "np.zeros(image.shape)", "np.zeros(2 * np.array(gradient.shape))"),
        "nothing where the maximum is negative": _but(BACKWARD, PLACE, f"if window.max() > 0: {PLACE}"),
    },
    "blur_pool": {
        "zeros outside": _but(BLUR, ', mode="edge"', ""),
        "mirrored outside": _but(BLUR, '"edge"', '"reflect"'),
        "no border": _but(BLUR, 'np.pad(image, 1, mode="edge")', "image"),
        "shrunk before it is blurred": _but(
            BLUR, "np.pad(image,", "np.pad(image[::2, ::2],", "(2, 3))[::2, ::2]", "(2, 3))"
        ),
        "shrunk without a blur": "def blur_pool(image):\n    return image[::2, ::2].astype(float)",
        "blurred but not shrunk": _but(BLUR, "[::2, ::2]", ""),
        "begins with number 1": _but(BLUR, "[::2, ::2]", "[1::2, 1::2]"),
        "across only": _but(BLUR, "np.outer([1, 2, 1], [1, 2, 1]) / 16", "np.outer([0, 1, 0], [1, 2, 1]) / 4"),
        "divided by 4 once": _but(BLUR, "/ 16", "/ 4"),
        "a plain mean of 9": _but(BLUR, "np.outer([1, 2, 1], [1, 2, 1]) / 16", "np.ones((3, 3)) / 9"),
        "a cross": _but(BLUR, "np.outer([1, 2, 1], [1, 2, 1]) / 16", "np.array([[0, 1, 0], [1, 4, 1], [0, 1, 0]]) / 8"),
        "the last odd row dropped": _but(
            BLUR, "[::2, ::2]", "[:image.shape[0] // 2 * 2:2, :image.shape[1] // 2 * 2:2]"
        ),
        "average pooling": "def blur_pool(image):\n    p = np.pad(image.astype(float), ((0, image.shape[0] % 2), (0, image.shape[1] % 2)), mode='edge')\n    return (p[::2, ::2] + p[1::2, ::2] + p[::2, 1::2] + p[1::2, 1::2]) / 4",
        "rounded down": _but(BLUR, " / 16", "", "[::2, ::2]", "[::2, ::2] // 16"),
    },
    "global_pool": {
        "over the batch, too": _but(GLOBAL, "axis=(1, 2)", "axis=(0, 1, 2)"),
        "batch and height": _but(GLOBAL, "axis=(1, 2)", "axis=(0, 1)"),
        "over the channels": _but(GLOBAL, "axis=(1, 2)", "axis=-1"),
        "channels first": _but(GLOBAL, "axis=(1, 2)", "axis=(2, 3)"),
        "height only": _but(GLOBAL, "axis=(1, 2)", "axis=1"),
        "axes of length 1 kept": _but(GLOBAL, "axis=(1, 2)", "axis=(1, 2), keepdims=True"),
        "sum instead of mean": _but(GLOBAL, "maps.mean", "maps.sum"),
        "the two swapped": _but(GLOBAL, '== "average"', '== "max"'),
        "never below zero": _but(GLOBAL, "maps.max(axis=(1, 2))", "np.maximum(maps.max(axis=(1, 2)), 0)"),
        "no error": "def global_pool(maps, kind):\n    return maps.mean(axis=(1, 2)) if kind == 'average' else maps.max(axis=(1, 2))",
    },
    "head_parameters": {
        "biases forgotten": _but(HEAD, " + outputs\n", "\n"),
        "one bias a layer": _but(HEAD, " + outputs\n", " + 1\n"),
        "biases of the inputs": _but(HEAD, " + outputs\n", " + inputs\n"),
        "output layer forgotten": _but(HEAD, "hidden + [classes]", "hidden"),
        "hidden layers ignored": _but(HEAD, "hidden + [classes]", "[classes]"),
        "inputs not carried on": _but(HEAD, "        inputs = outputs\n", ""),
        "only the last layer counted": _but(HEAD, "total +=", "total ="),
        "average leaves one number": _but(HEAD, "else map_shape[2]", "else 1"),
        "average leaves height times width": _but(HEAD, "else map_shape[2]", "else map_shape[0] * map_shape[1]"),
        "average like flatten": _but(HEAD, ' if kind == "flatten" else map_shape[2]', ""),
        "square maps only": _but(HEAD, "map_shape[0] * map_shape[1] *", "map_shape[0] ** 2 *"),
        "no error": _but(HEAD, 'kind not in ("flatten", "average")', "False"),
    },
    "output_layer": {
        "sigmoid for classes": _but(LAYER, '"softmax"', '"sigmoid"'),
        "softmax for labels": _but(
            LAYER,
            '"units": units, "loss_function": "binary_crossentropy", "from_logits": True, "afterwards": "sigmoid"',
            '"units": units, "loss_function": "sparse_categorical_crossentropy", "from_logits": True, "afterwards": "softmax"',
        ),
        "softmax with the loss of labels": _but(
            LAYER,
            '"units": units, "loss_function": "binary_crossentropy", "from_logits": True, "afterwards": "sigmoid"',
            '"units": units, "loss_function": "binary_crossentropy", "from_logits": True, "afterwards": "softmax"',
        ),
        "two units for yes or no": _but(
            LAYER,
            '"units": 1, "loss_function": "binary_crossentropy", "from_logits": True, "afterwards": "sigmoid"',
            '"units": 2, "loss_function": "sparse_categorical_crossentropy", "from_logits": True, "afterwards": "softmax"',
        ),
        "softmax over a single unit": _but(
            LAYER,
            '"units": 1, "loss_function": "binary_crossentropy", "from_logits": True, "afterwards": "sigmoid"',
            '"units": 1, "loss_function": "binary_crossentropy", "from_logits": True, "afterwards": "softmax"',
        ),
        "one unit for two classes": _but(
            LAYER,
            '    if problem["kind"] == "classes":\n',
            '    if problem["kind"] == "classes" and units == 2:\n        return {"units": 1, "loss_function": "binary_crossentropy", "from_logits": True, "afterwards": "sigmoid"}\n    if problem["kind"] == "classes":\n',
        ),
        "logits taken for probabilities": _but(LAYER, "True", "False"),
        "logits for the squared error": _but(LAYER, "False", "True"),
        "probabilities of yes or no only": _but(
            LAYER,
            '"units": 1, "loss_function": "binary_crossentropy", "from_logits": True',
            '"units": 1, "loss_function": "binary_crossentropy", "from_logits": False',
        ),
        "from_logits as a word": _but(LAYER, "True", '"True"'),
        "without from_logits": _but(LAYER, ', "from_logits": True', "", ', "from_logits": False', ""),
        "an activation of the layer": _but(LAYER, '"afterwards"', '"activation"'),
        "None instead of nothing": _but(LAYER, '"nothing"', "None"),
        "numbers between 0 and 1": _but(
            LAYER,
            '"units": units, "loss_function": "mean_squared_error", "from_logits": False, "afterwards": "nothing"',
            '"units": units, "loss_function": "mean_squared_error", "from_logits": False, "afterwards": "sigmoid"',
        ),
        "one number only": _but(
            LAYER,
            '"units": units, "loss_function": "mean_squared_error"',
            '"units": 1, "loss_function": "mean_squared_error"',
        ),
        "direction as an angle": _but(LAYER, '"units": 2', '"units": 1'),
        "direction as 360 classes": _but(
            LAYER,
            '"units": 2, "loss_function": "mean_squared_error", "from_logits": False, "afterwards": "nothing"',
            '"units": 360, "loss_function": "sparse_categorical_crossentropy", "from_logits": True, "afterwards": "softmax"',
        ),
        "direction between 0 and 1": _but(
            LAYER,
            '"units": 2, "loss_function": "mean_squared_error", "from_logits": False, "afterwards": "nothing"',
            '"units": 2, "loss_function": "mean_squared_error", "from_logits": False, "afterwards": "sigmoid"',
        ),
        "squared error for all": _but(
            LAYER, "sparse_categorical_crossentropy", "mean_squared_error", "binary_crossentropy", "mean_squared_error"
        ),
        "ten units always": _but(LAYER, 'units = problem.get("count")', "units = 10"),
        "no error": _but(
            LAYER,
            "raise ValueError",
            'return {"units": units, "loss_function": "mean_squared_error", "from_logits": False, "afterwards": "nothing"}',
        ),
        "the problem emptied": _but(LAYER, 'problem.get("count")', 'problem.pop("count", None)'),
    },
    "softmax": {
        "overflows": "def softmax(logits):\n    e = np.exp(logits)\n    return e / e.sum(axis=-1, keepdims=True)",
        "one maximum for all": _but(SOFTMAX, "logits.max(axis=-1, keepdims=True)", "logits.max()"),
        "over everything": _but(SOFTMAX, "e.sum(axis=-1, keepdims=True)", "e.sum()"),
        "over the first axis": _but(SOFTMAX, "axis=-1", "axis=0"),
        "over axis 1": _but(SOFTMAX, "axis=-1", "axis=min(1, logits.ndim - 1)"),
        "axis of length 1 lost": "def softmax(logits):\n    e = np.exp((logits.T - logits.max(axis=-1).T).T)\n    return e / e.sum(axis=-1)",
        "clipped": "def softmax(logits):\n    e = np.exp(np.clip(logits, -500, 500))\n    return e / e.sum(axis=-1, keepdims=True)",
        "NaN replaced": "def softmax(logits):\n    e = np.exp(logits)\n    return np.nan_to_num(e / e.sum(axis=-1, keepdims=True))",
        "minimum subtracted": _but(SOFTMAX, "logits.max(", "logits.min("),
        "divided by the maximum": _but(
            SOFTMAX, "logits - logits.max(axis=-1, keepdims=True)", "logits / abs(logits).max(axis=-1, keepdims=True)"
        ),
        "without the exponential": _but(SOFTMAX, "np.exp(logits - logits.max(axis=-1, keepdims=True))", "abs(logits)"),
        "sigmoid": "def softmax(logits):\n    return 0.5 + 0.5 * np.tanh(logits / 2)",
        "logits changed in place": "def softmax(logits):\n    logits -= logits.max(axis=-1, keepdims=True)\n    e = np.exp(logits)\n    return e / e.sum(axis=-1, keepdims=True)",
    },
    "cross_entropy": {
        "softmax, then logarithm": _but(ENTROPY, LOG, "np.log(e / e.sum(axis=1, keepdims=True))"),
        "clipped": _but(ENTROPY, LOG, "np.log(np.clip(e / e.sum(axis=1, keepdims=True), 1e-7, 1))"),
        "a small number added": _but(ENTROPY, LOG, "np.log(e / e.sum(axis=1, keepdims=True) + 1e-12)"),
        "overflows": "def cross_entropy(logits, labels):\n    return float((np.log(np.exp(logits).sum(axis=1)) - logits[np.arange(len(labels)), labels]).mean())",
        "one maximum for all": _but(ENTROPY, "logits.max(axis=1, keepdims=True)", "logits.max()"),
        "maximum not added back": _but(ENTROPY, LOG, f"logits{LOG[1:]}"),
        "every label for every example": _but(ENTROPY, "[np.arange(len(labels)), labels]", "[:, labels]"),
        "sum instead of mean": _but(ENTROPY, ".mean()", ".sum()"),
        "divided by batch times classes": _but(ENTROPY, ".mean()", ".sum() / logits.size"),
        "one for each example": _but(ENTROPY, "-float(", "-(", ".mean()", ""),
        "wrong sign": _but(ENTROPY, "-float(", "float("),
        "base 2": _but(ENTROPY, "-float(", "-float(1 / np.log(2) * "),
        "mean of the exponents": _but(ENTROPY, "e.sum(", "e.mean("),
        "minus the probability": _but(ENTROPY, LOG, "e / e.sum(axis=1, keepdims=True)"),
        "logits changed in place": _but(ENTROPY, "z = logits - logits", "z = logits\n    z -= logits"),
    },
    "train_step": {
        "the friend's": "def train_step(features, labels, weights, bias, rate):\n    logits = features @ weights + bias\n    exponents = np.exp(logits - logits.max())\n    error = exponents / exponents.sum()\n    error[:, labels] -= 1\n    weights = weights - rate * features.T @ error\n    bias = bias - rate * error.sum(axis=0)\n    return weights, bias",
        "one maximum for all": _but(STEP, "logits.max(axis=1, keepdims=True)", "logits.max()"),
        "probabilities of the whole batch": _but(STEP, "exponents.sum(axis=1, keepdims=True)", "exponents.sum()"),
        "softmax over the batch": _but(STEP, "axis=1", "axis=0"),
        "every label for every example": _but(STEP, "[np.arange(len(labels)), labels]", "[:, labels]"),
        "not averaged": _but(STEP, " / len(labels)", ""),
        "bias not averaged": _but(STEP, "rate * error.sum(axis=0)", "rate * error.sum(axis=0) * len(labels)"),
        "weights not averaged": _but(STEP, "rate * features.T @ error", "rate * features.T @ error * len(labels)"),
        "averaged twice": _but(STEP, "error.sum(axis=0)", "error.mean(axis=0)"),
        "averaged over the classes, too": _but(STEP, "/ len(labels)", "/ error.size"),
        "no maximum": _but(STEP, " - logits.max(axis=1, keepdims=True)", ""),
        "uphill": _but(STEP, "- rate", "+ rate"),
        "in place": _but(STEP, "weights = weights -", "weights -=", "bias = bias -", "bias -="),
        "new weights not returned": _but(STEP, "weights = weights -", "new_weights = weights -"),
    },
    "class_maps": {
        "the network itself": "def class_maps(network):\n    return network",
        "the feature maps": "def class_maps(network):\n    return keras.Model(network.input, network.layers[-2].input)",
        "the means in every place": """
def class_maps(network):
    features = network.layers[-2].input
    logits = keras.layers.Reshape((1, 1, -1))(network.output)
    return keras.Model(network.input, keras.layers.UpSampling2D(tuple(features.shape[1:3]))(logits))
""",
        "a new output layer": """
def class_maps(network):
    maps = keras.layers.Dense(network.output.shape[-1])(network.layers[-2].input)
    return keras.Model(network.input, maps)
""",
        "a new 1x1 convolution": """
def class_maps(network):
    maps = keras.layers.Conv2D(network.output.shape[-1], 1)(network.layers[-2].input)
    return keras.Model(network.input, maps)
""",
        "without the biases": """
def class_maps(network):
    kernel, bias = network.layers[-1].get_weights()
    layer = keras.layers.Conv2D(len(bias), 1, use_bias=False)
    model = keras.Model(network.input, layer(network.layers[-2].input))
    layer.set_weights([kernel[None, None]])
    return model
""",
        "the sum gives the logits": """
def class_maps(network):
    features = network.layers[-2].input
    places = features.shape[1] * features.shape[2]
    return keras.Model(network.input, keras.layers.Rescaling(1 / places)(network.layers[-1](features)))
""",
        "softmax over the maps": """
def class_maps(network):
    return keras.Model(network.input, keras.layers.Softmax()(network.layers[-1](network.layers[-2].input)))
""",
        "ReLU over the maps": """
def class_maps(network):
    return keras.Model(network.input, keras.layers.ReLU()(network.layers[-1](network.layers[-2].input)))
""",
        "before the pooling of the maps": """
def class_maps(network):
    return keras.Model(network.input, network.layers[-1](network.layers[-3].input))
""",
        "a 3x3 convolution": """
def class_maps(network):
    kernel, bias = network.layers[-1].get_weights()
    layer = keras.layers.Conv2D(len(bias), 3, padding="same")
    model = keras.Model(network.input, layer(network.layers[-2].input))
    layer.set_weights([np.tile(kernel, (3, 3, 1, 1)) / 9, bias])
    return model
""",
        "the weights of the network scaled": """
def class_maps(network):
    kernel, bias = network.layers[-1].get_weights()
    network.layers[-1].set_weights([kernel / np.abs(kernel).max(), bias])
    return keras.Model(network.input, network.layers[-1](network.layers[-2].input))
""",
        "classes first": """
def class_maps(network):
    return keras.Model(network.input, keras.layers.Permute((3, 1, 2))(network.layers[-1](network.layers[-2].input)))
""",
    },
    "farther": {
        "what was expected instead of what was measured": _but(
            FARTHER, "[distance(shift) for shift in shifts]", "[0.05 * shift for shift in shifts]", "neither", "grows"
        ),
        "conclusion from the prediction": _but(FARTHER, '"neither"', '"grows"'),
        "it falls to 0": _but(FARTHER, "[1, 2, 4, 5, 6, 8]", "[1, 2, 3, 4, 8, 12]", '"neither"', '"falls"'),
        "near shifts only": _but(FARTHER, "[1, 2, 4, 5, 6, 8]", "[1, 2, 3, 4, 5, 6]"),
        "too few shifts": _but(FARTHER, "[1, 2, 4, 5, 6, 8]", "[4, 5, 8]"),
        "no shift at all is not allowed": _but(FARTHER, "[1, 2, 4, 5, 6, 8]", "[0, 1, 4, 5, 6, 8]"),
        "too far": _but(FARTHER, "[1, 2, 4, 5, 6, 8]", "[4, 5, 6, 7, 8, 16]"),
        "halves of a pixel": _but(FARTHER, "[1, 2, 4, 5, 6, 8]", "[4, 4.5, 5, 6, 7, 8]"),
        "one shift twice": _but(FARTHER, "[1, 2, 4, 5, 6, 8]", "[4, 5, 5, 6, 6, 8]"),
        "nothing predicted": _but(FARTHER, '"grows"', "None"),
        "one measurement forgotten": _but(FARTHER, "for shift in shifts]", "for shift in shifts[1:]]"),
        "moved the other way": _but(FARTHER, "distance(shift) for", "distance(-shift) for"),
        "in per cent": _but(FARTHER, "[distance(shift)", "[100 * distance(shift)"),
        "a list": _but(FARTHER, "return {", "return list({", '"neither"}', '"neither"}.values())'),
    },
}

RIGHT = {
    "pool": {
        "window by window": POOL,
        "without a frame": """
def pool(image, size, stride, padding, kind):
    if kind != "max" and kind != "average" or padding >= size:
        raise ValueError(f"{kind} with padding {padding}")
    h, w = image.shape
    rows = []
    for top in range(-padding, h + padding - size + 1, stride):
        rows.append([])
        for left in range(-padding, w + padding - size + 1, stride):
            values = [float(image[i, j]) for i in range(max(top, 0), min(top + size, h)) for j in range(max(left, 0), min(left + size, w))]
            rows[-1].append(max(values) if kind == "max" else sum(values) / len(values))
    return np.array(rows)
""",
    },
    "max_pool_backward": {
        "divmod": BACKWARD,
        "four loops": """
def max_pool_backward(image, gradient):
    result = [[0.0] * image.shape[1] for _ in range(image.shape[0])]
    for i in range(gradient.shape[0]):
        for j in range(gradient.shape[1]):
            best = 2 * i, 2 * j
            for a in (0, 1):
                for b in (0, 1):
                    if image[2 * i + a, 2 * j + b] > image[best]:
                        best = 2 * i + a, 2 * j + b
            result[best[0]][best[1]] = gradient[i, j]
    return np.array(result)
""",
    },
    "blur_pool": {
        "windows times weights": BLUR,
        "nine shifted images": """
def blur_pool(image):
    h, w = image.shape
    rows, columns, total = np.arange(0, h, 2), np.arange(0, w, 2), 0
    for a in (-1, 0, 1):
        for b in (-1, 0, 1):
            places = np.ix_(np.clip(rows + a, 0, h - 1), np.clip(columns + b, 0, w - 1))
            total = total + (2 - abs(a)) * (2 - abs(b)) * image[places]
    return total / 16
""",
    },
    "global_pool": {
        "maps as rows": """
def global_pool(maps, kind):
    n, h, w, c = maps.shape
    rows = maps.reshape(n, h * w, c)
    if kind == "average":
        return rows.sum(axis=1) / (h * w)
    elif kind == "max":
        return np.amax(rows, 1)
    raise ValueError(kind)
""",
        "one axis after the other": """
def global_pool(maps, kind):
    functions = {"average": np.mean, "max": np.max}
    if kind not in functions:
        raise ValueError("unknown: " + kind)
    return functions[kind](functions[kind](maps, axis=1), axis=1)
""",
    },
    "head_parameters": {
        "a list with the classes at the end": HEAD,
        "neighbouring sizes": """
def head_parameters(map_shape, hidden, classes, kind):
    if kind == "flatten":
        first = np.prod(map_shape)
    elif kind == "average":
        first = map_shape[-1]
    else:
        raise ValueError(kind)
    sizes = [int(first)] + list(hidden) + [classes]
    return sum(a * b + b for a, b in zip(sizes[:-1], sizes[1:]))
""",
        "a NumPy integer": """
def head_parameters(map_shape, hidden, classes, kind):
    if kind not in ("flatten", "average"):
        raise ValueError
    sizes = np.array([np.prod(map_shape) if kind == "flatten" else map_shape[2], *hidden, classes])
    return (sizes[:-1] * sizes[1:]).sum() + sizes[1:].sum()
""",
    },
    "output_layer": {
        "question by question": LAYER,
        "a table": """
def output_layer(problem):
    table = {
        "classes": (problem.get("count"), "sparse_categorical_crossentropy", "softmax"),
        "yes or no": (1, "binary_crossentropy", "sigmoid"),
        "labels": (problem.get("count"), "binary_crossentropy", "sigmoid"),
        "numbers": (problem.get("count"), "mean_squared_error", "nothing"),
        "direction": (2, "mean_squared_error", "nothing"),
    }
    if problem["kind"] not in table:
        raise ValueError(problem["kind"])
    units, loss, afterwards = table[problem["kind"]]
    return dict(units=units, loss_function=loss, from_logits=loss.endswith("crossentropy"), afterwards=afterwards)
""",
        "by the loss": """
def output_layer(problem):
    kind, answer = problem["kind"], {}
    if kind in ["numbers", "direction"]:
        answer["loss_function"], answer["from_logits"], answer["afterwards"] = "mean_squared_error", False, "nothing"
    elif kind == "classes":
        answer["loss_function"], answer["from_logits"], answer["afterwards"] = "sparse_categorical_crossentropy", True, "softmax"
    elif kind in ["labels", "yes or no"]:
        answer["loss_function"], answer["from_logits"], answer["afterwards"] = "binary_crossentropy", True, "sigmoid"
    else:
        raise ValueError("unknown problem")
    answer["units"] = {"direction": 2, "yes or no": 1}.get(kind) or problem["count"]
    return answer
""",
    },
    "softmax": {
        "the maximum subtracted": SOFTMAX,
        "logaddexp": "def softmax(logits):\n    return np.exp(logits - np.logaddexp.reduce(logits, axis=-1, keepdims=True))",
        "row by row": """
def softmax(logits):
    rows = logits.reshape(-1, logits.shape[-1])
    result = []
    for row in rows:
        e = np.exp(row - max(row))
        result.append(e / sum(e))
    return np.array(result).reshape(logits.shape)
""",
    },
    "cross_entropy": {
        "log of softmax, stable": ENTROPY,
        "example by example": """
def cross_entropy(logits, labels):
    losses = [np.logaddexp.reduce(z) - z[t] for z, t in zip(logits, labels)]
    return np.mean(losses)
""",
    },
    "train_step": {
        "labels subtracted": STEP,
        "a list": _but(STEP, "return weights, bias", "return [weights, bias]"),
        "one-hot labels": """
def train_step(features, labels, weights, bias, rate):
    n, classes = len(features), weights.shape[1]
    z = np.dot(features, weights) + bias
    p = np.exp(z - np.logaddexp.reduce(z, axis=1, keepdims=True))
    slope = (p - np.eye(classes)[labels]) / n
    return weights - rate * np.dot(features.T, slope), bias - rate * slope.sum(0)
""",
        "example by example": """
def train_step(features, labels, weights, bias, rate):
    new_weights, new_bias = weights.copy(), bias.copy()
    for x, t in zip(features, labels):
        z = x @ weights + bias
        p = np.exp(z - z.max())
        p = p / p.sum()
        p[t] = p[t] - 1
        new_weights -= rate / len(features) * np.outer(x, p)
        new_bias -= rate / len(features) * p
    return new_weights, new_bias
""",
    },
    "class_maps": {
        "a 1x1 convolution with the weights": """
def class_maps(network):
    kernel, bias = network.layers[-1].get_weights()
    layer = keras.layers.Conv2D(len(bias), 1)
    model = keras.Model(network.input, layer(network.layers[-2].input))
    layer.set_weights([kernel[np.newaxis, np.newaxis], bias])
    return model
""",
        "a new Dense with the weights": """
def class_maps(network):
    head = network.layers[-1]
    dense = keras.layers.Dense(head.units)
    features = network.layers[-3].output
    model = keras.Model(inputs=network.inputs, outputs=dense(features))
    dense.set_weights(head.get_weights())
    return model
""",
        "places as a batch": """
def class_maps(network):
    features = network.layers[-2].input
    height, width, channels = features.shape[1:]
    rows = keras.layers.Reshape((height * width, channels))(features)
    maps = keras.layers.Reshape((height, width, network.layers[-1].units))(network.layers[-1](rows))
    return keras.Model(network.input, maps)
""",
        "a class of one's own": """
class Maps(keras.Model):
    def __init__(self, network):
        super().__init__()
        self.features = keras.Model(network.input, network.layers[-2].input)
        self.head = network.layers[-1]

    def call(self, pictures):
        features = self.features(pictures)
        return keras.ops.matmul(features, self.head.kernel) + self.head.bias


def class_maps(network):
    return Maps(network)
""",
    },
    "farther": {
        "a loop, other shifts, a prediction for each": """
def farther():
    shifts, measured = [4, 5, 7, 8, 9, 12], []
    for shift in shifts:
        measured.append(distance(shift))
    return {"settings": shifts, "predicted": [0.1, 0.2, 0.3, 0.4, 0.5, 0.6], "measured": measured, "conclusion": "neither"}
""",
        "arrays, in falling order": """
def farther():
    shifts = np.arange(12, 0, -1)
    return dict(settings=shifts, predicted="falls", measured=np.array([distance(s) for s in shifts]), conclusion="neither", note="0 at multiples of 4")
""",
        "an own measurement": """
def farther():
    shifts, measured = (1, 2, 3, 4, 5, 8), []
    for shift in shifts:
        start = features_of(np.pad(drawn, ((0, 0), (4, 4), (4, 20))))
        moved = features_of(np.pad(drawn, ((0, 0), (4, 4), (4 + shift, 20 - shift))))
        lengths = (start**2).sum(axis=1) ** 0.5
        measured.append(float(np.mean(((moved - start) ** 2).sum(axis=1) ** 0.5 / lengths)))
    return {"settings": list(shifts), "predicted": "stays", "measured": measured, "conclusion": "neither"}
""",
    },
}
