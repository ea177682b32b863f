"""What one submission may use, and how a kernel says that it is over."""

from dataclasses import dataclass

MB = 2**20
FILES = 200_000  # files in memory, even empty ones: each takes about a kilobyte that no process is charged for
STARVED = 20  # times its limit that something may take where others have the processor


@dataclass(frozen=True)
class Limits:
    """What one submission may use.

    Attributes:
        memory_mb: private memory of each process, and memory of all together, with what waits in sockets and pipes.
        processes: processes and threads at a time.
        file_mb: size of a file, and of each of the three folders that can be written to (these are in memory, and
            count as memory, too).
        cpu_s: processor time of all processes of one kernel together.
        call_s, cell_s, task_s: seconds for one call of a student's function, one cell of the notebook, and the test of
            one task. Time in which it waited for a processor that others had does not count, up to STARVED times as
            much: the limits are the same on a busy machine.
        notebook_s: seconds for all cells, and as many again for all tests. Once those for cells are over, cells that no
            task needs are not run any more.
        output_kb: stored output of one cell.
        core: number of the processor that the sandbox is bound to, or None for all of them. Where several
            submissions are graded at a time, give each a processor of its own, and none can slow another.
    """

    memory_mb: int = 4096
    processes: int = 256
    file_mb: int = 64
    cpu_s: int = 300
    call_s: float = 10
    cell_s: float = 60
    task_s: float = 60
    notebook_s: float = 600
    output_kb: int = 100
    core: int | None = None

    def of_each_process(self, *, trust=False):
        """Names and values for setrlimit; those of all processes together are watched from outside."""
        values = {
            "DATA": self.memory_mb * MB,
            # libraries map far more than they use; this bounds what DATA does not count
            "AS": (self.memory_mb + 16384) * MB,
            "FSIZE": self.file_mb * MB,
            "CPU": int(self.cpu_s),
            "NOFILE": 256,
            "CORE": 0,
        }
        if not trust:  # there it would count all processes of whoever grades
            values["NPROC"] = self.processes
        return values


class Gone(Exception):
    """The kernel was stopped, or ended by itself. `reason`: "time", "memory", "processes", "cpu" or "ended"."""

    def __init__(self, reason):
        super().__init__(reason)
        self.reason = reason
