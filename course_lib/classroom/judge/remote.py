"""A student's Keras model as a test sees it: it stays in the student's kernel, and what a test asks of it is asked
there. It has the names of Keras (`model(x)`, `predict_on_batch`, `get_weights`, `set_weights`, `layers`,
`count_params()`, `trainable_weights`, `output_shape`, ...), so that one test cell serves beside the solution and here.

What comes back is plain data, and a student's process may lie in all of it. So a test gives no point for what a model
says about itself (its shapes, its counts, its layers); it sets weights of its own, feeds inputs of its own, and
compares what comes out.
"""

import inspect
import sys

import numpy as np

from course_lib.classroom.sandbox import models
from course_lib.classroom.sandbox.arrays import Refused
from course_lib.classroom.sandbox.values import Side, unpack


class Outside(Side):
    """The tests' side of one call: models of the course go in, what stays inside is a Remote here.

    Args:
        student: Answers, whose `remotes` are those known already.
        label: what has been asked, as people write it.
    """

    def __init__(self, student, label):
        self.student, self.label, self.given = student, label, []

    def write(self, value, blobs):
        if type(value) in (Remote, RemoteVariable):
            return {"held": {"number": object.__getattribute__(value, "_held").number}}
        if inspect.isfunction(value) and hasattr(value, "held"):
            return {"held": {"number": value.held.number}}
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
        if kind == "state":
            return models.ModelState(content, blobs)
        if kind not in ("held", "function", "iterator"):
            return super().read(kind, content, blobs)
        held = Held(self.student, _count(content["number"]), self.label)
        self.student.holding = True
        if kind == "function":
            return _function(held, str(content["name"])[:100])
        if kind == "iterator":
            entries = _entries(held)
            return map(lambda entry: entry, entries) if content["lazy"] is True else entries
        return self._remote(held, content)

    def _remote(self, held, content):
        known, kind = self.student.remotes, content["kind"]
        if held.number not in known:
            facts = unpack(content["facts"], [])
            if kind not in (*models.KINDS, models.PART) or type(facts) is not dict:
                raise Refused("malformed", name="a model")
            known[held.number] = (RemoteVariable if kind == "variable" else Remote)(held, kind, facts)
        return known[held.number]


class Lent(Side):
    """The grader's side where a function of its own is called by a student's: its models go in, none comes out."""

    def write(self, value, blobs):
        return {"model": models.write(value, blobs)} if models.is_model(value) else None


def _count(number):
    if type(number) is not int or number < 0:
        raise Refused("malformed", name="a number")
    return number


class Held:
    """Something in the student's kernel.

    Args:
        student: Answers
        number: under which it is held there.
        label: how people write it.
    """

    def __init__(self, student, number, label):
        self.student, self.number, self.label, self.start = student, number, label, student.starts

    def ask(self, what, name="", arguments=(), keywords=None):
        """Get or set an attribute, or call a method, or the thing itself."""
        label = self.label + (f".{name}" if name else "") + ("(...)" if what == "call" else "")
        message = {"of": self.number, "do": what, "name": name}
        return self.student.ask_of(self, label, message, arguments, keywords or {})


def _function(held, name):
    def function(*arguments, **keywords):
        return held.ask("call", "", arguments, keywords)

    function.__name__ = function.__qualname__ = name
    function.held = held
    return function


def _entries(held):
    while True:
        try:
            entry = held.ask("call", "__next__")
        except StopIteration:
            return
        yield entry


class Remote:
    """A model, or something else of Keras's, in the student's kernel. `isinstance` takes it for what it says that it
    is: a keras.Model, or one of Keras's layers, optimizers or losses."""

    def __init__(self, held, kind, facts):
        for key, value in {"_held": held, "_kind": kind, "_facts": facts}.items():
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
        return self._held.ask("call", "", arguments, keywords)

    def __getattr__(self, name):
        if name.startswith("_"):
            raise AttributeError(name)
        if name != "classes" and name in self._facts:
            return self._facts[name]
        if not inspect.isroutine(getattr(self.__class__, name, None)):
            return self._held.ask("get", name)

        def method(*arguments, **keywords):  # it need not be asked for that there is one
            return self._held.ask("call", name, arguments, keywords)

        method.__name__ = name
        return method

    def __setattr__(self, name, value):
        self._held.ask("set", name, (value,))

    def __repr__(self):
        return f"<{self._kind} {self._facts.get('name')}>"


class RemoteVariable(Remote):
    """A weight; it becomes an array as a variable of Keras does."""

    def __array__(self, dtype=None, copy=None):
        return np.asarray(self._held.ask("call", "numpy"), dtype=dtype)

    def __float__(self):
        return float(np.asarray(self))
