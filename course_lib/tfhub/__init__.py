"""TensorFlow Hub on Keras 3: `HubLayer` uses a module, `export_hub` writes one, `shipped` gives ours."""

from course_lib.tfhub.export import cache, export_hub, shipped
from course_lib.tfhub.layer import HubLayer

__all__ = ["HubLayer", "cache", "export_hub", "shipped"]
