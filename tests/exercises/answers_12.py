"""Answers that people really give to the exercises of chapter 12: task -> what it is -> code.

WRONG ones lose points and are noticed by the visible check, but for those in HIDDEN_ONLY, which say why not. RIGHT ones
are written in another style than the solution and earn full marks."""

MERGE = """
def merge_step(words, counts):
    found = {{}}
    for word, count in zip(words, counts):
        for pair in {pairs}:
            found[pair] = found.get(pair, 0) + {count}
    if not found:
        raise ValueError("no pair")
    best = {best}
    merged = []
    for word in words:
        new, place = [], 0
        while place < len(word):
            hit = {hit}
            new.append("".join(best) if hit else word[place])
            place += {step} if hit else 1
        merged.append(new)
    return best, {result}
"""
MERGE_PARTS = {
    "pairs": "zip(word, word[1:])",
    "count": "count",
    "best": "min(found, key=lambda pair: (-found[pair], pair))",
    "hit": "tuple(word[place:place + 2]) == best",
    "step": "2",
    "result": "merged",
}
ENCODE = """
def encode(word, merges):
    symbols = list(word)
    for pair in {order}:
        new, place = [], 0
        while place < len(symbols):
            hit = {hit}
            new.append("".join(pair) if hit else symbols[place])
            place += 2 if hit else 1
        symbols = new
    return {result}
"""
ENCODE_PARTS = {"order": "merges", "hit": "tuple(symbols[place:place + 2]) == pair", "result": "symbols"}
BIGRAMS = """
def bigrams(texts, size, k):
    if {wrong}:
        raise ValueError("k or token")
    counts = np.zeros((size, size))
    for text in texts:
        framed = {framed}
        for a, b in zip(framed, framed[1:]):
            counts[a, b] += 1
    if k == 0:
        counts[counts.sum(axis=1) == 0] = {empty}
    return {result}
"""
BIGRAMS_PARTS = {
    "wrong": "k < 0 or any(token < 1 or token >= size for text in texts for token in text)",
    "framed": "[0, *text, 0]",
    "empty": "1",
    "result": "(counts + k) / (counts.sum(axis=1, keepdims=True) + k * size)",
}
MASKED = """
def masked_batch(tokens, special, draws, kinds, others, mask_token):
    chosen = {chosen}
    replaced = {replaced}
    inputs = {inputs}
    return inputs, {labels}
"""
MASKED_PARTS = {
    "chosen": "(draws < 0.15) & ~special",
    "replaced": "np.where(kinds < 0.8, mask_token, np.where(kinds < 0.9, others, tokens))",
    "inputs": "np.where(chosen, replaced, tokens)",
    "labels": "np.where(chosen, tokens, -100)",
}
PACKED = """
def packed(documents, end, length):
    stream = {stream}
    rows = {rows}
    if {wrong}:
        raise ValueError("too few tokens")
    inputs = np.array({inputs})
    targets = np.array({targets})
    return inputs, targets
"""
PACKED_PARTS = {
    "stream": "[token for document in documents for token in [*document, end]]",
    "rows": "(len(stream) - 1) // length",
    "wrong": "rows < 1",
    "inputs": "[stream[i * length:(i + 1) * length] for i in range(rows)]",
    "targets": "[stream[i * length + 1:(i + 1) * length + 1] for i in range(rows)]",
}
LOSS = """
def causal_loss(logits, tokens, padding):
    x, targets = {pair}
    {stable}
    log_p = {log_p}
    of_targets = np.take_along_axis(log_p, targets[..., None], axis=-1)[..., 0]
    kept = {kept}
    return {result}
"""
LOSS_PARTS = {
    "pair": "logits[:, :-1], tokens[:, 1:]",
    "stable": "x = x - x.max(axis=-1, keepdims=True)",
    "log_p": "x - np.log(np.exp(x).sum(axis=-1, keepdims=True))",
    "kept": "targets != padding",
    "result": "-of_targets[kept].mean()",
}
NEXT = """
def next_probabilities(logits, temperature, k, p):
    order = np.argsort(-logits)
    if temperature == 0:
        return np.where(np.arange(len(logits)) == order[0], 1.0, 0.0)
    x = {x}
    powers = {powers}
    {top_k}
    probabilities = {probabilities}
    {top_p}
    return {result}
"""
NEXT_PARTS = {
    "x": "logits / temperature",
    "powers": "np.exp(x - x.max())",
    "top_k": "powers[order[len(order) if k is None else k:]] = 0",
    "probabilities": "powers / powers.sum()",
    "top_p": "probabilities[order[np.cumsum(probabilities[order]) - probabilities[order] >= (2 if p is None else p)]] = 0",
    "result": "probabilities / probabilities.sum()",
}
LESS = """
def discouraged(logits, written, penalty, n):
    found = {copy}
    for token in {tokens}:
        found[token] = {changed}
    if n is not None:
        last = {last}
        for i in range(len(written) - n + 1):
            if {same}:
                found[{blocked}] = -np.inf
    return found
"""
LESS_PARTS = {
    "copy": "logits.astype(float)",
    "tokens": "set(written)",
    "changed": "found[token] * penalty if found[token] < 0 else found[token] / penalty",
    "last": "written[len(written) - n + 1:]",
    "same": "written[i:i + n - 1] == last",
    "blocked": "written[i + n - 1]",
}
NEAREST = """
def nearest(query, documents, k):
    if {wrong}:
        raise ValueError("k")
    of_query, of_documents = np.linalg.norm(query), np.linalg.norm(documents, axis=1)
    of_documents = {lengths}
    products = documents @ query
    cosines = {cosines}
    places = {places}
    return places, {result}
"""
NEAREST_PARTS = {
    "wrong": "k < 1 or k > len(documents)",
    "lengths": "np.where(of_documents == 0, 1, of_documents)",
    "cosines": "products / of_documents / of_query",
    "places": "np.argsort(-cosines)[:k]",
    "result": "cosines[places]",
}
SCORES = """
def search_scores(rankings, relevant, k):
    recalls, inverses = [], []
    for ranking, right in zip(rankings, relevant):
        first = {first}
        recalls.append({recall})
        ranks = [rank for rank, one in enumerate({ranking}, {start}) if one in right]
        inverses.append({inverse})
    return {mean}, {mrr}
"""
SCORES_PARTS = {
    "first": "ranking[:k]",
    "recall": "len([one for one in first if one in right]) / len(right)",
    "ranking": "ranking",
    "start": "1",
    "inverse": "1 / ranks[0] if ranks else 0",
    "mean": "np.mean(recalls)",
    "mrr": "np.mean(inverses)",
}
BITS = """
def bits_per_character(log_probabilities, lengths, texts):
    losses = {losses}
    bits = {bits}
    characters = {characters}
    return {result}
"""
BITS_PARTS = {
    "losses": "np.array([-row[:length].sum() for row, length in zip(log_probabilities, lengths)])",
    "bits": "losses / np.log(2)",
    "characters": "np.array([len(text) for text in texts])",
    "result": "bits.sum() / characters.sum()",
}
GPT = """
class Places(layers.Layer):
    def build(self, shape):
        self.table = self.add_weight(tuple(shape[1:]), "uniform"{options})

    def call(self, x):
        return x + self.table


def small_gpt(vocabulary, context, width, heads):
    tokens = keras.Input((context,), dtype="int32")
    embedding = layers.ReversibleEmbedding(vocabulary, width{tie})
    x = {places}
    y = {first}
    x = {block}
    y = {last}
    return keras.Model(tokens, {logits})
"""
GPT_PARTS = {
    "options": "",
    "tie": "",
    "places": "Places()(embedding(tokens))",
    "first": "layers.LayerNormalization()(x)",
    "block": "x + layers.MultiHeadAttention(heads, width // heads)(y, y, use_causal_mask=True)",
    "last": "layers.LayerNormalization()(x)",
    "logits": "embedding(y, reverse=True)",
}
EXPERIMENT = """
def smoothing():
    values = {values}
    return {{"settings": values, "predicted": "falls", "measured": [{measured} for k in values], "conclusion": "{word}"}}
"""


