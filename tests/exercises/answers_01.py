"""Answers that people really give to the exercises of chapter 01: task -> what it is -> code.

WRONG ones lose points and are noticed by the visible check, but for those in HIDDEN_ONLY, which say why not. RIGHT ones
are written in another style than the solution and earn full marks."""

WRONG = {
    "output_size": {
        "a float": """
def output_size(width, size, padding, stride):
    if size > width + 2 * padding: raise ValueError
    return (width - size + 2 * padding) / stride + 1
""",
        "rounded up": """
def output_size(width, size, padding, stride):
    if size > width + 2 * padding: raise ValueError
    return -(-(width - size + 2 * padding) // stride) + 1
""",
        "rounded to the nearest": """
def output_size(width, size, padding, stride):
    if size > width + 2 * padding: raise ValueError
    return round((width - size + 2 * padding) / stride + 1)
""",
        "padding counted once": """
def output_size(width, size, padding, stride):
    if size > width + 2 * padding: raise ValueError
    return (width - size + padding) // stride + 1
""",
        "true for same padding only": """
def output_size(width, size, padding, stride):
    if size > width + 2 * padding: raise ValueError
    return width // stride
""",
        "one forgotten": """
def output_size(width, size, padding, stride):
    if size > width + 2 * padding: raise ValueError
    return (width - size + 2 * padding) // stride
""",
        "no error": """
def output_size(width, size, padding, stride):
    return (width - size + 2 * padding) // stride + 1
""",
        "error without looking at the padding": """
def output_size(width, size, padding, stride):
    if size > width: raise ValueError
    return (width - size + 2 * padding) // stride + 1
""",
        "returns the error instead of raising it": """
def output_size(width, size, padding, stride):
    if size > width + 2 * padding: return ValueError("too large")
    return (width - size + 2 * padding) // stride + 1
""",
        "prints instead of returning": """
def output_size(width, size, padding, stride):
    if size > width + 2 * padding: raise ValueError
    print((width - size + 2 * padding) // stride + 1)
""",
    },
    "convolve": {
        "writes into the image": """
def convolve(image, kernel):
    h, w = kernel.shape
    rows, columns = image.shape[0] - h + 1, image.shape[1] - w + 1
    for i in range(rows):
        for j in range(columns):
            image[i, j] = (image[i:i+h, j:j+w] * kernel).sum()
    return image[:rows, :columns]
""",
        "height used for both sides": """
def convolve(image, kernel):
    h, w = kernel.shape
    out = np.zeros((image.shape[0] - h + 1, image.shape[0] - w + 1))
    for i, j in np.ndindex(*out.shape):
        out[i, j] = (image[i:i+h, j:j+w] * kernel).sum()
    return out
""",
        "kernel flipped": """
def convolve(image, kernel):
    h, w = kernel.shape
    k = kernel[::-1, ::-1]
    return np.array([[(image[i:i+h, j:j+w] * k).sum() for j in range(image.shape[1]-w+1)] for i in range(image.shape[0]-h+1)])
""",
        "one place too few": """
def convolve(image, kernel):
    h, w = kernel.shape
    return np.array([[(image[i:i+h, j:j+w] * kernel).sum() for j in range(image.shape[1]-w)] for i in range(image.shape[0]-h)])
""",
        "axes swapped": """
def convolve(image, kernel):
    h, w = kernel.shape
    return np.array([[(image[i:i+h, j:j+w] * kernel).sum() for i in range(image.shape[0]-h+1)] for j in range(image.shape[1]-w+1)])
""",
        "square kernels only": """
def convolve(image, kernel):
    n = kernel.shape[0]
    return np.array([[(image[i:i+n, j:j+n] * kernel).sum() for j in range(image.shape[1]-n+1)] for i in range(image.shape[0]-n+1)])
""",
        "matrix product": """
def convolve(image, kernel):
    h, w = kernel.shape
    return np.array([[(image[i:i+h, j:j+w] @ kernel.T).sum() for j in range(image.shape[1]-w+1)] for i in range(image.shape[0]-h+1)])
""",
        "integers only": """
def convolve(image, kernel):
    h, w = kernel.shape
    out = np.zeros((image.shape[0]-h+1, image.shape[1]-w+1), int)
    for i, j in np.ndindex(*out.shape):
        out[i, j] = (image[i:i+h, j:j+w] * kernel).sum()
    return out
""",
        "the image's kind of numbers": """
def convolve(image, kernel):
    h, w = kernel.shape
    out = np.zeros((image.shape[0]-h+1, image.shape[1]-w+1), dtype=image.dtype)
    for i, j in np.ndindex(*out.shape):
        out[i, j] = (image[i:i+h, j:j+w] * kernel).sum()
    return out
""",
        "the kernel's kind of numbers": """
def convolve(image, kernel):
    h, w = kernel.shape
    out = np.zeros((image.shape[0]-h+1, image.shape[1]-w+1), dtype=kernel.dtype)
    for i, j in np.ndindex(*out.shape):
        out[i, j] = (image[i:i+h, j:j+w] * kernel).sum()
    return out
""",
        "the mean instead of the sum": """
def convolve(image, kernel):
    h, w = kernel.shape
    return np.array([[(image[i:i+h, j:j+w] * kernel).mean() for j in range(image.shape[1]-w+1)] for i in range(image.shape[0]-h+1)])
""",
        "returns inside the loop": """
def convolve(image, kernel):
    h, w = kernel.shape
    out = np.zeros((image.shape[0]-h+1, image.shape[1]-w+1))
    for i in range(out.shape[0]):
        for j in range(out.shape[1]):
            out[i, j] = (image[i:i+h, j:j+w] * kernel).sum()
        return out
""",
    },
    "true_convolution": {
        "not flipped": """
def true_convolution(image, kernel):
    return convolve(image, kernel)
""",
        "flipped upside down only": """
def true_convolution(image, kernel):
    return convolve(image, kernel[::-1])
""",
        "flipped left to right only": """
def true_convolution(image, kernel):
    return convolve(image, kernel[:, ::-1])
""",
        "transposed": """
def true_convolution(image, kernel):
    return convolve(image, kernel.T)
""",
        "image flipped": """
def true_convolution(image, kernel):
    return convolve(image[::-1, ::-1], kernel)
""",
        "flips what it was given": """
def true_convolution(image, kernel):
    kernel[:] = kernel[::-1, ::-1].copy()
    return convolve(image, kernel)
""",
        "result flipped instead of the kernel": """
def true_convolution(image, kernel):
    return convolve(image, kernel)[::-1, ::-1]
""",
    },
    "pad_same": {
        "frame as wide as the kernel": """
def pad_same(image, size, mode):
    if size % 2 == 0 or mode not in ('zeros', 'edge', 'reflect'): raise ValueError
    return np.pad(image, size, mode={'zeros': 'constant'}.get(mode, mode))
""",
        "symmetric instead of reflect": """
def pad_same(image, size, mode):
    if size % 2 == 0 or mode not in ('zeros', 'edge', 'reflect'): raise ValueError
    return np.pad(image, size // 2, mode={'zeros': 'constant', 'edge': 'edge', 'reflect': 'symmetric'}[mode])
""",
        "always one": """
def pad_same(image, size, mode):
    if size % 2 == 0 or mode not in ('zeros', 'edge', 'reflect'): raise ValueError
    return np.pad(image, 1, mode={'zeros': 'constant'}.get(mode, mode))
""",
        "one side only": """
def pad_same(image, size, mode):
    if size % 2 == 0 or mode not in ('zeros', 'edge', 'reflect'): raise ValueError
    return np.pad(image, ((size - 1, 0), (size - 1, 0)), mode={'zeros': 'constant'}.get(mode, mode))
""",
        "rows only": """
def pad_same(image, size, mode):
    if size % 2 == 0 or mode not in ('zeros', 'edge', 'reflect'): raise ValueError
    return np.pad(image, ((size // 2, size // 2), (0, 0)), mode={'zeros': 'constant'}.get(mode, mode))
""",
        "even sizes let through": """
def pad_same(image, size, mode):
    if mode not in ('zeros', 'edge', 'reflect'): raise ValueError
    return np.pad(image, size // 2, mode={'zeros': 'constant'}.get(mode, mode))
""",
        "every mode of np.pad let through": """
def pad_same(image, size, mode):
    if size % 2 == 0: raise ValueError
    return np.pad(image, size // 2, mode={'zeros': 'constant'}.get(mode, mode))
""",
        "fractions cut off": """
def pad_same(image, size, mode):
    if size % 2 == 0 or mode not in ('zeros', 'edge', 'reflect'): raise ValueError
    return np.pad(image, size // 2, mode={'zeros': 'constant'}.get(mode, mode)).astype(int)
""",
        "a KeyError for unknown modes": """
def pad_same(image, size, mode):
    if size % 2 == 0: raise ValueError
    return np.pad(image, size // 2, mode={'zeros': 'constant', 'edge': 'edge', 'reflect': 'reflect'}[mode])
""",
    },
    "convolve_strided": {
        "no stride to the right": """
def convolve_strided(image, kernel, strides, padding):
    padded = np.pad(image, padding)
    if kernel.shape[0] > padded.shape[0] or kernel.shape[1] > padded.shape[1]: raise ValueError
    return convolve(padded, kernel)[::strides[0]]
""",
        "stride forgotten": """
def convolve_strided(image, kernel, strides, padding):
    padded = np.pad(image, padding)
    if kernel.shape[0] > padded.shape[0] or kernel.shape[1] > padded.shape[1]: raise ValueError
    return convolve(padded, kernel)
""",
        "padding forgotten": """
def convolve_strided(image, kernel, strides, padding):
    if kernel.shape[0] > image.shape[0] or kernel.shape[1] > image.shape[1]: raise ValueError
    return convolve(image, kernel)[::strides[0], ::strides[1]]
""",
        "strides swapped": """
def convolve_strided(image, kernel, strides, padding):
    padded = np.pad(image, padding)
    if kernel.shape[0] > padded.shape[0] or kernel.shape[1] > padded.shape[1]: raise ValueError
    return convolve(padded, kernel)[::strides[1], ::strides[0]]
""",
        "one stride for both": """
def convolve_strided(image, kernel, strides, padding):
    padded = np.pad(image, padding)
    if kernel.shape[0] > padded.shape[0] or kernel.shape[1] > padded.shape[1]: raise ValueError
    return convolve(padded, kernel)[::strides[0], ::strides[0]]
""",
        "image thinned out first": """
def convolve_strided(image, kernel, strides, padding):
    padded = np.pad(image, padding)
    if kernel.shape[0] > padded.shape[0] or kernel.shape[1] > padded.shape[1]: raise ValueError
    return convolve(padded[::strides[0], ::strides[1]], kernel)
""",
        "edge instead of zeros": """
def convolve_strided(image, kernel, strides, padding):
    padded = np.pad(image, padding, mode='edge')
    if kernel.shape[0] > padded.shape[0] or kernel.shape[1] > padded.shape[1]: raise ValueError
    return convolve(padded, kernel)[::strides[0], ::strides[1]]
""",
        "no error": """
def convolve_strided(image, kernel, strides, padding):
    return convolve(np.pad(image, padding), kernel)[::strides[0], ::strides[1]]
""",
        "looks at the height only": """
def convolve_strided(image, kernel, strides, padding):
    padded = np.pad(image, padding)
    if kernel.shape[0] > padded.shape[0]: raise ValueError
    return convolve(padded, kernel)[::strides[0], ::strides[1]]
""",
    },
    "convolve_channels": {
        "channels not summed": """
def convolve_channels(image, kernels, bias):
    if image.shape[2] != kernels.shape[2]: raise ValueError
    return np.stack([convolve(image[:, :, 0], kernels[:, :, 0, f]) for f in range(kernels.shape[3])], axis=-1) + bias
""",
        "mean instead of sum": """
def convolve_channels(image, kernels, bias):
    if image.shape[2] != kernels.shape[2]: raise ValueError
    n = image.shape[2]
    return np.stack([sum(convolve(image[:, :, c], kernels[:, :, c, f]) for c in range(n)) / n for f in range(kernels.shape[3])], axis=-1) + bias
""",
        "filters first": """
def convolve_channels(image, kernels, bias):
    if image.shape[2] != kernels.shape[2]: raise ValueError
    return np.stack([sum(convolve(image[:, :, c], kernels[:, :, c, f]) for c in range(image.shape[2])) + bias[f] for f in range(kernels.shape[3])])
""",
        "channels and filters swapped": """
def convolve_channels(image, kernels, bias):
    if image.shape[2] != kernels.shape[2]: raise ValueError
    return np.stack([sum(convolve(image[:, :, c], kernels[:, :, f, c]) for c in range(image.shape[2])) for f in range(kernels.shape[3])], axis=-1) + bias
""",
        "bias forgotten": """
def convolve_channels(image, kernels, bias):
    if image.shape[2] != kernels.shape[2]: raise ValueError
    return np.stack([sum(convolve(image[:, :, c], kernels[:, :, c, f]) for c in range(image.shape[2])) for f in range(kernels.shape[3])], axis=-1)
""",
        "bias for each channel": """
def convolve_channels(image, kernels, bias):
    if image.shape[2] != kernels.shape[2]: raise ValueError
    return np.stack([sum(convolve(image[:, :, c], kernels[:, :, c, f]) + bias[f] for c in range(image.shape[2])) for f in range(kernels.shape[3])], axis=-1)
""",
        "no error": """
def convolve_channels(image, kernels, bias):
    n = min(image.shape[2], kernels.shape[2])
    return np.stack([sum(convolve(image[:, :, c], kernels[:, :, c, f]) for c in range(n)) for f in range(kernels.shape[3])], axis=-1) + bias
""",
        "an error for too few channels only": """
def convolve_channels(image, kernels, bias):
    if image.shape[2] < kernels.shape[2]: raise ValueError
    return np.stack([sum(convolve(image[:, :, c], kernels[:, :, c, f]) for c in range(kernels.shape[2])) for f in range(kernels.shape[3])], axis=-1) + bias
""",
        "the bias is added to the image": """
def convolve_channels(image, kernels, bias):
    if image.shape[2] != kernels.shape[2]: raise ValueError
    return np.stack([sum(convolve(image[:, :, c] + bias[f], kernels[:, :, c, f]) for c in range(image.shape[2])) for f in range(kernels.shape[3])], axis=-1)
""",
    },
    "count_parameters": {
        "biases forgotten": """
def count_parameters(network):
    return sum(n[0]**2 * n[1] * n[2] if k == 'conv' else n[0] * n[1] if k == 'dense' else 4 * n[0] if k == 'batch_norm' else 0 for k, *n in network)
""",
        "kernel counted in one dimension": """
def count_parameters(network):
    return sum((n[0] * n[1] + 1) * n[2] if k == 'conv' else (n[0] + 1) * n[1] if k == 'dense' else 4 * n[0] if k == 'batch_norm' else 0 for k, *n in network)
""",
        "one bias for each channel, not filter": """
def count_parameters(network):
    return sum(n[0]**2 * n[1] * n[2] + n[1] if k == 'conv' else (n[0] + 1) * n[1] if k == 'dense' else 4 * n[0] if k == 'batch_norm' else 0 for k, *n in network)
""",
        "channels forgotten": """
def count_parameters(network):
    return sum((n[0]**2 + 1) * n[2] if k == 'conv' else (n[0] + 1) * n[1] if k == 'dense' else 4 * n[0] if k == 'batch_norm' else 0 for k, *n in network)
""",
        "pooling has weights": """
def count_parameters(network):
    return sum((n[0]**2 * n[1] + 1) * n[2] if k == 'conv' else (n[0] + 1) * n[1] if k == 'dense' else 4 * n[0] if k == 'batch_norm' else n[0]**2 for k, *n in network)
""",
        "returns after the first layer": """
def count_parameters(network):
    for k, *n in network:
        return (n[0]**2 * n[1] + 1) * n[2] if k == 'conv' else (n[0] + 1) * n[1] if k == 'dense' else 4 * n[0] if k == 'batch_norm' else 0
    return 0
""",
        "only the learned half of batch normalization": """
def count_parameters(network):
    return sum((n[0]**2 * n[1] + 1) * n[2] if k == 'conv' else (n[0] + 1) * n[1] if k == 'dense' else 2 * n[0] if k == 'batch_norm' else 0 for k, *n in network)
""",
        "None without layers": """
def count_parameters(network):
    for k, *n in network:
        total = sum((n[0]**2 * n[1] + 1) * n[2] if k == 'conv' else (n[0] + 1) * n[1] if k == 'dense' else 4 * n[0] if k == 'batch_norm' else 0 for k, *n in network)
        return total
""",
    },
    "seen_by": {
        "padding forgotten": """
def seen_by(layers, unit):
    first = last = unit
    for size, stride, padding in reversed(layers):
        first, last = first * stride, last * stride + size - 1
    return first, last
""",
        "strides forgotten": """
def seen_by(layers, unit):
    first = last = unit
    for size, stride, padding in reversed(layers):
        first, last = first - padding, last - padding + size - 1
    return first, last
""",
        "from the first layer to the last": """
def seen_by(layers, unit):
    first = last = unit
    for size, stride, padding in layers:
        first, last = first * stride - padding, last * stride - padding + size - 1
    return first, last
""",
        "one pixel too far": """
def seen_by(layers, unit):
    first = last = unit
    for size, stride, padding in reversed(layers):
        first, last = first * stride - padding, last * stride - padding + size
    return first, last
""",
        "cut at the edge of the picture": """
def seen_by(layers, unit):
    first = last = unit
    for size, stride, padding in reversed(layers):
        first, last = max(0, first * stride - padding), last * stride - padding + size - 1
    return first, last
""",
        "the size instead of the place": """
def seen_by(layers, unit):
    first = last = unit
    for size, stride, padding in reversed(layers):
        first, last = first * stride - padding, last * stride - padding + size - 1
    return last - first + 1
""",
        "turns the list round for good": """
def seen_by(layers, unit):
    layers.reverse()
    first = last = unit
    for size, stride, padding in layers:
        first, last = first * stride - padding, last * stride - padding + size - 1
    return first, last
""",
        "padding on both sides of the first pixel": """
def seen_by(layers, unit):
    first = last = unit
    for size, stride, padding in reversed(layers):
        first, last = first * stride - 2 * padding, last * stride - 2 * padding + size - 1
    return first, last
""",
    },
    "darker_to_the_right": {
        "no return": """
def darker_to_the_right():
    kernel = np.array([[1, 0, -1]] * 3)
""",
        "a single row": """
def darker_to_the_right():
    return np.array([1, 0, -1])
""",
        "brighter to the right": """
def darker_to_the_right():
    return np.array([[-1, 0, 1], [-1, 0, 1], [-1, 0, 1]])
""",
        "rows and columns swapped": """
def darker_to_the_right():
    return np.array([[1, 1, 1], [0, 0, 0], [-1, -1, -1]])
""",
        "responds to constant brightness": """
def darker_to_the_right():
    return np.array([[1, 1, -1], [1, 1, -1], [1, 1, -1]])
""",
        "diagonal": """
def darker_to_the_right():
    return np.array([[2, 1, 0], [1, 0, -1], [0, -1, -2]])
""",
        "right only where all rows are equal": """
def darker_to_the_right():
    return np.array([[-1, 0, 1], [3, 0, -3], [-1, 0, 1]])
""",
        "a 1x3 kernel": """
def darker_to_the_right():
    return np.array([[1, 0, -1]])
""",
        "zeros": """
def darker_to_the_right():
    return np.zeros((3, 3))
""",
    },
    "blur": {
        "windows that end too early": """
def blur(image):
    result = image.astype(float)
    for i in range(1, image.shape[0] - 1):
        for j in range(1, image.shape[1] - 1):
            result[i, j] = image[i-1:i+1, j-1:j+1].mean()
    return result
""",
        "a copy, but of integers": """
def blur(image):
    result = image.copy()
    for i in range(1, image.shape[0] - 1):
        for j in range(1, image.shape[1] - 1):
            result[i, j] = image[i - 1:i + 2, j - 1:j + 2].mean()
    return result
""",
        "floats, but in place": """
def blur(image):
    result = image if image.dtype == float else image.astype(float)
    for i in range(1, image.shape[0] - 1):
        for j in range(1, image.shape[1] - 1):
            result[i, j] = image[i - 1:i + 2, j - 1:j + 2].mean()
    return result
""",
        "nothing mended": """
def blur(image):
    result = image
    for i in range(1, image.shape[0] - 1):
        for j in range(1, image.shape[1] - 1):
            result[i, j] = image[i - 1:i + 2, j - 1:j + 2].mean()
    return result
""",
        "a copy to read from, but the given picture is written": """
def blur(image):
    original, result = image.copy(), image
    for i in range(1, image.shape[0] - 1):
        for j in range(1, image.shape[1] - 1):
            result[i, j] = original[i - 1:i + 2, j - 1:j + 2].mean()
    return result
""",
        "the edge becomes 0": """
def blur(image):
    result = np.zeros(image.shape)
    for i in range(1, image.shape[0] - 1):
        for j in range(1, image.shape[1] - 1):
            result[i, j] = image[i - 1:i + 2, j - 1:j + 2].mean()
    return result
""",
        "neighbours already blurred": """
def blur(image):
    result = image.astype(float)
    for i in range(1, image.shape[0] - 1):
        for j in range(1, image.shape[1] - 1):
            result[i, j] = result[i - 1:i + 2, j - 1:j + 2].mean()
    return result
""",
        "the edge is blurred, too": """
def blur(image):
    padded = np.pad(image.astype(float), 1)
    return np.array([[padded[i:i + 3, j:j + 3].mean() for j in range(image.shape[1])] for i in range(image.shape[0])])
""",
    },
    "shift_model": {
        "the other way": """
def shift_model(down, right):
    reach = max(abs(down), abs(right))
    kernel = np.zeros((2 * reach + 1, 2 * reach + 1, 1, 1), "float32")
    kernel[reach + down, reach + right] = 1
    layer = keras.layers.Conv2D(1, 2 * reach + 1, padding="same", use_bias=False)
    model = keras.Sequential([keras.Input((None, None, 1)), layer])
    layer.set_weights([kernel])
    return model
""",
        "rows and columns swapped": """
def shift_model(down, right):
    reach = max(abs(down), abs(right))
    kernel = np.zeros((2 * reach + 1, 2 * reach + 1, 1, 1), "float32")
    kernel[reach - right, reach - down] = 1
    layer = keras.layers.Conv2D(1, 2 * reach + 1, padding="same", use_bias=False)
    model = keras.Sequential([keras.Input((None, None, 1)), layer])
    layer.set_weights([kernel])
    return model
""",
        "always a 3x3 kernel": """
def shift_model(down, right):
    kernel = np.zeros((3, 3, 1, 1), "float32")
    kernel[(1 - down) % 3, (1 - right) % 3] = 1
    layer = keras.layers.Conv2D(1, 3, padding="same", use_bias=False)
    model = keras.Sequential([keras.Input((None, None, 1)), layer])
    layer.set_weights([kernel])
    return model
""",
        "random weights": """
def shift_model(down, right):
    size = 2 * max(abs(down), abs(right)) + 1
    return keras.Sequential([keras.Input((None, None, 1)), keras.layers.Conv2D(1, size, padding="same", use_bias=False)])
""",
        "with a bias": """
def shift_model(down, right):
    reach = max(abs(down), abs(right))
    kernel = np.zeros((2 * reach + 1, 2 * reach + 1, 1, 1), "float32")
    kernel[reach - down, reach - right] = 1
    layer = keras.layers.Conv2D(1, 2 * reach + 1, padding="same")
    model = keras.Sequential([keras.Input((None, None, 1)), layer])
    layer.set_weights([kernel, np.zeros(1)])
    return model
""",
        "valid padding": """
def shift_model(down, right):
    reach = max(abs(down), abs(right))
    kernel = np.zeros((2 * reach + 1, 2 * reach + 1, 1, 1), "float32")
    kernel[reach - down, reach - right] = 1
    layer = keras.layers.Conv2D(1, 2 * reach + 1, padding="valid", use_bias=False)
    model = keras.Sequential([keras.Input((None, None, 1)), layer])
    layer.set_weights([kernel])
    return model
""",
        "the layer without a model": """
def shift_model(down, right):
    reach = max(abs(down), abs(right))
    kernel = np.zeros((2 * reach + 1, 2 * reach + 1, 1, 1), "float32")
    kernel[reach - down, reach - right] = 1
    layer = keras.layers.Conv2D(1, 2 * reach + 1, padding="same", use_bias=False)
    layer.build((None, None, None, 1))
    layer.set_weights([kernel])
    return layer
""",
        "moves to positive sides only": """
def shift_model(down, right):
    reach = max(abs(down), abs(right))
    kernel = np.zeros((2 * reach + 1, 2 * reach + 1, 1, 1), "float32")
    kernel[reach - abs(down), reach - abs(right)] = 1
    layer = keras.layers.Conv2D(1, 2 * reach + 1, padding="same", use_bias=False)
    model = keras.Sequential([keras.Input((None, None, 1)), layer])
    layer.set_weights([kernel])
    return model
""",
    },
    "deeper_stacks": {
        "a conclusion from the prediction": """
def deeper_stacks():
    depths = [1, 4, 16, 32]
    return {"settings": depths, "predicted": "stays", "measured": [used_part(d) for d in depths], "conclusion": "stays"}
""",
        "made-up numbers": """
def deeper_stacks():
    return {"settings": [1, 4, 16, 32], "predicted": "falls", "measured": [1.0, 0.9, 0.8, 0.7], "conclusion": "falls"}
""",
        "measured once for all": """
def deeper_stacks():
    depths = [1, 4, 16, 32]
    return {"settings": depths, "predicted": "falls", "measured": [used_part(4)] * 4, "conclusion": "stays"}
""",
        "too few depths": """
def deeper_stacks():
    depths = [1, 32]
    return {"settings": depths, "predicted": "falls", "measured": [used_part(d) for d in depths], "conclusion": "falls"}
""",
        "shallow stacks only": """
def deeper_stacks():
    depths = [1, 2, 3, 4, 8]
    return {"settings": depths, "predicted": "falls", "measured": [used_part(d) for d in depths], "conclusion": "falls"}
""",
        "no prediction": """
def deeper_stacks():
    depths = [1, 4, 16, 32]
    return {"settings": depths, "predicted": None, "measured": [used_part(d) for d in depths], "conclusion": "falls"}
""",
        "the side in pixels": """
def deeper_stacks():
    depths = [1, 4, 16, 32]
    return {"settings": depths, "predicted": "grows", "measured": [used_part(d) * (2 * d + 1) for d in depths], "conclusion": "grows"}
""",
        "one seed instead of the mean": """
def deeper_stacks():
    depths, measured = [2, 8, 16, 24], []
    for d in depths:
        shares, reach = influence(d, 0), 0
        while shares[d - reach:d + reach + 1, d - reach:d + reach + 1].sum() < 0.9:
            reach += 1
        measured.append((2 * reach + 1) / (2 * d + 1))
    return {"settings": depths, "predicted": "falls", "measured": measured, "conclusion": "falls"}
""",
    },
}

