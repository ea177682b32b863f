"""How much memory this process can still have."""

from pathlib import Path

CGROUPS = Path("/sys/fs/cgroup")  # where Linux, and so each container, keeps the limits of groups of processes
UNLIMITED = 1 << 60  # what version 1 of cgroups calls no limit is larger than this


def available():
    """Bytes that are free for this process: on the machine, in its container, and within its own limits."""
    import psutil

    free = psutil.virtual_memory().available
    return max(0, min([free, *_of_groups(), *_of_limits()]))


def amount(count):
    """A number of bytes as people read it: 640 MB, 1.2 GB."""
    return f"{count / 1e9:,.1f} GB" if count >= 1e9 else f"{count / 1e6:.0f} MB"


def _of_groups():
    """What each cgroup around this process leaves; a container sees its own as the root."""
    try:
        lines = Path("/proc/self/cgroup").read_text(encoding="utf-8").splitlines()
    except OSError:
        return
    for line in lines:  # such as 0::/user.slice or 4:memory:/docker/abc
        _, controllers, name = line.split(":", 2)
        if controllers in ("", "memory"):
            root = CGROUPS / controllers
            here = root / name.lstrip("/")
            for folder in [here, *here.parents]:
                yield from _of_group(folder)
                if folder == root:
                    break


def _of_group(folder):
    for limit, used, idle in (
        ("memory.max", "memory.current", "inactive_file"),
        ("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file"),
    ):
        try:
            allowed = int((folder / limit).read_text(encoding="utf-8"))  # ValueError: "max"
            taken = int((folder / used).read_text(encoding="utf-8"))
            stat = dict(line.split() for line in (folder / "memory.stat").read_text(encoding="utf-8").splitlines())
        except (OSError, ValueError):
            continue
        if allowed < UNLIMITED:
            yield allowed - taken + int(stat.get(idle, 0))  # what the system keeps of files it gives back


def _of_limits():
    """What `ulimit -v` and `ulimit -d` leave."""
    try:
        import resource
    except ImportError:  # Windows
        return
    import psutil

    used = psutil.Process().memory_info()
    for limit, taken in ((resource.RLIMIT_AS, used.vms), (resource.RLIMIT_DATA, getattr(used, "data", 0))):
        allowed, _ = resource.getrlimit(limit)
        if allowed != resource.RLIM_INFINITY:
            yield allowed - taken