def merge(**parts):
    return MERGE.format(**{**MERGE_PARTS, **parts})


def split(**parts):
    return ENCODE.format(**{**ENCODE_PARTS, **parts})


def bigrams(**parts):
    return BIGRAMS.format(**{**BIGRAMS_PARTS, **parts})


def masked(**parts):
    return MASKED.format(**{**MASKED_PARTS, **parts})


def packed(**parts):
    return PACKED.format(**{**PACKED_PARTS, **parts})


def loss(**parts):
    return LOSS.format(**{**LOSS_PARTS, **parts})


def following(**parts):
    return NEXT.format(**{**NEXT_PARTS, **parts})


def less(**parts):
    return LESS.format(**{**LESS_PARTS, **parts})


def nearest(**parts):
    return NEAREST.format(**{**NEAREST_PARTS, **parts})


def scores(**parts):
    return SCORES.format(**{**SCORES_PARTS, **parts})


def bits(**parts):
    return BITS.format(**{**BITS_PARTS, **parts})


def gpt(**parts):
    return GPT.format(**{**GPT_PARTS, **parts})


def experiment(values="[0.0001, 0.001, 0.01, 0.1, 1, 10, 100]", measured="held_out_bits(k)", word="neither"):
    return EXPERIMENT.format(values=values, measured=measured, word=word)


