"""The helper library of the workbook. Importing it is quiet and fast: TensorFlow is loaded by `start()`, not here."""

__version__ = "1.0.0"

# public name -> the module that holds it
_HOMES = {
    "start": "runtime",
    "set_seed": "runtime",
    "claim": "claims",
    "check": "checks",
    "check_raises": "checks",
    "Progress": "training",
    "CourseError": "errors",
    "HubLayer": "hub",
    "export_hub": "hub",
}
_MODULES = (
    "bench",
    "build",
    "chapters",
    "checks",
    "claims",
    "data",
    "hub",
    "models",
    "plot",
    "progress",
    "runtime",
    "training",
    "weights",
    "widgets",
)
__all__ = sorted(list(_HOMES) + list(_MODULES))


def __getattr__(name):
    from importlib import import_module

    if name in _HOMES:
        return getattr(import_module("course_lib." + _HOMES[name]), name)
    if name in _MODULES:
        return import_module("course_lib." + name)
    raise AttributeError("course_lib has no %r; it has: %s" % (name, ", ".join(__all__)))


def __dir__():
    return __all__
