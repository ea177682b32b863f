"""The labels of a hidden test in both languages: the test runs in English, its labels can be said in Korean.

The Korean edition of a test differs from the English one in its strings only. Where the two differ, the test makes a
`Label` of both: to the code it is the English string, to those who read it, it is said in their language.
"""

import ast
import functools

from course_lib import checks, experiments
from course_lib.texts import Text

MAKE = "_label_of_both"  # the name under which a test finds `Label.of`
CHECKS = {name: getattr(checks, name) for name in ("check", "require", "check_raises", "require_raises")}
CHECKS |= {name: getattr(experiments, name) for name in ("check_experiment", "require_experiment")}
_saying = ["en"]  # the language in which labels within labels are being said


class Label(Text):
    """A string of a test: `said` has it as {"en": ..., "ko": ...}; as a string it is the English one."""

    def __new__(cls, said):
        label = str.__new__(cls, said["en"])
        label.said = said
        return label

    @classmethod
    def of(cls, english, korean):
        """Label of two functions that give the string in English and in Korean."""
        said = {}
        for language, give in (("en", english), ("ko", korean)):
            before, _saying[0] = _saying[0], language
            try:
                said[language] = str(give())
            finally:
                _saying[0] = before
        return cls(said)

    def to(self, chosen):
        return self.said[chosen]

    def __str__(self):
        return self.said[_saying[0]]

    def __format__(self, spec):
        return format(str(self), spec)

    def __reduce__(self):
        return Label, (self.said,)


@functools.lru_cache(maxsize=256)
def compiled(english, korean, name):
    """The code of a test, its labels in both languages.

    Args:
        english, korean: its source in the two editions.
        name: shown in tracebacks.
    """
    tree = ast.parse(english)
    if korean and korean != english:
        tree = ast.fix_missing_locations(_Pairs().both(tree, ast.parse(korean)))
    return compile(tree, name, "exec")


class _Pairs:
    """Goes through two trees that differ in strings only; leaves alone what is handed to functions of a task."""

    def both(self, english, korean):
        if isinstance(english, ast.JoinedStr) or isinstance(getattr(english, "value", None), str):
            return self._pair(english, korean)
        if isinstance(english, ast.Call) and getattr(english.func, "id", "") not in {*CHECKS, "zip", "enumerate"}:
            return english
        if isinstance(english, ast.Subscript | ast.Compare | ast.Dict):
            return english
        for field, value in ast.iter_fields(english):
            other = getattr(korean, field)
            if isinstance(value, ast.AST):
                setattr(english, field, self.both(value, other))
            elif isinstance(value, list) and value and isinstance(value[0], ast.AST):
                value[:] = [self.both(*pair) for pair in zip(value, other, strict=True)]
        return english

    def _pair(self, english, korean):
        if ast.dump(english) == ast.dump(korean) and not isinstance(english, ast.JoinedStr):
            return english
        thunks = [ast.Lambda(ast.parse("lambda: 0", mode="eval").body.args, one) for one in (english, korean)]
        return ast.Call(ast.Name(MAKE, ast.Load()), thunks, [])