WRONG = {
    "merge_step": {
        "counts unused": merge(count="1"),
        "rarest": merge(best="min(found, key=lambda pair: (found[pair], pair))"),
        "not merged": merge(result="words"),
        "first seen": merge(best="max(found, key=found.get)"),
        "last of the alphabet": merge(best="max(found, key=lambda pair: (found[pair], pair))"),
        "first place only": merge(hit='tuple(word[place:place + 2]) == best and "".join(best) not in new'),
        "symbols twice": merge(step="1"),
        "from the right": """
def merge_step(words, counts):
    found = {}
    for word, count in zip(words, counts):
        for pair in zip(word, word[1:]):
            found[pair] = found.get(pair, 0) + count
    if not found:
        raise ValueError("no pair")
    best = min(found, key=lambda pair: (-found[pair], pair))
    merged = []
    for word in words:
        word = list(word)
        for place in range(len(word) - 2, -1, -1):
            if tuple(word[place:place + 2]) == best:
                word[place:place + 2] = ["".join(best)]
        merged.append(word)
    return best, merged
""",
        "across words": merge().replace(
            "    if not found:",
            """    for word, after, count in zip(words, words[1:], counts):
        pair = word[-1], after[0]
        found[pair] = found.get(pair, 0) + count
    if not found:""",
        ),
        "as text": merge(hit='"".join(word[place:place + 2]) == "".join(best)'),
        "no error": merge().replace(
            '        raise ValueError("no pair")', '        return ("", ""), [[*word] for word in words]'
        ),
        "overlaps not counted": merge(
            pairs="[pair for place, pair in enumerate(zip(word, word[1:])) if place == 0 or pair != (word[place - 1], word[place])]"
        ),
    },
    "encode": {
        "str.replace": """
def encode(word, merges):
    text = " ".join(word)
    for a, b in merges:
        text = text.replace(f"{a} {b}", a + b)
    return text.split()
""",
        "letters": split(order="[]"),
        "one merge": """
def encode(word, merges):
    symbols = list(word)
    for pair in merges:
        for place in range(len(symbols) - 1):
            if tuple(symbols[place:place + 2]) == pair:
                return symbols[:place] + ["".join(pair)] + symbols[place + 2:]
    return symbols
""",
        "reversed": split(result="symbols[::-1]"),
        "last merge first": split(order="merges[::-1]"),
        "leftmost pair": """
def encode(word, merges):
    symbols = list(word)
    place = 0
    while place < len(symbols) - 1:
        if tuple(symbols[place:place + 2]) in merges:
            symbols[place:place + 2] = ["".join(symbols[place:place + 2])]
            place = 0
        else:
            place += 1
    return symbols
""",
        "longest token": """
def encode(word, merges):
    known = {a + b for a, b in merges}
    tokens = []
    while word:
        size = max([n for n in range(1, len(word) + 1) if word[:n] in known], default=1)
        tokens.append(word[:size])
        word = word[size:]
    return tokens
""",
        "first place only": split(hit='tuple(symbols[place:place + 2]) == pair and "".join(pair) not in new'),
        "from the right": """
def encode(word, merges):
    symbols = list(word)
    for pair in merges:
        for place in range(len(symbols) - 2, -1, -1):
            if tuple(symbols[place:place + 2]) == pair:
                symbols[place:place + 2] = ["".join(pair)]
    return symbols
""",
        "one string": split(result='" ".join(symbols)'),
        "no letters fail": split(result='symbols if word else [""]'),
    },
    "bigrams": {
        "no border at all": """
def bigrams(texts, size, k):
    if k < 0 or any(not 0 < token < size for text in texts for token in text):
        raise ValueError("k or token")
    counts = np.full((size, size), float(k))
    for text in texts:
        for a, b in zip(text, text[1:]):
            counts[a, b] += 1
    total = counts.sum(axis=1, keepdims=True)
    return np.where(total > 0, counts / np.where(total > 0, total, 1), 1 / size)
""",
        "0 divided by 0": """
def bigrams(texts, size, k):
    if k < 0 or any(not 0 < token < size for text in texts for token in text):
        raise ValueError("k or token")
    counts = np.full((size, size), float(k))
    for text in texts:
        for a, b in zip([0, *text], [*text, 0]):
            counts[a, b] += 1
    return counts / counts.sum(axis=1, keepdims=True)
""",
        "transposed": bigrams(result=f"({BIGRAMS_PARTS['result']}).T"),
        "no k below": bigrams(result="(counts + k) / counts.sum(axis=1, keepdims=True)"),
        "k once below": bigrams(result="(counts + k) / (counts.sum(axis=1, keepdims=True) + k)"),
        "no border in front": bigrams(framed="[*text, 0]"),
        "no border behind": bigrams(framed="[0, *text]"),
        "of pairs": bigrams(result="(counts + k) / (counts + k).sum()"),
        "texts joined": """
def bigrams(texts, size, k):
    if k < 0 or any(token < 1 or token >= size for text in texts for token in text):
        raise ValueError("k or token")
    counts = np.full((size, size), float(k))
    stream = [0] + [token for text in texts for token in text] + [0]
    for a, b in zip(stream, stream[1:]):
        counts[a, b] += 1
    counts[counts.sum(axis=1) == 0] = 1
    return counts / counts.sum(axis=1, keepdims=True)
""",
        "columns": bigrams(result="(counts + k) / (counts + k).sum(axis=0)"),
        "no k": bigrams(result="counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)"),
        "k where counted": bigrams(
            result="np.where(counts > 0, counts + k, 0) / (counts.sum(axis=1, keepdims=True) + k * size)"
        ),
        "1 for k": bigrams(
            result="(counts + 1) / (counts.sum(axis=1, keepdims=True) + size) if k else counts / counts.sum(axis=1, keepdims=True)"
        ),
        "zeros": bigrams(
            empty="0", result="(counts + k) / np.maximum(counts.sum(axis=1, keepdims=True) + k * size, 1e-12)"
        ),
        "divided by 0": bigrams(empty="0"),
        "negative tokens": bigrams(
            wrong="k < 0 or any(token >= size or token == 0 for text in texts for token in text)"
        ),
        "negative k": bigrams(wrong="any(token < 1 or token >= size for text in texts for token in text)"),
        "borders within": bigrams(wrong="k < 0 or any(token < 0 or token >= size for text in texts for token in text)"),
        "no errors": bigrams(wrong="False"),
    },
    "masked_batch": {
        "special chosen": masked(chosen="draws < 0.15"),
        "mask always": masked(replaced="np.full(tokens.shape, mask_token)"),
        "all places": masked(inputs="replaced"),
        "others from 0.8 on": masked(replaced="np.where(kinds < 0.8, mask_token, others)"),
        "kinds mixed up": masked(replaced="np.where(kinds < 0.8, others, np.where(kinds < 0.9, mask_token, tokens))"),
        "kinds from draws": masked(replaced=MASKED_PARTS["replaced"].replace("kinds", "draws")),
        "0.15 chosen": masked(chosen="(draws <= 0.15) & ~special"),
        "limits one off": masked(replaced=MASKED_PARTS["replaced"].replace("<", "<=")),
        "labels of the inputs": masked(labels="np.where(chosen, inputs, -100)"),
        "labels where changed": masked(labels="np.where(inputs != tokens, tokens, -100)"),
        "labels everywhere": masked(labels="tokens.copy()"),
        "labels elsewhere": masked(labels="np.where(chosen, -100, tokens)"),
        "labels 0": masked(labels="np.where(chosen, tokens, 0)"),
        "in place": """
def masked_batch(tokens, special, draws, kinds, others, mask_token):
    chosen = (draws < 0.15) & ~special
    labels = np.where(chosen, tokens, -100)
    tokens[chosen & (kinds < 0.8)] = mask_token
    other = chosen & (kinds >= 0.8) & (kinds < 0.9)
    tokens[other] = others[other]
    return tokens, labels
""",
    },
    "packed": {
        "no end tokens": packed(stream="[token for document in documents for token in document]"),
        "end in front": packed(stream="[token for document in documents for token in [end, *document]]"),
        "end between": packed(stream="[token for document in documents for token in [*document, end]][:-1]"),
        "gaps": packed(
            rows="len(stream) // (length + 1)",
            inputs="[stream[i * (length + 1):i * (length + 1) + length] for i in range(rows)]",
            targets="[stream[i * (length + 1) + 1:(i + 1) * (length + 1)] for i in range(rows)]",
        ),
        "overlap": packed(
            rows="len(stream) - length",
            inputs="[stream[i:i + length] for i in range(rows)]",
            targets="[stream[i + 1:i + length + 1] for i in range(rows)]",
        ),
        "targets are inputs": packed(targets="inputs"),
        "rolled": packed(targets="np.roll(inputs, -1, axis=1)"),
        "end at rows": packed(targets="[[*row[1:], end] for row in inputs.tolist()]"),
        "the token before": packed(
            targets="[[stream[i * length + j - 1] if i + j else end for j in range(length)] for i in range(rows)]"
        ),
        "two further": packed(
            targets="[[(stream + [end] * 2)[i * length + j + 2] for j in range(length)] for i in range(rows)]"
        ),
        "a row without targets": packed(
            rows="len(stream) // length",
            targets="[(stream + [end])[i * length + 1:(i + 1) * length + 1] for i in range(rows)]",
        ),
        "filled up": packed(
            rows="-(-(len(stream) - 1) // length)",
            inputs="[(stream + [end] * length)[i * length:(i + 1) * length] for i in range(rows)]",
            targets="[(stream + [end] * length)[i * length + 1:(i + 1) * length + 1] for i in range(rows)]",
        ),
        "no error": packed(wrong="False"),
    },
    "causal_loss": {
        "overflow": """
def causal_loss(logits, tokens, padding):
    x, targets = logits[:, :-1], tokens[:, 1:]
    p = np.exp(x) / np.exp(x).sum(axis=-1, keepdims=True)
    return -np.log(np.take_along_axis(p, targets[..., None], axis=-1)[..., 0])[targets != padding].mean()
""",
        "not shifted": loss(pair="logits, tokens"),
        "shifted back": loss(pair="logits[:, 1:], tokens[:, :-1]"),
        "padding counted": loss(kept="targets > -1"),
        "mean of means": loss(result="np.mean([-row[one].mean() for row, one in zip(of_targets, kept) if one.any()])"),
        "divided by all": loss(result="-(of_targets * kept).mean()"),
        "sum": loss(result="-of_targets[kept].sum()"),
        "negative": loss(result="of_targets[kept].mean()"),
        "bits": loss(result="-of_targets[kept].mean() / np.log(2)"),
        "without logarithm": loss(
            log_p="np.exp(x) / np.exp(x).sum(axis=-1, keepdims=True)", result="1 - of_targets[kept].mean()"
        ),
        "overflows": loss(stable="x = x + 0.0"),
        "a small number": loss(log_p="np.log(np.exp(x) / np.exp(x).sum(axis=-1, keepdims=True) + 1e-12)"),
        "texts without padding": loss(kept="(targets != padding).all(axis=1)"),
    },
    "next_probabilities": {
        "no sum": following(powers="np.exp(x)", probabilities="powers", top_p="pass", result="probabilities"),
        "multiplied": following(x="logits * temperature"),
        "no temperature": following(x="logits * 1.0"),
        "temperature of p": following(x="logits * 1.0", result="probabilities / probabilities.sum() / temperature"),
        "k not divided": following(
            top_k="dropped = order[len(order) if k is None else k:]",
            top_p=NEXT_PARTS["top_p"],
            result="np.where(np.isin(np.arange(len(x)), dropped), 0, probabilities) if p is None else probabilities / probabilities.sum()",
        ),
        "least likely k": following(top_k="powers[order[:0 if k is None else -k]] = 0"),
        "k one more": following(top_k="powers[order[len(order) if k is None else k + 1:]] = 0"),
        "logits 0": following(top_k="powers[order[len(order) if k is None else k:]] = np.exp(-x.max())"),
        "passing token dropped": following(
            top_p="probabilities[order[1:][np.cumsum(probabilities[order])[1:] > (2 if p is None else p)]] = 0"
        ),
        "p one more": following(
            top_p="cut = np.cumsum(probabilities[order]) - probabilities[order] >= (2 if p is None else p)\n"
            "    probabilities[order[np.append(False, cut[:-1])]] = 0"
        ),
        "p of each": following(
            top_p="probabilities = probabilities if p is None or not (probabilities > p).any() else np.where(probabilities > p, probabilities, 0)"
        ),
        "p from below": following(
            top_p="order = order[::-1]\n    " + NEXT_PARTS["top_p"],
        ),
        "p unsorted": following(
            top_p="probabilities[np.cumsum(probabilities) - probabilities >= (2 if p is None else p)] = 0"
        ),
        "p not divided": following(result="probabilities"),
        "no p": following(top_p="pass"),
        "p before k": following(
            top_k="pass",
            top_p=NEXT_PARTS["top_p"] + "\n    probabilities[order[len(order) if k is None else k:]] = 0",
        ),
        "p before temperature": following(
            x="logits - logits.max()",
            powers="np.exp(x)",
            result="np.power(probabilities / probabilities.max(), 1 / temperature) / np.power(probabilities / probabilities.max(), 1 / temperature).sum()",
        ),
        "overflows": following(powers="np.exp(x)"),
        "divided by temperature 0": """
def next_probabilities(logits, temperature, k, p):
    order = np.argsort(-logits)
    x = (logits - logits.max()) / max(temperature, 0.5)
    powers = np.exp(x)
    if k is not None:
        powers[order[k:]] = 0
    probabilities = powers / powers.sum()
    if p is not None:
        probabilities[order[np.cumsum(probabilities[order]) - probabilities[order] >= p]] = 0
    return probabilities / probabilities.sum()
""",
    },
    "discouraged": {
        "from the end -0": """
def discouraged(logits, written, penalty, n):
    found = logits.astype(float)
    for token in set(written):
        found[token] *= penalty if found[token] < 0 else 1 / penalty
    if n is not None:
        last = written[-(n - 1):]
        for i in range(len(written) - n + 1):
            if written[i:i + n - 1] == last:
                found[written[i + n - 1]] = -np.inf
    return found
""",
        "always divided": less(changed="found[token] / penalty"),
        "twice": less(tokens="written"),
        "cut off": less(copy="logits.copy() if n is None else logits.astype(float)"),
        "integers": less(copy="logits.copy()"),
        "subtracted": less(changed="found[token] - penalty if penalty > 1 else found[token]"),
        "the others": less(tokens="set(range(len(logits))) - set(written)"),
        "other way round": less(changed="found[token] / penalty if found[token] < 0 else found[token] * penalty"),
        "all written": less(same="True"),
        "in front": less(blocked="written[i + n - 2]"),
        "last token": less(blocked="written[-1]"),
        "n more": less(
            last="written[len(written) - n:]",
            same="written[i:i + n] == last and i + n < len(written)",
            blocked="written[i + n]",
        ),
        "last token alone": less(last="written[-1:]", same="n == 1 or written[i + n - 2:i + n - 1] == last"),
        "n of 1 not blocked": less(same="n > 1 and written[i:i + n - 1] == last"),
        "changed in place": less(copy="logits if logits.dtype == float else logits.astype(float)"),
    },
    "nearest": {
        "0 divided by 0": """
def nearest(query, documents, k):
    if not 1 <= k <= len(documents):
        raise ValueError("k")
    cosines = documents @ query / (np.linalg.norm(documents, axis=1) * np.linalg.norm(query))
    places = np.argsort(-cosines)[:k]
    return places, cosines[places]
""",
        "smallest first": nearest(places="np.argsort(-cosines)[:k][::-1]"),
        "least similar": nearest(places="np.argsort(cosines)[:k]"),
        "distance": nearest(places="np.argsort(((documents - query) ** 2).sum(axis=1))[:k]"),
        "not a number": nearest(
            cosines="np.array([a / b if b else 1 for a, b in zip(products, np.linalg.norm(documents, axis=1) * of_query)])",
            places="np.array(sorted(range(len(cosines)), key=lambda i: (documents[i].any(), -cosines[i]))[:k])",
        ),
        "nan": nearest(
            lengths="of_documents", cosines="products / np.where(of_documents == 0, np.nan, of_documents) / of_query"
        ),
        "inner products": nearest(cosines="products * 1.0", places="np.argsort(-products / of_documents)[:k]"),
        "sorted by inner products": nearest(places="np.argsort(-products)[:k]"),
        "length of the query": nearest(cosines="products / of_documents"),
        "length of the documents": nearest(
            cosines="products / of_query", places="np.argsort(-products / of_documents)[:k]"
        ),
        "squared lengths": nearest(
            cosines="products / of_documents**2 / of_query**2", places="np.argsort(-products / of_documents)[:k]"
        ),
        "first cosines": nearest(result="cosines[:k]"),
        "one minus": nearest(result="1 - cosines[places]"),
        "too many": nearest(wrong="k < 1"),
        "none": nearest(wrong="k > len(documents)"),
        "no errors": nearest(wrong="False"),
    },
    "search_scores": {
        "precision": scores(recall="len([one for one in first if one in right]) / k"),
        "hit rate": scores(recall="float(any(one in right for one in first))"),
        "pooled": scores(
            recall="(len(set(first) & set(right)), len(right))",
            mean="sum(one for one, _ in recalls) / sum(other for _, other in recalls)",
        ),
        "no k": scores(first="ranking"),
        "k one more": scores(first="ranking[:k + 1]"),
        "k one less": scores(first="ranking[:k - 1]"),
        "ranks from 0": scores(start="0", inverse="1 / max(ranks[0], 1) if ranks else 0"),
        "mrr within k": scores(ranking="first"),
        "mean of ranks": scores(inverse="ranks[0] if ranks else 0"),
        "reciprocal of the mean": scores(
            inverse="ranks[0] if ranks else 0", mrr="1 / np.mean(inverses) if any(inverses) else 0"
        ),
        "all documents": scores(inverse="sum(1 / rank for rank in ranks) / len(ranks) if ranks else 0"),
        "fails without a hit": scores(inverse="1 / ranks[0]"),
    },
    "bits_per_character": {
        "nothing fixed": bits(
            losses="-log_probabilities.mean(axis=1) * lengths",
            bits="losses * np.log(2)",
            characters="np.array([len(text.encode()) for text in texts])",
            result="(bits / characters).mean()",
        ),
        "nats": bits(bits="losses"),
        "multiplied": bits(bits="losses * np.log(2)"),
        "negative": bits(bits="-losses / np.log(2)"),
        "perplexity": bits(result="2 ** (bits.sum() / characters.sum())"),
        "bytes": bits(characters="np.array([len(text.encode()) for text in texts])"),
        "per token": bits(characters="lengths"),
        "padding counts": bits(losses="-log_probabilities.sum(axis=1)"),
        "mean with padding": bits(losses="-log_probabilities.mean(axis=1) * lengths"),
        "mean of ratios": bits(result="(bits / characters).mean()"),
        "sum of ratios": bits(result="(bits / characters).sum()"),
        "padding of 0 only": bits(losses="-np.where(log_probabilities == 0, 0, log_probabilities).sum(axis=1)"),
    },
    "small_gpt": {
        "a head of its own, without places": """
def small_gpt(vocabulary, context, width, heads):
    tokens = keras.Input((context,), dtype="int32")
    x = layers.Embedding(vocabulary, width)(tokens)
    y = layers.LayerNormalization()(x)
    x = x + layers.MultiHeadAttention(heads, width // heads)(y, y, use_causal_mask=True)
    return keras.Model(tokens, layers.Dense(vocabulary)(layers.LayerNormalization()(x)))
""",
        "the embedding outside of a layer": gpt(logits="ops.matmul(y, ops.transpose(embedding.embeddings))"),
        "no mask": gpt(block=GPT_PARTS["block"].replace(", use_causal_mask=True", "")),
        "not tied": gpt(tie=", tie_weights=False"),
        "a dense layer at the end": gpt(logits="layers.Dense(vocabulary)(y)"),
        "a dense layer without bias": gpt(logits="layers.Dense(vocabulary, use_bias=False)(y)"),
        "no places": gpt(places="embedding(tokens)"),
        "places not trained": gpt(options=", trainable=False"),
        "no first norm": gpt(first="x"),
        "no last norm": gpt(last="x"),
        "norm behind": gpt(
            first="x",
            block="layers.LayerNormalization()(x + layers.MultiHeadAttention(heads, width // heads)(y, y, use_causal_mask=True))",
        ),
        "no residual": gpt(block="layers.MultiHeadAttention(heads, width // heads)(y, y, use_causal_mask=True)"),
        "heads of the full width": gpt(block=GPT_PARTS["block"].replace("width // heads", "width")),
        "no logits": gpt(logits="y"),
        "probabilities": gpt(logits="layers.Softmax()(embedding(y, reverse=True))"),
        "places frozen": gpt(places="embedding(tokens) + layers.Embedding(context, width)(ops.arange(context))"),
    },
    "smoothing": {
        "always falls": experiment(word="falls"),
        "grows": experiment(word="grows"),
        "made up": experiment(measured="4 - k / 100"),
        "too few": experiment(values="[0.001, 0.1, 10]"),
        "no large k": experiment(values="[0.0001, 0.001, 0.02, 0.1, 1]"),
        "no small k": experiment(values="[0.01, 0.1, 1, 10, 100]"),
        "0 is not allowed": experiment(values="[0, 0.001, 0.1, 1, 10]"),
        "no prediction": """
def smoothing():
    values = [0.0001, 0.001, 0.1, 1, 10]
    return {"settings": values, "measured": [held_out_bits(k) for k in values], "conclusion": "neither"}
""",
    },
}

