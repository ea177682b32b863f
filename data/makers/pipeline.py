"""pipeline.json: how the `pipeline` of Transformers goes on with some texts, for chapter 12, which shows it where
PyTorch is not installed.

The model is `office_gpt.npz`, saved as a folder of Hugging Face by `course_lib.hugging_face` and read by Transformers
alone. The likeliest token is always taken.
"""

import hashlib
import json
import tempfile
import unicodedata

from . import File, pip

PROMPTS = ("To insert a", "표를", "Click on the")
MOST = 20  # tokens that are written
PINS = ("torch==2.13.0", "transformers==5.24.0")
HOW = "pip install -r requirements-torch.txt"


def continued(folder):
    """{prompt: the text that the pipeline makes of it}, Hangul in whole syllables."""
    from transformers import AutoModelForCausalLM, AutoTokenizer, pipeline

    tokens, model = (kind.from_pretrained(folder) for kind in (AutoTokenizer, AutoModelForCausalLM))
    writer = pipeline("text-generation", model=model, tokenizer=tokens)
    written = {prompt: writer(prompt, max_new_tokens=MOST, do_sample=False) for prompt in PROMPTS}
    return {prompt: unicodedata.normalize("NFC", found[0]["generated_text"]) for prompt, found in written.items()}


def make():
    from course_lib import data, hugging_face, weights
    from course_lib.models.gpt import gpt

    from .office_language import CONTEXT, SIZE

    tokens = data.office_tokens()
    with tempfile.TemporaryDirectory() as folder:
        hugging_face.save(weights.load(gpt(len(tokens), SIZE, CONTEXT), "office_gpt"), folder, tokens)
        texts = continued(folder)
    sha256 = hashlib.sha256(data.file("office_gpt.npz").read_bytes()).hexdigest()
    record = {"made with": PINS, "weights": sha256, "tokens written": MOST, "texts": texts}
    return (json.dumps(record, ensure_ascii=False, indent=1) + "\n").encode()


FILES = {
    "pipeline.json": File(
        make,
        needs=tuple(pip(pin, HOW) for pin in PINS),
        licence="MIT",
        licence_file="licences/pipeline.txt",
        origin="written by the pipeline of Transformers with office_gpt.npz, run by data/makers/pipeline.py",
        what="how the pipeline of Transformers goes on with three texts, the likeliest token always taken",
    )
}
