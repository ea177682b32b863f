"""The tokens of a language model: from text to numbers and back, and how a conversation becomes one text.

The package `tokenizers` does the byte pairs; what it needs stands in the model's own files. A chat model was trained on
conversations written in one certain way, its template, which those files hold, too, in the language Jinja.
"""

import datetime
import json

from course_lib.errors import CourseError
from course_lib.texts import say

# how a text is cut into words before byte pairs are merged within them: what GGUF calls a way -> what does it
WORDS = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}%s| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)
PATTERNS = {"llama-bpe": WORDS % "{1,3}", "qwen2": WORDS % ""}
SINGLE_DIGITS = ("smollm", "starcoder", "refact", "command-r")  # as GPT-2, with each digit on its own
AS_GPT2 = ("gpt-2", "default")
SPECIAL = 3, 4  # kinds of tokens that are never part of a word: of control, and of the user's own


class Tokens:
    """Text to tokens and back.

    Args:
        tokenizer: a `tokenizers.Tokenizer`.
        template: of a conversation, Jinja; None for a model that is none for chats.
        names: what the template may print: {"bos_token": "...", "eos_token": "..."}.
        ends: tokens, integers, each of which ends an answer.
        begins: whether a text begins with bos_token of its own accord.
    """

    def __init__(self, tokenizer, template=None, names=None, ends=(), begins=False):
        self.tokenizer, self.template, self.names = tokenizer, template, dict(names or {})
        self.ends, self.begins = tuple(ends), begins

    def __len__(self):
        return self.tokenizer.get_vocab_size()

    def encode(self, text):
        """Tokens of a text, integers. Special ones, such as <|im_end|>, are recognized in it."""
        tokens = self.tokenizer.encode(text, add_special_tokens=False).ids
        begin = self.tokenizer.token_to_id(self.names.get("bos_token") or "")
        return [begin, *tokens] if self.begins and begin is not None and tokens[:1] != [begin] else tokens

    def decode(self, tokens, special=False):
        """The text of tokens; special ones are left out, unless `special`."""
        return self.tokenizer.decode([int(token) for token in tokens], skip_special_tokens=not special)

    def pieces(self, tokens):
        """Each token as text of its own; for bytes that are no whole letter, the sign for that."""
        return [self.decode([token], special=True) for token in tokens]

    def prompt(self, messages, answer=True):
        """A conversation as one text.

        Args:
            messages: [{"role": "system", "user" or "assistant", "content": text}, ...].
            answer: whether it ends where the assistant is to begin.

        Raises:
            CourseError: the model is none for chats, or its template refuses the messages.
        """
        if self.template is None:
            raise CourseError(say("this model has no chat template: it only continues a text"))
        from jinja2 import TemplateError
        from jinja2.sandbox import ImmutableSandboxedEnvironment  # a template comes with a file of somebody's

        def refuse(message):
            raise TemplateError(message)

        environment = ImmutableSandboxedEnvironment(
            trim_blocks=True, lstrip_blocks=True, extensions=["jinja2.ext.loopcontrols"]
        )
        environment.filters["tojson"] = lambda value, **options: json.dumps(value, ensure_ascii=False, **options)
        environment.globals["raise_exception"] = refuse
        environment.globals["strftime_now"] = lambda form: datetime.datetime.now().strftime(form)
        try:
            template = environment.from_string(self.template)
            return template.render(messages=messages, add_generation_prompt=answer, **self.names)
        except (TemplateError, TypeError, KeyError, AttributeError) as error:
            raise CourseError(
                say("the chat template refuses these messages ({why}): give each a role and a content", why=error)
            ) from None

    def chat(self, messages, answer=True):
        """The tokens of `prompt`."""
        return self.tokenizer.encode(self.prompt(messages, answer), add_special_tokens=False).ids

    @classmethod
    def of_gguf(cls, path, facts):
        """Those of a GGUF file.

        Args:
            path: of the file, for messages.
            facts: as of `gguf.read`.

        Raises:
            CourseError: they are of a kind that is not made here.
        """
        from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, pre_tokenizers

        fact = lambda name, default=None: facts.get(f"tokenizer.ggml.{name}", default)
        kind, way = fact("model"), fact("pre", "default")
        if kind != "gpt2" or way not in (*PATTERNS, *SINGLE_DIGITS, *AS_GPT2):
            raise CourseError(
                say(
                    "{path} has tokens of the kind {kind} ({way}), which are not made here: take the model as a folder with tokenizer.json",
                    path=path,
                    kind=kind,
                    way=way,
                )
            )
        words, merges = fact("tokens"), [tuple(pair.split(" ")) for pair in fact("merges")]
        model = models.BPE({word: number for number, word in enumerate(words)}, merges)
        tokenizer, byte_level = Tokenizer(model), pre_tokenizers.ByteLevel
        if way in PATTERNS:
            cut = pre_tokenizers.Split(Regex(PATTERNS[way]), "isolated")
            steps = [cut, byte_level(add_prefix_space=False, use_regex=False)]
        else:
            digits = [pre_tokenizers.Digits(individual_digits=True)] if way in SINGLE_DIGITS else []
            steps = [*digits, byte_level(add_prefix_space=False)]
        tokenizer.pre_tokenizer, tokenizer.decoder = pre_tokenizers.Sequence(steps), decoders.ByteLevel()
        special = [word for word, kind in zip(words, fact("token_type")) if kind in SPECIAL]
        tokenizer.add_special_tokens([AddedToken(word, normalized=False, special=True) for word in special])
        named = {f"{name}_token": words[fact(f"{name}_token_id")] for name in ("bos", "eos") if fact(f"{name}_token_id") is not None}  # fmt: skip
        ends = {fact("eos_token_id"), fact("eot_token_id"), fact("eom_token_id")} - {None}
        return cls(tokenizer, facts.get("tokenizer.chat_template"), named, sorted(ends), fact("add_bos_token", False))

    @classmethod
    def of_folder(cls, path, facts):
        """Those of a folder of Hugging Face's form.

        Args:
            path: of the folder.
            facts: of its config.json.

        Raises:
            CourseError: there is no tokenizer.json, or it is damaged.
        """
        from tokenizers import Tokenizer

        file = path / "tokenizer.json"
        if not file.is_file():
            raise CourseError(say("{path} holds no tokenizer.json: save the tokenizer there, too", path=path))
        try:
            tokenizer = Tokenizer.from_file(str(file))
            settings = _settings(path / "tokenizer_config.json")
            generation = _settings(path / "generation_config.json")
        except Exception as error:  # the package raises a plain Exception
            raise CourseError(say("{path} is damaged ({why}): fetch it once more", path=file, why=error)) from None
        template = settings.get("chat_template")
        if isinstance(template, list):  # several, by name
            template = next((one["template"] for one in template if one["name"] == "default"), None)
        separate = path / "chat_template.jinja"
        if separate.is_file():
            template = separate.read_text(encoding="utf-8")
        text = lambda token: token["content"] if isinstance(token, dict) else token
        named = {name: text(settings[name]) for name in ("bos_token", "eos_token") if settings.get(name)}
        ends = [tokenizer.token_to_id(named.get("eos_token", ""))]
        for where in (facts, generation):
            end = where.get("eos_token_id")
            ends += end if isinstance(end, list) else [end]
        begins = tokenizer.encode("a").ids[:1] == [tokenizer.token_to_id(named.get("bos_token", ""))]
        return cls(tokenizer, template, named, sorted({end for end in ends if end is not None}), begins)


def _settings(path):
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
