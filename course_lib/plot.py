"""The figures that chapters share; this is their public face, `course_lib.figures` holds them.

Every figure ends in `show`, which puts the picture into the notebook together with its alt text; there it survives into
HTML pages. A figure's title is its message. Importing this module sets matplotlib's defaults for the whole process
(`STYLE`), so that what learners draw themselves looks the same.
"""

import matplotlib.pyplot as plt

from course_lib.figures.architecture import architecture, encoder_decoder, network
from course_lib.figures.attention import encoder, patches, reach_of_heads
from course_lib.figures.blocks import block_diagram
from course_lib.figures.boxes import boxed_images, painted, precision_recall_curves, two_boxes
from course_lib.figures.generation import code_map, covered, generator_forms, precision_against_recall, score_table
from course_lib.figures.grids import confusion_matrix, frame, grid_of_numbers, heatmap, ink_on, matrices
from course_lib.figures.kernels import channels, correlate, dense_to_convolution
from course_lib.figures.lines import bars, curves, dots, learning_curves, scatter
from course_lib.figures.paper import (
    COLOURS,
    INK,
    MAX_BYTES,
    PIXELS,
    SIGNED,
    STYLE,
    TILES,
    display_picture,
    drawn,
    headed,
    img,
    is_drawing,
    png,
    show,
    webp,
    wrapped,
)
from course_lib.figures.pictures import feature_maps, image_grid, kernel_gallery, overlay
from course_lib.figures.reach import receptive_field
from course_lib.figures.recurrent import lstm_cell, recurrent_forms, timeline
from course_lib.figures.translation import alignments, transformer_parts
from course_lib.widgets.attention import explore_attention, explore_heads
from course_lib.widgets.boxes import explore_boxes, explore_ranking
from course_lib.widgets.codes import explore_codes
from course_lib.widgets.convolution import explore_convolution, sliding_kernel
from course_lib.widgets.elbo import explore_elbo
from course_lib.widgets.gradient import explore_gradient
from course_lib.widgets.logits import explore_logits
from course_lib.widgets.merging import explore_merges
from course_lib.widgets.neighbours import explore_neighbours
from course_lib.widgets.networks import explore_networks
from course_lib.widgets.next_token import explore_next_token
from course_lib.widgets.playing import play_curves
from course_lib.widgets.pooling import explore_pooling
from course_lib.widgets.query import explore_query
from course_lib.widgets.reach import explore_receptive_field
from course_lib.widgets.residual import explore_residual
from course_lib.widgets.resolution import explore_pictures, explore_sampling, play_films
from course_lib.widgets.tuning import explore_tuning

__all__ = [
    "COLOURS",
    "INK",
    "MAX_BYTES",
    "PIXELS",
    "SIGNED",
    "STYLE",
    "TILES",
    "alignments",
    "architecture",
    "bars",
    "block_diagram",
    "boxed_images",
    "channels",
    "code_map",
    "confusion_matrix",
    "correlate",
    "covered",
    "curves",
    "dense_to_convolution",
    "display_picture",
    "dots",
    "drawn",
    "encoder",
    "encoder_decoder",
    "explore_attention",
    "explore_boxes",
    "explore_codes",
    "explore_convolution",
    "explore_elbo",
    "explore_gradient",
    "explore_logits",
    "explore_merges",
    "explore_neighbours",
    "explore_networks",
    "explore_next_token",
    "explore_pooling",
    "explore_heads",
    "explore_pictures",
    "explore_query",
    "explore_ranking",
    "explore_receptive_field",
    "explore_residual",
    "explore_sampling",
    "explore_tuning",
    "feature_maps",
    "frame",
    "generator_forms",
    "grid_of_numbers",
    "headed",
    "heatmap",
    "image_grid",
    "img",
    "ink_on",
    "is_drawing",
    "kernel_gallery",
    "learning_curves",
    "lstm_cell",
    "matrices",
    "network",
    "overlay",
    "painted",
    "patches",
    "play_curves",
    "play_films",
    "plt",
    "png",
    "precision_against_recall",
    "precision_recall_curves",
    "reach_of_heads",
    "receptive_field",
    "recurrent_forms",
    "scatter",
    "score_table",
    "show",
    "sliding_kernel",
    "timeline",
    "transformer_parts",
    "two_boxes",
    "webp",
    "wrapped",
]
