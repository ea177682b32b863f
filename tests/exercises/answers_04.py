"""Wrong answers that people really give to the exercises of chapter 04: task -> what went wrong -> code."""

PREPROCESS = """
def preprocess(images, backbone):
    if (images < 0).any() or (images > 1).any():
        raise ValueError
    x = np.array(images, "float64")
    if backbone == "mobilenet_v2":
        x = x * 2 - 1
    elif backbone == "resnet50":
        x = x[..., ::-1] * 255 - [103.939, 116.779, 123.68]
    elif backbone == "efficientnet_lite0":
        x = (x * 255 - 127) / 128
    else:
        raise ValueError
    return x.astype("float32")
"""

LEARNING_RATES = """
def learning_rates(epochs, warmup, frozen, peak, ratio):
    if warmup > epochs or frozen > epochs:
        raise ValueError
    head = []
    for e in range(epochs):
        if e < warmup:
            head.append(peak * (e + 1) / warmup)
        else:
            head.append(peak / 2 * (1 + np.cos(np.pi * (e - warmup) / (epochs - warmup))))
    backbone = [ratio * rate if e >= frozen else 0.0 for e, rate in enumerate(head)]
    return np.array([head, backbone]).T
"""

CONFUSION = """
def confusion(labels, predictions, classes):
    matrix = np.zeros((classes, classes), int)
    for i, j in zip(labels, predictions):
        matrix[i, j] += 1
    recall, precision = np.zeros(classes), np.zeros(classes)
    for c in range(classes):
        if matrix[c].sum() > 0:
            recall[c] = matrix[c, c] / matrix[c].sum()
        if matrix[:, c].sum() > 0:
            precision[c] = matrix[c, c] / matrix[:, c].sum()
    pair, most = None, 0
    for i in range(classes):
        for j in range(classes):
            if i != j and matrix[i, j] > most:
                pair, most = (i, j), matrix[i, j]
    return matrix, recall, precision, pair
"""

LEAKS = """
def leaks(records):
    splits = {}
    for concept, style, split in records:
        splits.setdefault(concept, set()).add(split)
    return {concept: sorted(names) for concept, names in splits.items() if len(names) >= 2}
"""

SPLIT = """
def split_by_concept(concepts, share, seed):
    names = sorted(set(concepts))
    count = int(np.floor(len(names) * share + 0.5))
    generator = np.random.default_rng(seed)
    chosen = set(generator.choice(names, count, replace=False))
    return np.array([concept in chosen for concept in concepts])
"""

FEW_LABELS = """
def few_labels(labels, k, seed):
    generator = np.random.default_rng(seed)
    chosen = []
    for c in np.unique(labels):
        places = np.where(labels == c)[0]
        if len(places) < k:
            raise ValueError
        chosen.extend(generator.permutation(places)[:k])
    return np.array(sorted(chosen))
"""

NEAREST = """
def nearest(features, query, k):
    if k > len(features) - 1:
        raise ValueError
    norms = np.sqrt((features ** 2).sum(axis=1))
    norms[norms == 0] = 1
    similarity = features @ features[query] / (norms * norms[query])
    similarity[query] = -np.inf
    return np.argsort(-similarity, kind="stable")[:k]
"""

UNFREEZE = """
def unfreeze(model, first):
    if first not in [layer.name for layer in model.layers]:
        raise ValueError
    model.trainable = True
    trained = False
    for layer in model.layers:
        if layer.name == first:
            trained = True
        layer.trainable = trained and not isinstance(layer, layers.BatchNormalization)
    return model, int(sum(np.prod(w.shape) for w in model.trainable_weights))
"""

REPLACE_HEAD = """
def replace_head(model, classes):
    x = model.layers[-2].output
    return keras.Model(model.inputs, layers.Dense(classes)(x))
"""

FINE_TUNE = """
def fine_tune(backbone, classes, inputs, labels, head_rate, fine_rate, steps):
    vectors = keras.Input(backbone.input_shape[1:])
    head = layers.Dense(classes, kernel_initializer="zeros", name="head")
    model = keras.Model(vectors, head(backbone(vectors)))

    backbone.trainable = False
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.SGD(head_rate), loss)
    for _ in range(steps):
        model.train_on_batch(inputs, labels)

    backbone.trainable = True
    for layer in backbone.layers:
        if isinstance(layer, layers.BatchNormalization):
            layer.trainable = False
    model.compile(keras.optimizers.SGD(fine_rate), loss)
    for _ in range(steps):
        model.train_on_batch(inputs, labels)
    return model
"""
MORE_LABELS = """
def more_labels():
    counts = [20, 40, 73, 100, 200, 400]
    return {"settings": counts, "predicted": "grows", "measured": [accuracy(count) for count in counts], "conclusion": "neither"}
"""
FREEZE_NORMALIZATION = """    for layer in backbone.layers:
        if isinstance(layer, layers.BatchNormalization):
            layer.trainable = False
"""
COMPILE_AGAIN = "    model.compile(keras.optimizers.SGD(fine_rate), loss)\n"


def _but(code, *changes):
    """The code with some passages changed: old, new, old, new ..."""
    for old, new in zip(changes[::2], changes[1::2]):
        assert old in code, old
        code = code.replace(old, new)
    return code