RIGHT = {
    "output_size": {
        "counted": """
def output_size(width, size, padding, stride):
    places = len(range(0, width + 2 * padding - size + 1, stride))
    if places == 0: raise ValueError("too large")
    return places
""",
        "an int of a float": """
def output_size(width, size, padding, stride):
    length = width + padding + padding
    if length < size:
        raise ValueError()
    return int((length - size) / stride) + 1
""",
        "NumPy's integers": """
def output_size(width, size, padding, stride):
    if size > width + 2 * padding:
        raise ValueError("the kernel is too large")
    return np.int64(np.floor((width - size + 2 * padding) / stride)) + 1
""",
    },
    "convolve": {
        "np.zeros and two loops": """
def convolve(image, kernel):
    h, w = kernel.shape
    out = np.zeros((image.shape[0] - h + 1, image.shape[1] - w + 1))
    for i in range(out.shape[0]):
        for j in range(out.shape[1]):
            out[i, j] = (image[i:i+h, j:j+w] * kernel).sum()
    return out
""",
        "four loops": """
def convolve(image, kernel):
    rows = image.shape[0] - kernel.shape[0] + 1
    columns = image.shape[1] - kernel.shape[1] + 1
    out = np.zeros((rows, columns))
    for i in range(rows):
        for j in range(columns):
            for m in range(kernel.shape[0]):
                for n in range(kernel.shape[1]):
                    out[i, j] += image[i + m, j + n] * kernel[m, n]
    return out
""",
        "over the kernel": """
def convolve(image, kernel):
    h, w = kernel.shape
    rows, columns = image.shape[0] - h + 1, image.shape[1] - w + 1
    return sum(kernel[m, n] * image[m:m + rows, n:n + columns] for m in range(h) for n in range(w))
""",
        "windows of NumPy": """
def convolve(image, kernel):
    return np.einsum("ijmn,mn->ij", np.lib.stride_tricks.sliding_window_view(image, kernel.shape), kernel)
""",
    },
    "true_convolution": {
        "np.flip": """
def true_convolution(image, kernel):
    return convolve(image, np.flip(kernel))
""",
        "turned by half a turn": """
def true_convolution(image, kernel):
    return convolve(image, np.rot90(kernel, 2)).astype(float)
""",
        "without convolve": """
def true_convolution(image, kernel):
    h, w = kernel.shape
    out = np.zeros((image.shape[0] - h + 1, image.shape[1] - w + 1))
    for i, j in np.ndindex(*out.shape):
        for m, n in np.ndindex(h, w):
            out[i, j] += image[i + h - 1 - m, j + w - 1 - n] * kernel[m, n]
    return out
""",
    },
    "pad_same": {
        "a frame of np.zeros, filled by indices": """
def pad_same(image, size, mode):
    if size % 2 != 1:
        raise ValueError("size must be odd")
    half, (h, w) = size // 2, image.shape
    if mode == "zeros":
        out = np.zeros((h + 2 * half, w + 2 * half))
        out[half:half + h, half:half + w] = image
        return out
    if mode == "edge":
        inside = lambda i, n: min(max(i, 0), n - 1)
    elif mode == "reflect":
        inside = lambda i, n: n - 1 - abs(n - 1 - abs(i))
    else:
        raise ValueError("unknown mode")
    rows, columns = [inside(i - half, h) for i in range(h + 2 * half)], [inside(j - half, w) for j in range(w + 2 * half)]
    return image[np.ix_(rows, columns)]
""",
        "as floats": """
def pad_same(image, size, mode):
    if size % 2 == 0: raise ValueError
    if mode == "zeros": return np.pad(image.astype(float), (size - 1) // 2)
    if mode in ("edge", "reflect"): return np.pad(image.astype(float), (size - 1) // 2, mode)
    raise ValueError(mode)
""",
    },
    "convolve_strided": {
        "loops that skip": """
def convolve_strided(image, kernel, strides, padding):
    (a, b), (down, right) = kernel.shape, strides
    frame = np.zeros((image.shape[0] + 2 * padding, image.shape[1] + 2 * padding))
    frame[padding:padding + image.shape[0], padding:padding + image.shape[1]] = image
    rows, columns = (frame.shape[0] - a) // down + 1, (frame.shape[1] - b) // right + 1
    if frame.shape[0] < a or frame.shape[1] < b:
        raise ValueError("the kernel does not fit")
    out = np.zeros((rows, columns))
    for i in range(rows):
        for j in range(columns):
            out[i, j] = np.sum(frame[i * down:i * down + a, j * right:j * right + b] * kernel)
    return out
""",
        "windows of NumPy, whose own ValueError is passed on": """
def convolve_strided(image, kernel, strides, padding):
    windows = np.lib.stride_tricks.sliding_window_view(np.pad(image, padding), kernel.shape)
    return (windows[::strides[0], ::strides[1]] * kernel).sum(axis=(2, 3))
""",
    },
    "convolve_channels": {
        "loops": """
def convolve_channels(image, kernels, bias):
    h, w, channels = image.shape
    size, _, expected, filters = kernels.shape
    if channels != expected: raise ValueError("channels")
    out = np.zeros((h - size + 1, w - size + 1, filters))
    for i in range(out.shape[0]):
        for j in range(out.shape[1]):
            for f in range(filters):
                out[i, j, f] = (image[i:i+size, j:j+size] * kernels[..., f]).sum() + bias[f]
    return out
""",
        "einsum": """
def convolve_channels(image, kernels, bias):
    if image.shape[-1] != kernels.shape[2]: raise ValueError
    windows = np.lib.stride_tricks.sliding_window_view(image, kernels.shape[:2], axis=(0, 1))
    return np.einsum("ijcmn,mncf->ijf", windows, kernels) + bias
""",
        "tensordot": """
def convolve_channels(image, kernels, bias):
    if image.shape[-1] != kernels.shape[2]: raise ValueError
    size = kernels.shape[0]
    rows, columns = image.shape[0] - size + 1, image.shape[1] - size + 1
    out = bias + np.zeros((rows, columns, 1))
    for m in range(size):
        for n in range(size):
            out = out + image[m:m + rows, n:n + columns] @ kernels[m, n]
    return out
""",
    },
    "count_parameters": {
        "a function for each kind": """
def count_parameters(network):
    count = {"conv": lambda s, c, f: s ** 2 * c * f + f, "dense": lambda i, o: i * o + o,
             "batch_norm": lambda c: 4 * c, "pool": lambda s: 0}
    return sum(count[kind](*numbers) for kind, *numbers in network)
""",
        "match, with NumPy": """
def count_parameters(network):
    total = np.int64(0)
    for layer in network:
        match layer[0]:
            case "conv":
                total += np.prod([layer[1], layer[1], layer[2], layer[3]]) + layer[3]
            case "dense":
                total += layer[1] * layer[2] + layer[2]
            case "batch_norm":
                total += layer[1] * 4
    return total
""",
    },
    "seen_by": {
        "recursion": """
def seen_by(layers, unit):
    def walk(layers, first, last):
        if not layers:
            return (first, last)
        *before, (size, stride, padding) = layers
        return walk(before, first * stride - padding, last * stride - padding + size - 1)
    return walk(list(layers), unit, unit)
""",
        "jump and offset, forwards, as a list": """
def seen_by(layers, unit):
    start, jump, side = 0, 1, 1
    for size, stride, padding in layers:
        start -= padding * jump
        side += (size - 1) * jump
        jump *= stride
    first = start + unit * jump
    return [first, first + side - 1]
""",
    },
    "darker_to_the_right": {
        "Sobel": """
def darker_to_the_right():
    return np.array([[1, 0, -1], [2, 0, -2], [1, 0, -1]])
""",
        "the middle row only": """
def darker_to_the_right():
    kernel = np.zeros((3, 3))
    kernel[1] = [1, 0, -1]
    return kernel
""",
        "neighbours, in fractions": """
def darker_to_the_right():
    return np.array([[0.5, -0.5, 0], [0, 0.25, -0.25], [1, 0, -1]])
""",
    },
    "blur": {
        "windows of NumPy": """
def blur(image):
    result = image.astype("float64")
    result[1:-1, 1:-1] = np.lib.stride_tricks.sliding_window_view(image, (3, 3)).mean(axis=(2, 3))
    return result
""",
        "nine shifted pictures": """
def blur(image):
    result = np.array(image, dtype=float)
    h, w = image.shape
    result[1:-1, 1:-1] = sum(image[i:h - 2 + i, j:w - 2 + j] for i in range(3) for j in range(3)) / 9
    return result
""",
    },
    "shift_model": {
        "functional": """
def shift_model(down, right):
    size = 2 * max(abs(down), abs(right)) + 1
    pictures = keras.Input((None, None, 1))
    model = keras.Model(pictures, keras.layers.Conv2D(1, (size, size), padding="same", use_bias=False)(pictures))
    kernel = np.zeros((size, size))
    kernel[size // 2 - down][size // 2 - right] = 1
    model.set_weights([kernel[:, :, np.newaxis, np.newaxis]])
    return model
""",
        "a kernel that need not be square": """
def shift_model(down, right):
    size = (2 * abs(down) + 1, 2 * abs(right) + 1)
    model = keras.models.Sequential()
    model.add(keras.layers.Input(shape=(None, None, 1)))
    model.add(keras.layers.Conv2D(1, size, strides=1, padding="same", use_bias=False))
    kernel = np.zeros((*size, 1, 1), "float32")
    kernel[abs(down) - down, abs(right) - right, 0, 0] = 1.0
    model.layers[0].kernel.assign(kernel)
    return model
""",
    },
    "deeper_stacks": {
        "a prediction for each depth, other depths": """
def deeper_stacks():
    depths = [1, 2, 4, 8, 16, 24, 32]
    return {"settings": depths, "predicted": [1, 1, 1, 0.9, 0.9, 0.8, 0.8], "measured": [used_part(d) for d in depths], "conclusion": "falls"}
""",
        "an array, in falling order, with an own loop": """
def deeper_stacks():
    depths, measured = (32, 20, 10, 5), []
    for depth in depths:
        sides = []
        for seed in range(5):
            shares = influence(depth, seed)
            for reach in range(depth + 1):
                middle = shares[depth - reach:depth + reach + 1, depth - reach:depth + reach + 1]
                if middle.sum() >= 0.9:
                    break
            sides.append(2 * reach + 1)
        measured.append(np.mean(sides) / (2 * depth + 1))
    return {"settings": depths, "predicted": "grows", "measured": np.array(measured), "conclusion": "falls", "note": "fewer ways lead from the edge"}
""",
    },
}

