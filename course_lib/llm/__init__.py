"""Large language models of LLaMA's form on one's own computer: reading them, writing with them, and what they cost."""

from importlib import import_module

_HOMES = {"load": "model", "LanguageModel": "model", "Sampling": "engine", "Tokens": "tokens"}
__all__ = sorted(_HOMES)


def __getattr__(name):
    if name in _HOMES:
        return getattr(import_module(f"course_lib.llm.{_HOMES[name]}"), name)
    raise AttributeError(f"course_lib.llm has no {name!r}; it has: {', '.join(__all__)}")