WRONG = {
    "preprocess": {
        "one convention for all": _but(PREPROCESS, "x[..., ::-1] * 255 - [103.939, 116.779, 123.68]", "x * 2 - 1"),
        "images of 0 to 255 expected": _but(PREPROCESS, "x * 2 - 1", "x / 127.5 - 1"),
        "not multiplied by 255 before the means": _but(PREPROCESS, "x[..., ::-1] * 255", "x[..., ::-1]"),
        "not multiplied by 255 before 127": _but(PREPROCESS, "(x * 255 - 127)", "(x - 127)"),
        "RGB kept": _but(PREPROCESS, "x[..., ::-1]", "x"),
        "means in the order of RGB": _but(PREPROCESS, "[103.939, 116.779, 123.68]", "[123.68, 116.779, 103.939]"),
        "RGB and means, both the wrong way round": _but(
            PREPROCESS, "x[..., ::-1] * 255 - [103.939, 116.779, 123.68]", "x * 255 - [123.68, 116.779, 103.939]"
        ),
        "width reversed instead of channels": _but(PREPROCESS, "x[..., ::-1]", "x[:, :, ::-1]"),
        "127.5 instead of 127 and 128": _but(PREPROCESS, "(x * 255 - 127) / 128", "(x * 255 - 127.5) / 127.5"),
        "divided by 127, less 128": _but(PREPROCESS, "(x * 255 - 127) / 128", "(x * 255 - 128) / 127"),
        "divided before subtracting": _but(PREPROCESS, "(x * 255 - 127) / 128", "x * 255 / 128 - 127"),
        "float64": _but(PREPROCESS, 'x.astype("float32")', "x"),
        "dtype of the input": _but(PREPROCESS, 'x.astype("float32")', "x.astype(images.dtype)"),
        "rounded to bytes": _but(PREPROCESS, "x[..., ::-1] * 255", "(x[..., ::-1] * 255).astype('uint8')"),
        "in place": _but(
            PREPROCESS,
            'np.array(images, "float64")',
            "images",
            "x = x * 2 - 1",
            "x *= 2\n        x -= 1",
            "x = (x * 255 - 127) / 128",
            "x *= 255\n        x -= 127\n        x /= 128",
        ),
        "unknown backbone let through": _but(PREPROCESS, "    else:\n        raise ValueError\n", ""),
        "range not checked": _but(
            PREPROCESS, "    if (images < 0).any() or (images > 1).any():\n        raise ValueError\n", ""
        ),
        "negative values let through": _but(PREPROCESS, "(images < 0).any() or ", ""),
        "range checked by the mean": _but(
            PREPROCESS, "(images < 0).any() or (images > 1).any()", "images.mean() < 0 or images.mean() > 1"
        ),
    },
    "learning_rates": {
        "warm-up starts at 0": _but(LEARNING_RATES, "(e + 1) / warmup", "e / warmup"),
        "warm-up one epoch longer": _but(
            LEARNING_RATES, "if e < warmup:", "if e <= warmup:", "(e + 1) / warmup", "(e + 1) / (warmup + 1)"
        ),
        "cosine from the first epoch": _but(LEARNING_RATES, "(e - warmup) / (epochs - warmup)", "e / epochs"),
        "cosine over all epochs": _but(LEARNING_RATES, "/ (epochs - warmup)", "/ epochs"),
        "cosine down to 0 in the last epoch": _but(
            LEARNING_RATES, "/ (epochs - warmup)", "/ max(1, epochs - warmup - 1)"
        ),
        "linear decay": _but(
            LEARNING_RATES,
            "peak / 2 * (1 + np.cos(np.pi * (e - warmup) / (epochs - warmup)))",
            "peak * (1 - (e - warmup) / (epochs - warmup))",
        ),
        "a quarter of the wave, not a half": _but(
            LEARNING_RATES, "peak / 2 * (1 + np.cos(np.pi *", "peak * (np.cos(np.pi / 2 *"
        ),
        "not halved": _but(LEARNING_RATES, "peak / 2 *", "peak *"),
        "degrees": _but(LEARNING_RATES, "np.pi *", "180 *"),
        "one epoch too few frozen": _but(LEARNING_RATES, "e >= frozen", "e >= frozen - 1"),
        "one epoch too many frozen": _but(LEARNING_RATES, "e >= frozen", "e > frozen"),
        "never frozen": _but(LEARNING_RATES, " if e >= frozen else 0.0", ""),
        "the backbone starts its plan when it is unfrozen": _but(
            LEARNING_RATES,
            "[ratio * rate if e >= frozen else 0.0 for e, rate in enumerate(head)]",
            "[0.0] * frozen + [ratio * rate for rate in head[:epochs - frozen]]",
        ),
        "ratio of the peak": _but(LEARNING_RATES, "ratio * rate if", "ratio * peak if"),
        "divided by ratio": _but(LEARNING_RATES, "ratio * rate if", "rate / ratio if"),
        "columns exchanged": _but(LEARNING_RATES, "[head, backbone]", "[backbone, head]"),
        "transposed": _but(LEARNING_RATES, "[head, backbone]).T", "[head, backbone])"),
        "a list of pairs": _but(LEARNING_RATES, "np.array([head, backbone]).T", "list(zip(head, backbone))"),
        "frozen not checked": _but(LEARNING_RATES, "warmup > epochs or frozen > epochs", "warmup > epochs"),
        "warm-up of all epochs refused": _but(LEARNING_RATES, "warmup > epochs or", "warmup >= epochs or"),
    },
    "confusion": {
        "predictions in rows": _but(CONFUSION, "matrix[i, j] += 1", "matrix[j, i] += 1"),
        "repeated pairs counted once": _but(
            CONFUSION,
            "    for i, j in zip(labels, predictions):\n        matrix[i, j] += 1\n",
            "    matrix[labels, predictions] += 1\n",
        ),
        "recall and precision exchanged": _but(CONFUSION, "recall, precision, pair", "precision, recall, pair"),
        "recall by column": _but(
            CONFUSION,
            "if matrix[c].sum() > 0:\n            recall[c] = matrix[c, c] / matrix[c].sum()",
            "if matrix[:, c].sum() > 0:\n            recall[c] = matrix[c, c] / matrix[:, c].sum()",
        ),
        "accuracy instead of recall": _but(CONFUSION, "matrix[c, c] / matrix[c].sum()", "matrix[c, c] / matrix.sum()"),
        "0/0 is NaN": _but(
            CONFUSION,
            "recall, precision = np.zeros(classes), np.zeros(classes)",
            "recall, precision = np.full(classes, np.nan), np.full(classes, np.nan)",
        ),
        "0/0 is 1": _but(
            CONFUSION,
            "recall, precision = np.zeros(classes), np.zeros(classes)",
            "recall, precision = np.ones(classes), np.ones(classes)",
        ),
        "divides by 0": "def confusion(labels, predictions, classes):\n    m = np.zeros((classes, classes), int)\n    np.add.at(m, (labels, predictions), 1)\n    e = m - np.diag(np.diag(m))\n    pair = tuple(int(v) for v in np.unravel_index(e.argmax(), e.shape)) if e.any() else None\n    return m, np.nan_to_num(np.diag(m) / m.sum(1)), np.nan_to_num(np.diag(m) / m.sum(0)), pair",
        "the diagonal is the most confused": _but(CONFUSION, "i != j and ", ""),
        "both directions added": _but(
            CONFUSION,
            "i != j and matrix[i, j] > most",
            "i < j and matrix[i, j] + matrix[j, i] > most",
            "(i, j), matrix[i, j]\n",
            "(i, j), matrix[i, j] + matrix[j, i]\n",
        ),
        "prediction first": _but(CONFUSION, "pair, most = (i, j)", "pair, most = (j, i)"),
        "the last of several": _but(CONFUSION, "> most", ">= max(most, 1)"),
        "a pair although all is right": _but(CONFUSION, "pair, most = None, 0", "pair, most = (0, 1), 0"),
        "pairs by share instead of number": _but(
            CONFUSION,
            "matrix[i, j] > most:\n                pair, most = (i, j), matrix[i, j]",
            "matrix[i, j] / max(1, matrix[i].sum()) > most:\n                pair, most = (i, j), matrix[i, j] / max(1, matrix[i].sum())",
        ),
        "classes that occur only": _but(
            CONFUSION,
            "    matrix = np.zeros",
            "    classes = int(max(labels.max(), predictions.max())) + 1\n    matrix = np.zeros",
        ),
        "matrix of floats": _but(CONFUSION, "(classes, classes), int)", "(classes, classes))"),
        "shares instead of counts": _but(
            CONFUSION, "return matrix,", "return matrix / np.maximum(matrix.sum(axis=1, keepdims=True), 1),"
        ),
        "mean recall": _but(
            CONFUSION, "return matrix, recall, precision", "return matrix, recall.mean(), precision.mean()"
        ),
    },
    "leaks": {
        "every concept": _but(LEAKS, " if len(names) >= 2", ""),
        "pictures counted, not splits": _but(LEAKS, "set()).add(", "[]).append("),
        "the same picture only": "def leaks(records):\n    splits = {}\n    for concept, style, split in records:\n        splits.setdefault((concept, style), set()).add(split)\n    return {key[0]: sorted(names) for key, names in splits.items() if len(names) >= 2}",
        "a set instead of a list": _but(LEAKS, "sorted(names)", "names"),
        "in the order of appearance": "def leaks(records):\n    splits = {}\n    for concept, style, split in records:\n        if split not in splits.setdefault(concept, []):\n            splits[concept].append(split)\n    return {concept: names for concept, names in splits.items() if len(names) >= 2}",
        "training and test only": _but(LEAKS, "if len(names) >= 2", 'if {"train", "test"} <= names'),
        "three splits not seen": _but(LEAKS, "len(names) >= 2", "len(names) == 2"),
        "a list of concepts": _but(
            LEAKS, "{concept: sorted(names) for concept, names", "[concept for concept, names", ">= 2}", ">= 2]"
        ),
        "how many splits": _but(LEAKS, "sorted(names)", "len(names)"),
        "neighbours in the list only": "def leaks(records):\n    found = {}\n    for one, other in zip(records, records[1:]):\n        if one[0] == other[0] and one[2] != other[2]:\n            found.setdefault(one[0], set()).update((one[2], other[2]))\n    return {concept: sorted(names) for concept, names in found.items()}",
        "styles instead of splits": _but(LEAKS, ".add(split)", ".add(style)"),
    },
    "split_by_concept": {
        "split by picture": "def split_by_concept(concepts, share, seed):\n    test = np.zeros(len(concepts), bool)\n    count = int(len(concepts) * share + 0.5)\n    test[np.random.default_rng(seed).permutation(len(concepts))[:count]] = True\n    return test",
        "a chance for each picture": "def split_by_concept(concepts, share, seed):\n    return np.random.default_rng(seed).uniform(size=len(concepts)) < share",
        "a chance for each concept": _but(
            SPLIT,
            "set(generator.choice(names, count, replace=False))",
            "{n for n in names if generator.uniform() < share}",
        ),
        "no seed": _but(SPLIT, "default_rng(seed)", "default_rng()"),
        "always the same seed": _but(SPLIT, "default_rng(seed)", "default_rng(0)"),
        "the seed turns the alphabet": _but(
            SPLIT,
            "set(generator.choice(names, count, replace=False))",
            "set((names[seed % len(names):] + names[:seed % len(names)])[:count])",
        ),
        "the first concepts of the alphabet": _but(
            SPLIT, "set(generator.choice(names, count, replace=False))", "set(names[:count])"
        ),
        "in the order of the pictures": _but(SPLIT, "sorted(set(concepts))", "list(dict.fromkeys(concepts))"),
        "concepts weighted by their pictures": _but(
            SPLIT,
            "set(generator.choice(names, count, replace=False))",
            "set(list(dict.fromkeys(generator.permutation(sorted(concepts)).tolist()))[:count])",
        ),
        "with repetition": _but(SPLIT, ", replace=False", ""),
        "rounded to even": _but(SPLIT, "int(np.floor(len(names) * share + 0.5))", "round(len(names) * share)"),
        "rounded down": _but(SPLIT, "len(names) * share + 0.5", "len(names) * share"),
        "rounded up": _but(SPLIT, "np.floor(len(names) * share + 0.5)", "np.ceil(len(names) * share)"),
        "share of the pictures": _but(
            SPLIT,
            "floor(len(names) * share",
            "floor(len(concepts) * share",
            "names, count,",
            "names, min(count, len(names)),",
        ),
        "True for training": _but(SPLIT, "concept in chosen", "concept not in chosen"),
        "a list": _but(
            SPLIT,
            "np.array([concept in chosen for concept in concepts])",
            "[concept in chosen for concept in concepts]",
        ),
        "numbers instead of bool": _but(SPLIT, "for concept in concepts])", "for concept in concepts]).astype(int)"),
        "one value for each concept": _but(SPLIT, "for concept in concepts]", "for concept in names]"),
        "places instead of a mask": _but(
            SPLIT,
            "np.array([concept in chosen for concept in concepts])",
            "np.flatnonzero([c in chosen for c in concepts])",
        ),
        "sorts the list given": _but(SPLIT, "    names =", "    concepts.sort()\n    names ="),
    },
    "few_labels": {
        "the first k": _but(FEW_LABELS, "generator.permutation(places)[:k]", "places[:k]"),
        "with repetition": _but(FEW_LABELS, "generator.permutation(places)[:k]", "generator.choice(places, k)"),
        "a generator for each class": _but(
            FEW_LABELS, "generator.permutation(places)", "np.random.default_rng(seed).permutation(places)"
        ),
        "no seed": _but(FEW_LABELS, "default_rng(seed)", "default_rng()"),
        "always the same seed": _but(FEW_LABELS, "default_rng(seed)", "default_rng(1)"),
        "k in all": "def few_labels(labels, k, seed):\n    if min(np.sum(labels == c) for c in np.unique(labels)) < k:\n        raise ValueError\n    return np.sort(np.random.default_rng(seed).choice(len(labels), k, replace=False))",
        "as many as there are": _but(FEW_LABELS, "        if len(places) < k:\n            raise ValueError\n", ""),
        "exactly k refused": _but(FEW_LABELS, "len(places) < k", "len(places) <= k"),
        "not sorted": _but(FEW_LABELS, "np.array(sorted(chosen))", "np.array(chosen)"),
        "a list": _but(FEW_LABELS, "np.array(sorted(chosen))", "sorted(int(i) for i in chosen)"),
        "a row for each class": _but(
            FEW_LABELS, "np.array(sorted(chosen))", "np.sort(np.array(chosen).reshape(-1, k))"
        ),
        "a mask": _but(FEW_LABELS, "np.array(sorted(chosen))", "np.isin(np.arange(len(labels)), chosen)"),
        "labels instead of positions": _but(FEW_LABELS, "np.array(sorted(chosen))", "np.sort(labels[chosen])"),
        "places within the class": _but(
            FEW_LABELS, "generator.permutation(places)[:k]", "generator.permutation(len(places))[:k]"
        ),
        "classes 0, 1, 2 ... assumed": _but(FEW_LABELS, "np.unique(labels)", "range(len(np.unique(labels)))"),
        "a run of neighbours": _but(
            FEW_LABELS,
            "chosen.extend(generator.permutation(places)[:k])",
            "s = generator.integers(len(places) - k + 1)\n        chosen.extend(places[s:s + k])",
        ),
        "sorts the labels given": _but(FEW_LABELS, "    chosen = []", "    labels.sort()\n    chosen = []"),
    },
    "nearest": {
        "dot product": _but(NEAREST, " / (norms * norms[query])", ""),
        "only the rows divided": _but(
            NEAREST, "features @ features[query] / (norms * norms[query])", "features @ features[query] / norms[query]"
        ),
        "Euclidean distance": _but(
            NEAREST,
            "features @ features[query] / (norms * norms[query])",
            "-np.linalg.norm(features - features[query], axis=1)",
        ),
        "absolute value": _but(
            NEAREST, "similarity = features @ features[query]", "similarity = np.abs(features @ features[query])"
        ),
        "the query stays in": _but(NEAREST, "    similarity[query] = -np.inf\n", ""),
        "the first is taken to be the query": _but(
            NEAREST, "    similarity[query] = -np.inf\n", "", '"stable")[:k]', '"stable")[1:k + 1]'
        ),
        "everything like the query left out": _but(
            NEAREST, "similarity[query] = -np.inf", "similarity[similarity > 1 - 1e-9] = -np.inf"
        ),
        "farthest first": _but(NEAREST, "argsort(-similarity", "argsort(similarity"),
        "ties from the end": _but(
            NEAREST, 'argsort(-similarity, kind="stable")[:k]', 'argsort(similarity, kind="stable")[::-1][:k]'
        ),
        "zeros divide by 0": _but(NEAREST, "    norms[norms == 0] = 1\n", ""),
        "zeros come last": _but(
            NEAREST,
            "    norms[norms == 0] = 1\n",
            "    zero = norms == 0\n    norms[zero] = 1\n",
            "    similarity[query] =",
            "    similarity[zero] = -1.5\n    similarity[query] =",
        ),
        "norm of the columns": _but(
            NEAREST,
            "norms = np.sqrt((features ** 2).sum(axis=1))",
            "features = features / np.maximum(np.linalg.norm(features, axis=0), 1e-12)\n    norms = np.ones(len(features))",
        ),
        "numbers shifted after the query is deleted": _but(
            NEAREST, "similarity[query] = -np.inf", "similarity = np.delete(similarity, query)"
        ),
        "similarities instead of numbers": _but(
            NEAREST, 'np.argsort(-similarity, kind="stable")[:k]', "np.sort(similarity)[::-1][:k]"
        ),
        "sorted by number": _but(
            NEAREST, 'np.argsort(-similarity, kind="stable")[:k]', 'np.sort(np.argsort(-similarity, kind="stable")[:k])'
        ),
        "features divided in place": _but(
            NEAREST,
            "    similarity = features",
            "    features /= norms[:, None]\n    norms[:] = 1\n    similarity = features",
        ),
        "k not checked": _but(NEAREST, "    if k > len(features) - 1:\n        raise ValueError\n", ""),
        "k = n let through": _but(NEAREST, "k > len(features) - 1", "k > len(features)"),
        "a list": _but(NEAREST, 'kind="stable")[:k]', 'kind="stable")[:k].tolist()'),
    },
    "unfreeze": {
        "nothing unfrozen": _but(
            UNFREEZE,
            "    model.trainable = True\n",
            "",
            "        layer.trainable = trained and not isinstance(layer, layers.BatchNormalization)\n",
            "        if not trained or isinstance(layer, layers.BatchNormalization):\n            layer.trainable = False\n",
        ),
        "unfrozen before the name is looked for": _but(
            UNFREEZE, "    if first not in", "    model.trainable = True\n    if first not in"
        ),
        "the switch of the model forgotten": _but(UNFREEZE, "    model.trainable = True\n", ""),
        "the switch of the model last": _but(
            UNFREEZE,
            "    model.trainable = True\n",
            "",
            "    return model,",
            "    model.trainable = True\n    return model,",
        ),
        "batch normalization trained": _but(UNFREEZE, " and not isinstance(layer, layers.BatchNormalization)", ""),
        "batch normalization of the frozen part unfrozen": _but(
            UNFREEZE,
            "trained and not isinstance(layer, layers.BatchNormalization)",
            "trained or isinstance(layer, layers.BatchNormalization)",
        ),
        "the named layer frozen": _but(
            UNFREEZE,
            "        if layer.name == first:\n            trained = True\n        layer.trainable = trained and not isinstance(layer, layers.BatchNormalization)\n",
            "        layer.trainable = trained and not isinstance(layer, layers.BatchNormalization)\n        if layer.name == first:\n            trained = True\n",
        ),
        "the named layer only": _but(
            UNFREEZE,
            "            trained = True\n",
            "            trained = True\n        else:\n            trained = False\n",
        ),
        "the other way round": _but(UNFREEZE, "trained and not isinstance", "not trained and not isinstance"),
        "all layers whose name begins alike": _but(
            UNFREEZE, "layer.name == first", "layer.name.startswith(first.split('_')[0])"
        ),
        "everything but the head frozen": _but(UNFREEZE, "layer.name == first", "layer.name == 'predictions'"),
        "all parameters counted": _but(
            UNFREEZE, "int(sum(np.prod(w.shape) for w in model.trainable_weights))", "model.count_params()"
        ),
        "layers counted": _but(
            UNFREEZE,
            "int(sum(np.prod(w.shape) for w in model.trainable_weights))",
            "sum(layer.trainable for layer in model.layers)",
        ),
        "arrays counted": _but(
            UNFREEZE, "int(sum(np.prod(w.shape) for w in model.trainable_weights))", "len(model.trainable_weights)"
        ),
        "counted by unfrozen layers, batch normalization and all": _but(
            UNFREEZE,
            "int(sum(np.prod(w.shape) for w in model.trainable_weights))",
            "sum(layer.count_params() for layer in model.layers[[l.name for l in model.layers].index(first):])",
        ),
        "unknown names let through": _but(
            UNFREEZE, "    if first not in [layer.name for layer in model.layers]:\n        raise ValueError\n", ""
        ),
        "a copy with new weights": _but(
            UNFREEZE,
            "    model.trainable = True\n",
            "    model = keras.models.clone_model(model)\n    model.trainable = True\n",
        ),
        "a copy with the same weights": _but(
            UNFREEZE,
            "    model.trainable = True\n",
            "    copy = keras.models.clone_model(model)\n    copy.set_weights(model.get_weights())\n    model = copy\n    model.trainable = True\n",
        ),
        "the model alone": _but(
            UNFREEZE, "return model, int(sum(np.prod(w.shape) for w in model.trainable_weights))", "return model"
        ),
        "the model forgotten": _but(UNFREEZE, "return model, int", "return int"),
    },
    "replace_head": {
        "on top of the old head": _but(REPLACE_HEAD, "layers[-2]", "layers[-1]"),
        "the layer before taken off, too": _but(REPLACE_HEAD, "layers[-2]", "layers[-3]"),
        "always after the pooling": _but(REPLACE_HEAD, "model.layers[-2].output", "model.get_layer('pool').output"),
        "softmax kept": _but(REPLACE_HEAD, "Dense(classes)", "Dense(classes, activation='softmax')"),
        "ReLU on the logits": _but(REPLACE_HEAD, "Dense(classes)", "Dense(classes, activation='relu')"),
        "without a bias": _but(REPLACE_HEAD, "Dense(classes)", "Dense(classes, use_bias=False)"),
        "weights drawn anew": _but(
            REPLACE_HEAD, "    x = model", "    model = keras.models.clone_model(model)\n    x = model"
        ),
        "the old model's softmax taken away": _but(
            REPLACE_HEAD,
            "    x = model.layers[-2].output\n    return keras.Model(model.inputs, layers.Dense(classes)(x))",
            "    model.layers[-1].activation = keras.activations.linear\n    return model",
        ),
        "the old head cut to size": "def replace_head(model, classes):\n    kernel, bias = model.layers[-1].get_weights()\n    head = layers.Dense(classes)\n    new = keras.Model(model.inputs, head(model.layers[-2].output))\n    head.set_weights([np.resize(kernel, (len(kernel), classes)), np.resize(bias, classes)])\n    return new",
        "a hidden layer more": _but(
            REPLACE_HEAD, "    return", "    x = layers.Dense(16, activation='relu')(x)\n    return"
        ),
        "a normalization more": _but(REPLACE_HEAD, "    return", "    x = layers.LayerNormalization()(x)\n    return"),
        "the backbone alone": _but(REPLACE_HEAD, "layers.Dense(classes)(x)", "x"),
        "the head alone": _but(
            REPLACE_HEAD, "keras.Model(model.inputs, layers.Dense(classes)(x))", "layers.Dense(classes)"
        ),
        "the old model": "def replace_head(model, classes):\n    model.layers[-1].units = classes\n    return model",
        "the backbone wiped": _but(
            REPLACE_HEAD,
            "    x = model",
            "    model.set_weights([np.zeros_like(w) for w in model.get_weights()])\n    x = model",
        ),
    },
    "fine_tune": {
        "as the friend wrote it": _but(
            FINE_TUNE,
            "from_logits=True",
            "",
            FREEZE_NORMALIZATION,
            "",
            COMPILE_AGAIN,
            "    model.optimizer.learning_rate = fine_rate\n",
        ),
        "logits taken for probabilities": _but(FINE_TUNE, "from_logits=True", ""),
        "softmax instead of from_logits": _but(
            FINE_TUNE, "from_logits=True", "", "Dense(classes,", "Dense(classes, activation='softmax',"
        ),
        "softmax and from_logits": _but(FINE_TUNE, "Dense(classes,", "Dense(classes, activation='softmax',"),
        "not compiled again": _but(FINE_TUNE, COMPILE_AGAIN, "    model.optimizer.learning_rate = fine_rate\n"),
        "batch normalization trained in stage 2": _but(FINE_TUNE, FREEZE_NORMALIZATION, ""),
        "only the mean and the variance kept": _but(
            FINE_TUNE, FREEZE_NORMALIZATION, "", "head(backbone(vectors))", "head(backbone(vectors, training=False))"
        ),
        "batch normalization frozen after the steps": _but(
            FINE_TUNE, FREEZE_NORMALIZATION, "", "    return model", FREEZE_NORMALIZATION + "    return model"
        ),
        "frozen before the backbone is unfrozen": _but(
            FINE_TUNE,
            "    backbone.trainable = True\n" + FREEZE_NORMALIZATION,
            FREEZE_NORMALIZATION + "    backbone.trainable = True\n",
        ),
        "compiled before unfreezing, with a step between": _but(
            FINE_TUNE,
            "    backbone.trainable = True\n" + FREEZE_NORMALIZATION + COMPILE_AGAIN,
            COMPILE_AGAIN
            + "    model.train_on_batch(inputs, labels)\n    backbone.trainable = True\n"
            + FREEZE_NORMALIZATION,
        ),
        "everything at once": _but(FINE_TUNE, "    backbone.trainable = False\n", FREEZE_NORMALIZATION),
        "the backbone never unfrozen": _but(FINE_TUNE, "    backbone.trainable = True\n", ""),
        "the head frozen in stage 2": _but(FINE_TUNE, COMPILE_AGAIN, "    head.trainable = False\n" + COMPILE_AGAIN),
        "one rate for both stages": _but(FINE_TUNE, "SGD(fine_rate)", "SGD(head_rate)"),
        "rates exchanged": _but(
            FINE_TUNE, "SGD(head_rate)", "SGD(0)", "SGD(fine_rate)", "SGD(head_rate)", "SGD(0)", "SGD(fine_rate)"
        ),
        "Adam in stage 2": _but(FINE_TUNE, "SGD(fine_rate)", "Adam(fine_rate)"),
        "momentum": _but(FINE_TUNE, "SGD(fine_rate)", "SGD(fine_rate, momentum=0.9)"),
        "one step in stage 2": _but(
            FINE_TUNE,
            COMPILE_AGAIN + "    for _ in range(steps):\n",
            COMPILE_AGAIN + "    for _ in range(1):\n",
        ),
        "stage 2 left out": FINE_TUNE.split("    backbone.trainable = True")[0] + "    return model\n",
    },
    "more_labels": {
        "what was expected instead of what was measured": _but(
            MORE_LABELS, "[accuracy(count) for count in counts]", "[45, 52, 60, 66, 71, 75]", "neither", "grows"
        ),
        "conclusion from the prediction": _but(MORE_LABELS, '"neither"', '"grows"'),
        "first and last only": _but(MORE_LABELS, '"neither"', '"grows" if accuracy(400) > accuracy(20) else "falls"'),
        "no number as large as the features": _but(
            MORE_LABELS, "[20, 40, 73, 100, 200, 400]", "[20, 40, 100, 200, 300, 400]"
        ),
        "too few numbers": _but(MORE_LABELS, "[20, 40, 73, 100, 200, 400]", "[40, 73, 400]"),
        "fewer than are allowed": _but(MORE_LABELS, "[20, 40, 73, 100, 200, 400]", "[5, 20, 40, 73, 200, 400]"),
        "more than there are": _but(MORE_LABELS, "[20, 40, 73, 100, 200, 400]", "[20, 40, 73, 200, 400, 1000]"),
        "with the penalty": _but(MORE_LABELS, "accuracy(count)", "accuracy(count, penalty=1.0)", "neither", "grows"),
        "one draw instead of the mean": _but(
            MORE_LABELS,
            "    return {",
            """    features, labels = features_and_labels()

    def accuracy(count):
        few = np.random.default_rng(0).permutation(700)[:count]
        head = np.linalg.lstsq(features[few], np.eye(10)[labels[few]], rcond=None)[0]
        return 100 * np.mean((features[700:] @ head).argmax(axis=1) == labels[700:])

    return {""",
        ),
        "shares instead of percent": _but(MORE_LABELS, "[accuracy(count)", "[accuracy(count) / 100"),
        "the settings as shares of the features": _but(
            MORE_LABELS, '"settings": counts', '"settings": [count / 73 for count in counts]'
        ),
        "nothing predicted": _but(MORE_LABELS, '"grows"', "None"),
        "one measurement forgotten": _but(MORE_LABELS, "for count in counts]", "for count in counts[1:]]"),
        "a sentence as conclusion": _but(MORE_LABELS, '"neither"', '"first worse, then better"'),
    },
}

