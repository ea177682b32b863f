"""Running code that nobody has read: students' notebooks, each in a kernel in a bubblewrap sandbox.

    limits        what a submission may use, and how a kernel says that it is over
    bubblewrap    bubblewrap's command: what a sandbox shows, and whether one can be had here
    seccomp       which system calls are refused
    kernel        a kernel: its cells, its calls, its end
    processes     a kernel's processes seen from outside: start, limits, stop
    keeper        starts a sandbox, and ends with all of it, however the grader ends
    usage         what processes use
    watch         one thread that looks after all limits of all processes together
    warm          kernels forked from a process that has imported what they need
    host          kernels for a process that is in a sandbox itself
    outputs       what a cell has put out, cleaned
    arrays, values, models, calls    what a test and a student's function say to each other: plain data
    forkserver, inside               what runs inside

What it promises, each part with a test: no network; no file of this machine but programs, this Python and what a
notebook imports of this course, read-only; no other process; no capability, no new namespace; nothing is left when a
kernel is closed, or when the grader dies; limits of memory, processor time, processes, files and wall time for all
processes of a kernel together; nothing passes from one kernel to the next; nothing but plain data comes out, and none
of it is executed.

What it does not promise:

- It shares the machine's Linux: a hole in Linux itself is a hole in the sandbox.
- On macOS and Windows, or without bubblewrap, there is none, and grading refuses.
- A submission can read the system's programs, the packages of this Python, and course_lib; none of them may hold a
  secret.
- It does not hide how much time something takes, or how busy the machine is.
- Limits of all processes together are looked at 5 to 50 times per second, the more often the nearer they are, so they
  can be exceeded for that long. What epoll, inotify and locks of files take is bounded by Linux's own settings only.
- The process that runs the hidden tests has a sandbox of its own, but serves one submission after another. It reads
  JSON and arrays; a hole in what reads them would let a submission see the hidden tests and give points, to itself
  and to those graded after it.
"""
