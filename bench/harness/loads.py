"""The programs on the load's core: wrk, and the two of this module's Java classes."""

import json
import os
import select
import subprocess
import time
from pathlib import Path

from harness.machine import BenchError, Child, clean_environment, tool

MODULE = Path(__file__).resolve().parents[1]
CLASSES = MODULE / "target" / "classes"
SLACK_SECONDS = 45


def build(java_home):
    """Compiles the Java programs if a source is newer than what was compiled."""
    sources = [*MODULE.glob("src/main/java/**/*.java"), MODULE / "pom.xml"]
    stamp = CLASSES / ".built"
    if stamp.exists() and stamp.stat().st_mtime >= max(file.stat().st_mtime for file in sources):
        return
    built = subprocess.run(
        [tool("mvn", "maven"), "-q", "-B", "-pl", "bench", "compile"],
        cwd=MODULE.parent, env=os.environ | {"JAVA_HOME": java_home},
        capture_output=True, text=True, timeout=900)
    if built.returncode:
        raise BenchError("the bench's Java programs do not compile:\n" + built.stdout[-3000:] + built.stderr[-1000:])
    stamp.touch()


class JavaProgram:
    """A Java process that is spoken to in lines."""

    def __init__(self, bench, name):
        self.name = name
        self.child = Child(
            name.lower(),
            [Path(bench.java_home) / "bin" / "java", "-XX:+UseSerialGC", "-Xms256m", "-Xmn128m", "-Xmx1g",
             "-cp", CLASSES, f"dev.tollgate.bench.{name}"],
            bench.load_core, bench.folder / f"{name.lower()}.log", clean_environment(), pipes=True)
        self._pending = b""

    def tell(self, line):
        self.child.process.stdin.write(line.encode() + b"\n")
        self.child.process.stdin.flush()

    def hear(self, seconds_max):
        """The next line."""
        until = time.monotonic() + seconds_max
        output = self.child.process.stdout.fileno()
        while b"\n" not in self._pending:
            left = until - time.monotonic()
            if left <= 0 or not select.select([output], [], [], left)[0]:
                raise BenchError(f"{self.name} said nothing for {seconds_max} s\n{self.child.log_tail()}")
            piece = os.read(output, 65536)
            if not piece:
                raise BenchError(f"{self.name} has ended\n{self.child.log_tail()}")
            self._pending += piece
        line, _, self._pending = self._pending.partition(b"\n")
        return line.decode()


class Upstream(JavaProgram):
    def __init__(self, bench):
        super().__init__(bench, "Upstream")
        word, whole, stream, messages = self.hear(30).split()
        assert word == "ready"
        self.ports = int(whole), int(stream)
        self.messages_port = int(messages)

    def pace(self, events, interval_ms):
        """How the streams that begin from now on go."""
        self.tell(f"pace {events} {interval_ms}")
        assert self.hear(30) == "paced"


class Load(JavaProgram):
    """Paced calls and streams."""

    def __init__(self, bench):
        super().__init__(bench, "Load")
        assert self.hear(30) == "ready"

    def run(self, command, seconds, meter):
        """Runs one load; its result, with the subject's CPU within the window."""
        self.tell(command)
        metered = None
        while True:
            word, _, rest = self.hear(seconds + SLACK_SECONDS).partition(" ")
            if word == "begin":
                meter.reading()
            elif word == "end":
                metered = meter.reading()
            elif word == "done":
                return json.loads(rest) | {"meter": metered}
            else:
                raise BenchError(f"the load failed: {word} {rest}")

    def paced(self, port, body, key, rate, connections, seconds, meter):
        return self.run(f"paced {port} {body} {key} {rate} {connections} {seconds}", seconds, meter)

    def streams(self, port, body, key, streams, ramp_ms, seconds, meter):
        return self.run(f"streams {port} {body} {key} {streams} {ramp_ms} {seconds}", seconds + ramp_ms / 1000, meter)


def wrk(bench, port, body, key, connections, seconds):
    """As many requests as the subject can answer, over so many connections (a closed loop)."""
    command = ["taskset", "-c", str(bench.load_core), tool("wrk", "wrk"), "-t1", f"-c{connections}",
               f"-d{seconds}s", "--timeout", "60s", "-s", str(MODULE / "harness" / "chat.lua"),
               f"http://127.0.0.1:{port}"]
    done = subprocess.run(
        command, env=clean_environment(BENCH_KEY=key, BENCH_BODY=str(body)),
        capture_output=True, text=True, timeout=seconds + 90)
    for line in done.stdout.splitlines():
        if line.startswith("RESULT "):
            return json.loads(line.removeprefix("RESULT "))
    raise BenchError(f"wrk failed: {done.stdout[-500:]}{done.stderr[-500:]}")