RIGHT = {
    "preprocess": {
        "float64 inside": PREPROCESS,
        "channel by channel": """
def preprocess(images, backbone):
    if not np.all((0 <= images) & (images <= 1)):
        raise ValueError("0 to 1 expected")
    if backbone not in ("mobilenet_v2", "resnet50", "efficientnet_lite0"):
        raise ValueError(backbone)
    x = images.astype("float32")
    if backbone == "mobilenet_v2":
        return (x - np.float32(0.5)) * 2
    x = x * 255
    if backbone == "efficientnet_lite0":
        return (x - 127) / np.float32(128)
    red, green, blue = x[..., 0], x[..., 1], x[..., 2]
    return np.stack([blue - 103.939, green - 116.779, red - 123.68], axis=-1).astype(np.float32)
""",
    },
    "learning_rates": {
        "two lists": LEARNING_RATES,
        "with arrays": """
def learning_rates(epochs, warmup, frozen, peak, ratio):
    if epochs < warmup or epochs < frozen:
        raise ValueError("too few epochs")
    e = np.arange(epochs)
    up = peak * (e + 1) / max(warmup, 1)
    down = peak * (0.5 + 0.5 * np.cos(np.pi * (e - warmup) / max(epochs - warmup, 1)))
    head = np.where(e < warmup, up, down)
    return np.column_stack([head, ratio * head * (e >= frozen)])
""",
    },
    "confusion": {
        "counted one by one": CONFUSION,
        "bincount": """
def confusion(labels, predictions, classes):
    m = np.bincount(labels * classes + predictions, minlength=classes**2).reshape(classes, classes)
    share = lambda sums: np.divide(m.diagonal(), sums, out=np.zeros(classes), where=sums > 0)
    errors = m * (1 - np.eye(classes, dtype=int))
    pair = None
    if errors.sum() > 0:
        pair = tuple(int(v) for v in np.argwhere(errors == errors.max())[0])
    return m, share(m.sum(1)), share(m.sum(0)), pair
""",
    },
    "leaks": {
        "sets": LEAKS,
        "concept by concept": """
def leaks(records):
    answer = {}
    for concept in {record[0] for record in records}:
        names = sorted({split for other, _, split in records if other == concept})
        if len(names) > 1:
            answer[concept] = names
    return answer
""",
    },
    "split_by_concept": {
        "choice": SPLIT,
        "shuffled": """
def split_by_concept(concepts, share, seed):
    names = list(np.unique(concepts))
    np.random.default_rng(seed).shuffle(names)
    return np.isin(concepts, names[:int(len(names) * share + 1 / 2)])
""",
    },
    "few_labels": {
        "permutations": FEW_LABELS,
        "one random key for each example": """
def few_labels(labels, k, seed):
    keys = np.random.default_rng(seed).random(len(labels))
    mask = np.zeros(len(labels), bool)
    for label in set(labels.tolist()):
        places, = np.nonzero(labels == label)
        if k > places.size:
            raise ValueError(f"too few of {label}")
        mask[places[np.argsort(keys[places])[:k]]] = True
    return np.flatnonzero(mask)
""",
    },
    "nearest": {
        "the query at the end": NEAREST,
        "a small number below the line": """
def nearest(features, query, k):
    if k >= len(features):
        raise ValueError("too many")
    lengths = np.linalg.norm(features, axis=1)
    similarity = features @ features[query] / (lengths * lengths[query] + 1e-12)
    order = [i for i in np.argsort(-similarity, kind="stable") if i != query]
    return np.array(order[:k])
""",
        "sorted pairs": """
def nearest(features, query, k):
    n = len(features)
    if k > n - 1:
        raise ValueError
    unit = features.astype(float)
    for i in range(n):
        length = (features[i] ** 2).sum() ** 0.5
        if length > 0:
            unit[i] = features[i] / length
    pairs = sorted((-(unit[i] * unit[query]).sum(), i) for i in range(n) if i != query)
    return np.array([i for _, i in pairs[:k]])
""",
    },
    "unfreeze": {
        "a flag": UNFREEZE,
        "from the place of the name": """
def unfreeze(model, first):
    names = [layer.name for layer in model.layers]
    try:
        start = names.index(first)
    except ValueError:
        raise ValueError(f"no layer {first}") from None
    model.trainable = True
    for layer in model.layers[:start]:
        layer.trainable = False
    for layer in model.layers[start:]:
        layer.trainable = type(layer).__name__ != "BatchNormalization"
    return model, sum(weight.numpy().size for weight in model.trainable_weights)
""",
    },
    "replace_head": {
        "layers[-2]": REPLACE_HEAD,
        "what the last layer was given": """
def replace_head(model, classes):
    outputs = keras.layers.Dense(units=classes, activation="linear")(model.layers[-1].input)
    return keras.Model(inputs=model.input, outputs=outputs, name="new")
""",
    },
    "fine_tune": {
        "fit": _but(
            FINE_TUNE,
            "    for _ in range(steps):\n        model.train_on_batch(inputs, labels)\n",
            "    model.fit(inputs, labels, batch_size=len(inputs), epochs=steps, verbose=0)\n",
        ),
        "stage by stage": """
def fine_tune(backbone, classes, inputs, labels, head_rate, fine_rate, steps):
    vectors = keras.Input(backbone.input_shape[1:])
    logits = layers.Dense(classes, kernel_initializer="zeros", name="head")(backbone(vectors))
    model = keras.Model(vectors, logits)
    for rate, tuned in ((head_rate, False), (fine_rate, True)):
        backbone.trainable = tuned
        for layer in backbone.layers:
            layer.trainable = tuned and not isinstance(layer, layers.BatchNormalization)
        model.compile(optimizer=keras.optimizers.SGD(learning_rate=rate), loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True))
        for _ in range(steps):
            model.train_on_batch(inputs, labels)
    return model
""",
    },
    "more_labels": {
        "a loop, other numbers, a prediction for each": """
def more_labels():
    counts, measured = [10, 40, 65, 73, 85, 120, 400, 700], []
    for count in counts:
        measured.append(accuracy(count))
    return {"settings": counts, "predicted": [30, 40, 50, 55, 60, 65, 70, 75], "measured": measured, "conclusion": "neither"}
""",
        "arrays, in falling order": """
def more_labels():
    counts = np.array([700, 400, 150, 73, 50, 40])
    return dict(settings=counts, predicted="falls", measured=np.array([accuracy(c) for c in counts]), conclusion="neither", note="worst at 73")
""",
        "by the pseudo-inverse": """
def more_labels():
    features, labels = features_and_labels()
    counts, measured = (20, 40, 60, 73, 100, 400), []
    for count in counts:
        right = []
        for draw in range(10):
            few = np.random.default_rng(draw).permutation(700)[:count]
            head = np.linalg.pinv(features[few]) @ np.eye(10)[labels[few]]
            right.append(((features[700:] @ head).argmax(axis=1) == labels[700:]).mean() * 100)
        measured.append(sum(right) / 10)
    return {"settings": counts, "predicted": "grows", "measured": measured, "conclusion": "neither"}
""",
    },
}

