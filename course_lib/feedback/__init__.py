"""How the check cells of exercises answer; `course_lib.exercises` is the face that notebooks see.

`marked` makes a check cell one, `attempts` tries it statement by statement, `cells` knows what became of the task's
cell, `causes` and `mistakes` say what probably went wrong, `guarded` watches the inputs, `changes` compares them,
`hints` and `points` help on, `built` reads the course's own notebook.
"""
