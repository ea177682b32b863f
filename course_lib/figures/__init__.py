"""The figures that chapters share, one module per kind. Chapters reach them all through `course_lib.plot`."""