RIGHT = {
    "merge_step": {
        "a Counter": """
from collections import Counter


def merge_step(words, counts):
    found = Counter()
    for word, count in zip(words, counts):
        for i in range(len(word) - 1):
            found[word[i], word[i + 1]] += count
    if len(found) == 0:
        raise ValueError("no pair")
    most = max(found.values())
    first, second = sorted(pair for pair in found if found[pair] == most)[0]
    result = []
    for word in words:
        new = []
        i = 0
        while i < len(word):
            if i + 1 < len(word) and word[i] == first and word[i + 1] == second:
                new.append(first + second)
                i += 2
            else:
                new.append(word[i])
                i += 1
        result.append(new)
    return [first, second], result
""",
        "deleting": """
def merge_step(words, counts):
    totals = {}
    for w, word in enumerate(words):
        for a, b in zip(word[:-1], word[1:]):
            totals.setdefault((a, b), []).append(counts[w])
    if not totals:
        raise ValueError("no pair")
    pair = sorted(totals, key=lambda one: (-sum(totals[one]), one[0], one[1]))[0]
    merged = [word.copy() for word in words]
    for word in merged:
        i = 0
        while i < len(word) - 1:
            if (word[i], word[i + 1]) == pair:
                word[i] += word.pop(i + 1)
            i += 1
    return pair, merged
""",
    },
    "encode": {
        "the lowest rank, again and again": """
def encode(word, merges):
    ranks = {pair: rank for rank, pair in enumerate(merges)}
    symbols = list(word)
    while True:
        known = [pair for pair in zip(symbols, symbols[1:]) if pair in ranks]
        if not known:
            return symbols
        best = min(known, key=ranks.get)
        new = []
        i = 0
        while i < len(symbols):
            if i + 1 < len(symbols) and (symbols[i], symbols[i + 1]) == best:
                new.append(symbols[i] + symbols[i + 1])
                i += 2
            else:
                new.append(symbols[i])
                i += 1
        symbols = new
""",
        "one place at a time": """
def encode(word, merges):
    symbols = [letter for letter in word]
    while True:
        places = [(merges.index(pair), i) for i, pair in enumerate(zip(symbols, symbols[1:])) if pair in merges]
        if not places:
            break
        _, i = min(places)
        symbols = symbols[:i] + [symbols[i] + symbols[i + 1]] + symbols[i + 2:]
    return symbols
""",
    },
    "bigrams": {
        "a dictionary": """
def bigrams(texts, size, k):
    if k < 0:
        raise ValueError("k")
    seen = {}
    for text in texts:
        if any(token not in range(1, size) for token in text):
            raise ValueError("token")
        last = 0
        for token in text + [0]:
            seen[last, token] = seen.get((last, token), 0) + 1
            last = token
    table = np.zeros((size, size))
    for a in range(size):
        total = sum(seen.get((a, b), 0) for b in range(size)) + k * size
        for b in range(size):
            table[a, b] = (seen.get((a, b), 0) + k) / total if total else 1 / size
    return table
""",
        "arrays": """
def bigrams(texts, size, k):
    everything = np.array([token for text in texts for token in text])
    if k < 0 or everything.min() < 1 or everything.max() >= size:
        raise ValueError("k or token")
    before = np.concatenate([[0, *text] for text in texts])
    after = np.concatenate([[*text, 0] for text in texts])
    counts = np.bincount(before * size + after, minlength=size * size).reshape(size, size) + k
    totals = counts.sum(axis=1)
    return np.where(totals[:, None] > 0, counts / np.where(totals == 0, 1, totals)[:, None], 1 / size)
""",
    },
    "masked_batch": {
        "a loop": """
def masked_batch(tokens, special, draws, kinds, others, mask_token):
    inputs, labels = tokens.copy(), np.full(tokens.shape, -100)
    for i in range(tokens.shape[0]):
        for j in range(tokens.shape[1]):
            if special[i, j] or draws[i, j] >= 0.15:
                continue
            labels[i, j] = tokens[i, j]
            if kinds[i, j] < 0.8:
                inputs[i, j] = mask_token
            elif kinds[i, j] < 0.9:
                inputs[i, j] = others[i, j]
    return inputs, labels
""",
        "indices": """
def masked_batch(tokens, special, draws, kinds, others, mask_token):
    chosen = np.logical_and(draws < 0.15, np.logical_not(special))
    labels = np.full_like(tokens, -100)
    labels[chosen] = tokens[chosen]
    inputs = np.array(tokens)
    inputs[chosen & (kinds < 0.8)] = mask_token
    swap = chosen & (0.8 <= kinds) & (kinds < 0.9)
    inputs[swap] = others[swap]
    return inputs, labels
""",
    },
    "packed": {
        "rows one by one": """
def packed(documents, end, length):
    stream = []
    for document in documents:
        stream.extend(document)
        stream.append(end)
    inputs, targets = [], []
    start = 0
    while start + length + 1 <= len(stream):
        inputs.append(stream[start:start + length])
        targets.append(stream[start + 1:start + length + 1])
        start += length
    if not inputs:
        raise ValueError("too few tokens")
    return np.array(inputs), np.array(targets)
""",
        "numpy": """
def packed(documents, end, length):
    stream = np.concatenate([np.append(document, end) for document in documents])
    if stream.size <= length:
        raise ValueError("too few tokens")
    places = np.arange((stream.size - 1) // length)[:, None] * length + np.arange(length)
    return stream[places], stream[places + 1]
""",
    },
    "causal_loss": {
        "a loop": """
def causal_loss(logits, tokens, padding):
    total = count = 0
    for text, row in zip(tokens, logits):
        for target, x in zip(text[1:], row):
            if target != padding:
                top = x.max()
                total += top + np.log(np.sum(np.exp(x - top))) - x[target]
                count += 1
    return total / count
""",
        "logaddexp": """
def causal_loss(logits, tokens, padding):
    size = logits.shape[-1]
    x, targets = logits[:, :-1].reshape(-1, size).astype(float), tokens[:, 1:].ravel()
    losses = np.logaddexp.reduce(x, axis=1) - x[np.arange(len(x)), targets]
    weights = (targets != padding).astype(float)
    return float(losses @ weights / weights.sum())
""",
    },
    "next_probabilities": {
        "infinities": """
def next_probabilities(logits, temperature, k, p):
    x = np.array(logits, float)
    if temperature == 0:
        return np.eye(len(x))[np.argmax(x)]
    x = x / temperature
    if k is not None and k < len(x):
        x[x < np.sort(x)[-k]] = -np.inf

    def softmax(x):
        e = np.exp(x - np.max(x))
        return e / e.sum()

    if p is not None:
        shares = softmax(x)
        kept, total = [], 0
        for i in sorted(range(len(x)), key=lambda i: shares[i], reverse=True):
            kept.append(i)
            total += shares[i]
            if total >= p:
                break
        x[[i for i in range(len(x)) if i not in kept]] = -np.inf
    return softmax(x)
""",
        "lists": """
def next_probabilities(logits, temperature, k, p):
    best = int(logits.argmax())
    if temperature == 0:
        return np.array([int(i == best) for i in range(len(logits))])
    shares = {i: float(np.exp((one - logits[best]) / temperature)) for i, one in enumerate(logits)}
    ranked = sorted(shares, key=lambda i: -logits[i])
    if k is not None:
        ranked = ranked[:k]
    if p is not None:
        total = sum(shares[i] for i in ranked)
        number = 1
        while number < len(ranked) and sum(shares[i] for i in ranked[:number]) / total < p:
            number += 1
        ranked = ranked[:number]
    total = sum(shares[i] for i in ranked)
    return np.array([shares[i] / total if i in ranked else 0 for i in range(len(logits))])
""",
    },
    "discouraged": {
        "where": """
def discouraged(logits, written, penalty, n):
    used = np.isin(np.arange(len(logits)), written)
    found = np.where(used, np.where(logits > 0, logits / penalty, logits * penalty), logits).astype(float)
    if n is None:
        return found
    grams = [written[i:i + n] for i in range(len(written) - n + 1)]
    for token in range(len(found)):
        if (written + [token])[-n:] in grams:
            found[token] = float("-inf")
    return found
""",
        "sets of n-grams": """
def discouraged(logits, written, penalty, n):
    result = []
    seen = set() if n is None else {tuple(written[i:i + n]) for i in range(len(written) + 1 - n)}
    for token, logit in enumerate(logits):
        if token in written:
            logit = logit / penalty if logit > 0 else logit * penalty
        start = len(written) - n + 1 if n is not None else 0
        if n is not None and start >= 0 and (*written[start:], token) in seen:
            logit = -np.inf
        result.append(float(logit))
    return np.array(result)
""",
    },
    "nearest": {
        "unit vectors": """
def nearest(query, documents, k):
    if k not in range(1, len(documents) + 1):
        raise ValueError("k")
    unit = query / np.sqrt((query**2).sum())
    rows = [row / np.linalg.norm(row) if row.any() else np.zeros(len(row)) for row in documents]
    cosines = np.array(rows) @ unit
    places = np.flip(np.argsort(cosines))[:k]
    return places, cosines[places]
""",
        "a loop": """
def nearest(query, documents, k):
    count = documents.shape[0]
    if k <= 0 or k > count:
        raise ValueError("k")
    found = []
    for i in range(count):
        a, b = float(documents[i] @ documents[i]) ** 0.5, float(query @ query) ** 0.5
        found.append((float(documents[i] @ query) / (a * b) if a > 0 else 0.0, i))
    found = sorted(found, reverse=True)[:k]
    return np.array([i for _, i in found]), np.array([cosine for cosine, _ in found])
""",
    },
    "search_scores": {
        "plain loops": """
def search_scores(rankings, relevant, k):
    recall = mrr = 0
    for i in range(len(rankings)):
        hits = 0
        first = None
        for place, document in enumerate(rankings[i]):
            if document in relevant[i]:
                hits += place < k
                first = place + 1 if first is None else first
        recall += hits / len(relevant[i])
        mrr += 1 / first if first else 0
    return recall / len(rankings), mrr / len(rankings)
""",
        "by the documents that answer": """
def search_scores(rankings, relevant, k):
    ranks = [[r.index(one) + 1 if one in r else float("inf") for one in right] for r, right in zip(rankings, relevant)]
    return [np.mean([np.mean([rank <= k for rank in row]) for row in ranks]), np.mean([1 / min(row) for row in ranks])]
""",
    },
    "bits_per_character": {
        "a loop": """
def bits_per_character(log_probabilities, lengths, texts):
    total = characters = 0
    for row, length, text in zip(log_probabilities, lengths, texts):
        total -= sum(row[:length])
        characters += len(text)
    return total / np.log(2) / characters
""",
        "weights": """
def bits_per_character(log_probabilities, lengths, texts):
    time = log_probabilities.shape[1]
    weights = (np.arange(time)[None] < np.asarray(lengths)[:, None]).astype(float)
    losses = -(log_probabilities * weights).sum(axis=1)
    return float(np.log2(np.e) * losses.sum() / len("".join(texts)))
""",
    },
    "small_gpt": {
        "a layer for both embeddings": """
class Words(layers.Layer):
    def __init__(self, vocabulary, context, width):
        super().__init__()
        self.words = self.add_weight((vocabulary, width), "normal")
        self.places = self.add_weight((context, width), "normal")

    def call(self, x, backwards=False):
        if backwards:
            return ops.matmul(x, ops.transpose(self.words))
        return ops.take(self.words, x, axis=0) + self.places


def small_gpt(vocabulary, context, width, heads):
    words = Words(vocabulary, context, width)
    tokens = keras.Input((context,), dtype="int32")
    x = words(tokens)
    y = layers.LayerNormalization(epsilon=1e-5)(x)
    x = layers.Add()([x, layers.MultiHeadAttention(num_heads=heads, key_dim=width // heads)(y, y, y, use_causal_mask=True)])
    return keras.Model(tokens, words(layers.LayerNormalization(epsilon=1e-5)(x), backwards=True))
""",
        "a class of one's own": """
class Small(keras.Model):
    def __init__(self, vocabulary, context, width, heads):
        super().__init__()
        self.words = layers.Embedding(vocabulary, width)
        self.places = layers.Embedding(context, width)
        self.first, self.last = layers.LayerNormalization(), layers.LayerNormalization()
        self.attention = layers.MultiHeadAttention(heads, width // heads)
        self.context = context

    def call(self, tokens):
        x = self.words(tokens) + self.places(ops.arange(self.context))
        y = self.first(x)
        mask = np.tri(self.context, dtype=bool)[None]
        x = x + self.attention(y, y, attention_mask=mask)
        return ops.matmul(self.last(x), ops.transpose(self.words.embeddings))


def small_gpt(vocabulary, context, width, heads):
    return Small(vocabulary, context, width, heads)
""",
    },
    "smoothing": {
        "other values, another order, numbers predicted": """
def smoothing():
    values = [50, 10, 2, 0.3, 0.02, 0.0005]
    return {"settings": values, "predicted": [6, 5, 4, 3, 2, 1], "measured": np.array([held_out_bits(k) for k in values]), "conclusion": "neither"}
""",
        "powers of ten": """
def smoothing():
    values = (10.0 ** np.arange(-4, 3)).tolist()
    return {"settings": values, "predicted": "grows", "measured": [round(held_out_bits(k), 4) for k in values], "conclusion": "neither"}
""",
    },
}

HIDDEN_ONLY = {}
