"""Cores, child processes and the kernel's own accounting of them."""

import contextlib
import ctypes
import os
import resource
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path

TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")
PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")
PR_SET_PDEATHSIG = 1
STOP_SECONDS_MAX = 15


class BenchError(Exception):
    """Something that makes the run worthless; its text says what to do."""


def cores():
    """The core of the subject and that of the load."""
    allowed = sorted(os.sched_getaffinity(0))
    if len(allowed) < 2:
        raise BenchError("two cores are needed: one for the subject, one for the load")
    return allowed[0], allowed[1]


def raise_file_limit():
    """2,000 streams through a proxy are 4,000 sockets in one process."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 16384 if hard == resource.RLIM_INFINITY else min(hard, 16384)
    resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    if wanted < 8192:
        raise BenchError(f"open files are limited to {wanted}; 8192 are needed (ulimit -Hn)")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def tool(name, package):
    path = shutil.which(name) or shutil.which(name, path="/usr/sbin:/sbin")
    if path is None:
        raise BenchError(f"{name} is missing: apt-get install {package}")
    return path


def java_home():
    """The JDK that the launcher would find."""
    finder = Path(__file__).resolve().parents[2] / "scripts" / "jdk.sh"
    script = '. "$1" && TOLLGATE_NEEDS_JAVAC=yes find_jdk && printf %s "$TOLLGATE_JDK"'
    found = subprocess.run(["bash", "-c", script, "bash", finder], capture_output=True, text=True)
    if found.returncode:
        raise BenchError(found.stderr.strip())
    return found.stdout


def clean_environment(**more):
    """Nothing of the caller's: a proxy variable or a provider key would send traffic elsewhere."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ}
    return kept | {"NO_PROXY": "*"} | more


class Child:
    """A process and its descendants on one core; dies with the driver."""

    def __init__(self, name, command, core, log, environment=None, pipes=False, folder=None):
        self.name = name
        self.log = log
        output = open(log, "ab")
        with output:
            self.process = subprocess.Popen(
                ["taskset", "-c", str(core), *map(str, command)],
                stdin=subprocess.PIPE if pipes else subprocess.DEVNULL,
                stdout=subprocess.PIPE if pipes else output,
                stderr=output,
                env=environment or clean_environment(),
                cwd=folder,
                start_new_session=True,
                preexec_fn=_die_with_parent,
            )

    @property
    def pid(self):
        return self.process.pid

    def alive(self):
        return self.process.poll() is None

    def pause(self):
        """Takes the core from it until it is resumed or stopped."""
        self._signal(signal.SIGSTOP)

    def resume(self):
        self._signal(signal.SIGCONT)

    def stop(self):
        """Ends the process and whatever it has left in its group; waits, with a bound."""
        self._signal(signal.SIGTERM)
        self.resume()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(STOP_SECONDS_MAX)
        self._signal(signal.SIGKILL)
        self.process.wait(STOP_SECONDS_MAX)
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe:
                with contextlib.suppress(OSError):
                    pipe.close()

    def _signal(self, number):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, number)

    def log_tail(self, lines=15):
        text = Path(self.log).read_text(errors="replace").splitlines()
        return "\n".join("    " + line for line in text[-lines:])


def _die_with_parent():
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def _stat(pid):
    """Fields of /proc/PID/stat from the third on: the name before them may hold anything."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()


def tree(root):
    """The process and all its descendants."""
    children = {}
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            with contextlib.suppress(OSError):
                children.setdefault(int(_stat(entry)[1]), []).append(int(entry))
    found, waiting = [], [root]
    while waiting:
        pid = waiting.pop()
        found.append(pid)
        waiting += children.get(pid, [])
    return found


def cpu_seconds(root):
    """User and system time of a process tree. Children that have ended are in their parent's sum."""
    ticks = 0
    for pid in tree(root):
        with contextlib.suppress(OSError):
            ticks += sum(int(field) for field in _stat(pid)[11:15])
    return ticks / TICKS_PER_SECOND


def resident_megabytes(root):
    pages = 0
    for pid in tree(root):
        with contextlib.suppress(OSError):
            pages += int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * PAGE_BYTES / 1e6


def core_seconds(core):
    """Busy and stolen seconds of a core since boot."""
    for line in Path("/proc/stat").read_text().splitlines():
        fields = line.split()
        if fields[0] == f"cpu{core}":
            user, nice, system, _, _, irq, softirq, steal = map(int, fields[1:9])
            busy = user + nice + system + irq + softirq
            return busy / TICKS_PER_SECOND, steal / TICKS_PER_SECOND
    raise BenchError(f"/proc/stat has no cpu{core}")


def wait_until_quiet(root, seconds_max):
    """Waits until a tree uses less than 4 % of a core, so that what it put off is counted too."""
    begun = time.monotonic()
    before = cpu_seconds(root)
    while time.monotonic() - begun < seconds_max:
        time.sleep(0.25)
        after = cpu_seconds(root)
        if after - before <= 0.0101:
            return True
        before = after
    return False


class Meter:
    """CPU of one subject, and of both cores, between two moments."""

    def __init__(self, root, subject_core, load_core):
        self.root = root
        self.subject_core = subject_core
        self.load_core = load_core
        self.reading()

    def reading(self):
        """Everything since the last reading, as a dict; seconds and shares of a core."""
        now = (
            time.monotonic(),
            cpu_seconds(self.root) if self.root else 0.0,
            *core_seconds(self.subject_core),
            *core_seconds(self.load_core),
        )
        last, self._last = getattr(self, "_last", now), now
        wall, cpu, busy, stolen, load_busy, load_stolen = (b - a for a, b in zip(last, now))
        wall = max(wall, 1e-9)
        return {
            "wall_s": round(wall, 3),
            "cpu_s": round(cpu, 3),
            "foreign_share": round(max(0.0, busy - cpu) / wall, 3),
            "load_core_busy_share": round(load_busy / wall, 3),
            "stolen_share": round((stolen + load_stolen) / wall, 3),
        }
