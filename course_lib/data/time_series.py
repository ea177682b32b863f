"""Measurements in the order of time."""

import csv
from dataclasses import dataclass

import numpy as np

from course_lib.data.store import file
from course_lib.errors import CourseError
from course_lib.texts import say

SERIES = {  # name -> unit, steps that make up a season (or nearly), steps in a year
    "sunspots": ("sunspots", 11, 1),
    "co2": ("ppm", 12, 12),
    "elnino": ("°C", 12, 12),
}


@dataclass(frozen=True)
class Series:
    """One series.

    Attributes:
        name: as it was asked for.
        time: float64 (n,), years; a month stands at its beginning, 1958.25 is April.
        values: float64 (n,).
        unit: of the values.
        season: after how many steps it looks alike: 12 months; of sunspots about 11 years, which is no fixed time.
    """

    name: str
    time: np.ndarray
    values: np.ndarray
    unit: str
    season: int

    def __len__(self):
        return len(self.values)


def series(name, gaps=False):
    """A series of measurements, in equal steps of time.

    - "sunspots": how many each year, 1700 to 2008 (309 values)
    - "co2": carbon dioxide in the air on Mauna Loa, in parts per million, each month from May 1964 to December 2001
      (452 values); with `gaps` from March 1958 (526 values), of which five months are not a number
    - "elnino": temperature of the sea off Peru, each month, 1950 to 2010 (732 values)

    Args:
        name: one of these.
        gaps: give co2 from its beginning, with nan for the months in which nothing was measured.

    Returns:
        A Series.

    Raises:
        CourseError: there is no such series, or its file is missing or damaged.
    """
    if name not in SERIES:
        raise CourseError(say("no series {name}: there are {known}", name=repr(name), known=", ".join(SERIES)))
    unit, season, steps = SERIES[name]
    with file("series.csv").open(encoding="utf-8", newline="") as lines:
        rows = [row for row in csv.DictReader(lines) if row["series"] == name]
    time = np.array([_years(row["time"], steps) for row in rows])
    values = np.array([float(row["value"] or "nan") for row in rows])
    if not gaps and np.isnan(values).any():
        start = np.flatnonzero(np.isnan(values))[-1] + 1
        time, values = time[start:], values[start:]
    return Series(name, time, values, unit, season)


def _years(text, steps):
    """1958-04 as 1958.25."""
    year, _, month = text.partition("-")
    return int(year) + (int(month or 1) - 1) / steps