HIDDEN_ONLY = {}  # wrong answers that no visible check can notice: task -> name -> why

# Keras knows many ways to write the same model.
KERNEL = """
def kernel_of(down, right):
    reach = max(abs(down), abs(right))
    kernel = np.zeros((2 * reach + 1, 2 * reach + 1, 1, 1), "float32")
    kernel[reach - down, reach - right] = 1
    return kernel

"""
RIGHT["shift_model"] |= {
    "an initializer": KERNEL
    + """
def shift_model(down, right):
    kernel = kernel_of(down, right)
    layer = keras.layers.Conv2D(1, len(kernel), padding="same", use_bias=False, kernel_initializer=lambda shape, dtype=None: kernel)
    return keras.Sequential([keras.Input((None, None, 1)), layer])
""",
    "a class of one's own": KERNEL
    + """
class Shift(keras.Model):
    def __init__(self, kernel):
        super().__init__()
        self.convolution = keras.layers.Conv2D(1, kernel.shape[:2], padding="same", use_bias=False)
        self.convolution.build((None, None, None, 1))
        self.convolution.set_weights([kernel])

    def call(self, pictures):
        return self.convolution(pictures)


def shift_model(down, right):
    return Shift(kernel_of(down, right))
""",
    "a layer class of one's own": KERNEL
    + """
class Shift(keras.layers.Layer):
    def __init__(self, kernel):
        super().__init__()
        self.kernel = self.add_weight(shape=kernel.shape)
        self.kernel.assign(kernel)

    def call(self, pictures):
        return keras.ops.conv(pictures, self.kernel, padding="same")


def shift_model(down, right):
    pictures = keras.Input((None, None, 1))
    return keras.Model(pictures, Shift(kernel_of(down, right))(pictures))
""",
}
