"""The figures that chapters share; this is their public face, `course_lib.figures` holds them.

Every figure ends in `show`, which puts the picture into the notebook together with its alt text; there it survives into
HTML pages. A figure's title is its message. Importing this module sets matplotlib's defaults for the whole process
(`STYLE`), so that what learners draw themselves looks the same.
"""

import matplotlib.pyplot as plt

from course_lib.figures.architecture import architecture
from course_lib.figures.convolution import explore_convolution, sliding_kernel
from course_lib.figures.grids import confusion_matrix, grid_of_numbers, heatmap, matrices
from course_lib.figures.lines import bars, curves, dots, scatter
from course_lib.figures.paper import COLOURS, MAX_BYTES, SIGNED, STYLE, display_png, png, show, show_animation
from course_lib.figures.pictures import feature_maps, image_grid, kernel_gallery, overlay

__all__ = [
    "COLOURS",
    "MAX_BYTES",
    "SIGNED",
    "STYLE",
    "architecture",
    "bars",
    "confusion_matrix",
    "curves",
    "display_png",
    "dots",
    "explore_convolution",
    "feature_maps",
    "grid_of_numbers",
    "heatmap",
    "image_grid",
    "kernel_gallery",
    "matrices",
    "overlay",
    "plt",
    "png",
    "scatter",
    "show",
    "show_animation",
    "sliding_kernel",
]
