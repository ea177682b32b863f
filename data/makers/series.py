"""series.csv: three series of measurements from statsmodels, which is read and not imported."""

import csv
import io
import tempfile
import zipfile
from collections import defaultdict
from pathlib import Path

from course_lib.errors import CourseError
from course_lib.files import write_bytes
from course_lib.wheels import Wheel, cache, digest, registry

from . import File

SOURCES = {  # name -> sha256 of its file in the wheel, of which each kind of machine has another
    "sunspots": "f67889b1d9002cd5227f0e0ef54e35b419cdd85a31279adef6f73fb41e5c0a9b",
    "co2": "16695fa2786e53414e5a6b54767a3fdf5de99cfbc68617f69d1362d92776a92f",
    "elnino": "b647be00e0fd264be9764e317e6b963f35030014ecca2b21b204521716e463ad",
}
STATSMODELS = Wheel(
    name="statsmodels",
    package="statsmodels",
    version="0.14.6",
    sha256="",
    bytes=10_000_000,
    licence="BSD-3-Clause",
    licence_file="licences/series.txt",
    origin="PyPI",
    what="series of measurements",
    files={},
)
WHEEL = STATSMODELS.pin


def source(name):
    """Path of a file of the wheel in the cache, before it is fetched as well as after."""
    return cache() / f"statsmodels_{name}.csv"


def rows(name):
    """The rows of a file of the wheel, without its head."""
    if not source(name).exists():
        _fetch()
    if digest(source(name)) != SOURCES[name]:
        raise CourseError(f"{source(name)} is not the file of {WHEEL}: remove it and try again")
    return list(csv.reader(source(name).read_text(encoding="utf-8").splitlines()))[1:]


def _fetch():
    """Put the files of all series into the cache."""
    with tempfile.TemporaryDirectory() as staging:
        try:
            path = registry.download(STATSMODELS, Path(staging))
        except registry.NotDownloaded as error:
            raise CourseError(f"{WHEEL} cannot be fetched, since {error.args[0]}") from None
        with zipfile.ZipFile(path) as archive:
            cache().mkdir(parents=True, exist_ok=True)
            for name in SOURCES:
                write_bytes(source(name), archive.read(f"statsmodels/datasets/{name}/{name}.csv"))


def sunspots():
    return {year: float(number) for year, number in rows("sunspots")}


def co2():
    """Means of the weeks of each month, or "" for a month in which no week was measured."""
    months = defaultdict(list)
    for day, value in rows("co2"):
        months[f"{day[:4]}-{day[4:6]}"] += [float(value)] if value else []
    return {month: round(sum(weeks) / len(weeks), 2) if weeks else "" for month, weeks in months.items()}


def elnino():
    return {
        f"{year}-{month:02}": float(value) for year, *values in rows("elnino") for month, value in enumerate(values, 1)
    }


def make():
    content = io.StringIO()
    write = csv.writer(content, lineterminator="\n").writerow
    write(["series", "time", "value"])
    for series in (sunspots, co2, elnino):
        for time, value in sorted(series().items()):
            write([series.__name__, time, value])
    return content.getvalue().encode()


FILES = {
    "series.csv": File(
        make,
        needs=(),
        licence="public domain",
        licence_file="licences/series.txt",
        origin=(
            f"PyPI {WHEEL}, statsmodels/datasets: sunspots (NOAA's National Geophysical Data Center), co2 (Keeling and "
            "Whorf, Carbon Dioxide Information Analysis Center), elnino (NOAA's National Weather Service)"
        ),
        what=(
            "sunspots of each year 1700-2008, carbon dioxide on Mauna Loa of each month 1958-2001, and the temperature "
            "of the sea off Peru of each month 1950-2010"
        ),
        effort="fetched through pip",
    )
}
