"""The instructor's half: release, collect, grade, give feedback, report; on nbgrader's own course folder and gradebook.

Nothing here is imported for a learner; nbgrader and Dask come with requirements-instructor.txt.
"""
