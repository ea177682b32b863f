"""A student's Keras model as a test sees it: it stays in the student's kernel, and what a test asks of it is asked
there. It has the names of Keras (`model(x)`, `predict_on_batch`, `get_weights`, `set_weights`, `layers`,
`count_params()`, `trainable_weights`, `output_shape`, ...), so that one test cell serves beside the solution and here.

What comes back is plain data, and a student's process may lie in all of it. So a test gives no point for what a model
says about itself (its shapes, its counts, its layers); it sets weights of its own, feeds inputs of its own, and
compares what comes out.
"""

import sys

import numpy as np

from course_lib.classroom.sandbox import models
from course_lib.classroom.sandbox.arrays import Refused
from course_lib.classroom.sandbox.values import Side, unpack


class Outside(Side):
    """The tests' side of one call: models of the course go in, what stays inside is a Remote here.

    Args:
        student: Answers, whose `remotes` are those known already.
        name: of the function that is called, for sentences.
    """

    def __init__(self, student, name):
        self.student, self.name, self.given = student, name, []

    def write(self, value, blobs):
        if type(value) in (Remote, RemoteVariable):
            return {"held": {"number": object.__getattribute__(value, "_number")}}
        for place, model in enumerate(self.given):
            if value is model:
                return {"given": place}
        if not models.is_model(value):
            return None
        self.given.append(value)
        return {"model": models.write(value, blobs)}

    def read(self, kind, content, blobs):
        if kind == "given":
            return self.given[_count(content)]
        if kind == "method":
            return models.Method(str(content)[:100])
        if kind == "state":
            return models.ModelState(content, blobs)
        if kind == "held":
            return self._remote(content)
        return super().read(kind, content, blobs)

    def _remote(self, content):
        number, kind = _count(content["number"]), content["kind"]
        known = self.student.remotes
        if number not in known:
            facts = unpack(content["facts"], [])
            if kind not in (*models.KINDS, models.PART) or type(facts) is not dict:
                raise Refused("malformed", name="a model")
            made = RemoteVariable if kind == "variable" else Remote
            known[number] = made(self.student, number, kind, facts, self.name)
        return known[number]


class Lent(Side):
    """The grader's side where a function of its own is called by a student's: its models go in, none comes out."""

    def write(self, value, blobs):
        return {"model": models.write(value, blobs)} if models.is_model(value) else None


def _count(number):
    if type(number) is not int or number < 0:
        raise Refused("malformed", name="a number")
    return number


class Remote:
    """A model, or something else of Keras's, in the student's kernel. `isinstance` takes it for what it says that it
    is: a keras.Model, or one of Keras's layers, optimizers or losses."""

    def __init__(self, student, number, kind, facts, name):
        own = {"_student": student, "_number": number, "_kind": kind, "_facts": facts, "_label": f"{name}(...)"}
        for key, value in own.items():
            object.__setattr__(self, key, value)

    @property
    def __class__(self):
        keras, named = sys.modules.get("keras"), self._facts.get("classes")
        if keras is None:
            return Remote
        homes = (keras.layers, keras.models) if self._kind in ("model", "layer") else (keras.optimizers, keras.losses)
        for name in named if isinstance(named, list) else ():
            for found in (getattr(home, name, None) for home in homes if isinstance(name, str)):
                if isinstance(found, type) and self._kind not in ("variable", "symbol"):
                    return found
        return Remote

    def __call__(self, *arguments, **keywords):
        return self._ask("call", "", arguments, keywords)

    def __getattr__(self, name):
        if name.startswith("_"):
            raise AttributeError(name)
        if name != "classes" and name in self._facts:
            return self._facts[name]
        found = self._ask("get", name)
        if not isinstance(found, models.Method):
            return found

        def method(*arguments, **keywords):
            return self._ask("call", name, arguments, keywords)

        method.__name__ = found.name
        return method

    def __setattr__(self, name, value):
        self._ask("set", name, (value,))

    def _ask(self, what, name, arguments=(), keywords=None):
        label = self._label + (f".{name}" if name else "(...)")
        return self._student.ask_of(self, label, {"of": self._number, "do": what, "name": name}, arguments, keywords)

    def __repr__(self):
        return f"<{self._kind} {self._facts.get('name')}>"


class RemoteVariable(Remote):
    """A weight; it becomes an array as a variable of Keras does."""

    def __array__(self, dtype=None, copy=None):
        return np.asarray(self._ask("call", "numpy"), dtype=dtype)

    def __float__(self):
        return float(np.asarray(self))
