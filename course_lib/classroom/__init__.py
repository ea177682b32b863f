"""The instructor's half: release, collect, grade without trust, give feedback. Nothing here is imported by a learner's command."""