# Keras knows many ways to write the same model.
RIGHT["unfreeze"] |= {
    "from behind, weight by weight": """
def unfreeze(model, first):
    model.get_layer(first)
    model.trainable = True
    trained = True
    for layer in reversed(model.layers):
        layer.trainable = trained and "batch_normalization" not in type(layer).__module__
        trained = trained and layer.name != first
    return model, int(sum(keras.ops.size(weight) for weight in model.trainable_weights))
""",
}
RIGHT["replace_head"] |= {
    "a Sequential of the other layers": """
def replace_head(model, classes):
    return keras.Sequential([keras.Input(model.input_shape[1:]), *model.layers[1:-1], layers.Dense(classes)])
""",
    "the features as a nested model": """
def replace_head(model, classes):
    features = keras.Model(model.input, model.layers[-2].output, name="features")
    return keras.Sequential([features, layers.Dense(classes)])
""",
    "a class that is built when it is called": """
class WithHead(keras.Model):
    def __init__(self, features, classes):
        super().__init__()
        self.features = features
        self.head = layers.Dense(classes)

    def call(self, x, training=False):
        return self.head(self.features(x, training=training))


def replace_head(model, classes):
    model = WithHead(keras.Model(model.input, model.layers[-2].output), classes)
    model.build((None, 16, 16, 3))
    return model
""",
    "a clone with the old weights": """
def replace_head(model, classes):
    copy = keras.models.clone_model(model)
    copy.set_weights(model.get_weights())
    return keras.Model(copy.input, layers.Dense(classes)(copy.layers[-2].output))
""",
    "layer after layer": """
def replace_head(model, classes):
    x = images = keras.Input(model.input_shape[1:])
    for layer in model.layers[1:-1]:
        x = layer(x)
    return keras.Model(images, layers.Dense(classes)(x))
""",
    "a layer class of one's own": """
class Head(layers.Layer):
    def __init__(self, classes):
        super().__init__()
        self.classes = classes

    def build(self, shape):
        self.kernel = self.add_weight(shape=(shape[-1], self.classes), initializer="glorot_uniform", name="kernel")
        self.bias = self.add_weight(shape=(self.classes,), initializer="zeros", name="bias")

    def call(self, x):
        return x @ self.kernel + self.bias


def replace_head(model, classes):
    return keras.Model(model.inputs, Head(classes)(model.layers[-2].output))
""",
    "Lambda at the end": _but(
        REPLACE_HEAD, "layers.Dense(classes)(x)", "layers.Lambda(lambda logits: logits)(layers.Dense(classes)(x))"
    ),
}
RIGHT["fine_tune"] |= {
    "Sequential": _but(
        FINE_TUNE,
        "model = keras.Model(vectors, head(backbone(vectors)))",
        "model = keras.Sequential([vectors, backbone, head])",
    ),
    "a class of one's own": """
class Tuned(keras.Model):
    def __init__(self, backbone, classes):
        super().__init__()
        self.backbone = backbone
        self.head = layers.Dense(classes, kernel_initializer="zeros", name="head")

    def call(self, x, training=False):
        return self.head(self.backbone(x, training=training))


def fine_tune(backbone, classes, inputs, labels, head_rate, fine_rate, steps):
    model = Tuned(backbone, classes)
    loss = lambda truth, logits: keras.losses.sparse_categorical_crossentropy(truth, logits, from_logits=True)
    for tuned, rate in enumerate((head_rate, fine_rate)):
        backbone.trainable = bool(tuned)
        for layer in backbone.layers:
            layer.trainable = bool(tuned) and not isinstance(layer, layers.BatchNormalization)
        model.compile(keras.optimizers.SGD(rate), loss, run_eagerly=True)
        for _ in range(steps):
            model.train_on_batch(inputs, labels)
    return model
""",
    "a loop of one's own": """
import tensorflow as tf


def fine_tune(backbone, classes, inputs, labels, head_rate, fine_rate, steps):
    vectors = keras.Input(backbone.input_shape[1:])
    head = layers.Dense(classes, kernel_initializer="zeros", name="head")
    model = keras.Model(vectors, head(backbone(vectors)))
    dense = [w for layer in backbone.layers if not isinstance(layer, layers.BatchNormalization) for w in layer.weights]
    for rate, weights in ((head_rate, head.weights), (fine_rate, head.weights + dense)):
        for _ in range(steps):
            with tf.GradientTape() as tape:
                logits = model(inputs, training=False)
                loss = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(labels, logits))
            for weight, slope in zip(weights, tape.gradient(loss, [w.value for w in weights])):
                weight.assign(weight - rate * slope)
    return model
""",
}
