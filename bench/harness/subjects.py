"""What is measured: each subject is a process on the subject's core with two ports."""

import http.client
import json
import os
import secrets
import shutil
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

from harness.bodies import STREAM_MODEL, TRANSLATED_MODEL, WHOLE_MODEL
from harness.machine import BenchError, Child, clean_environment, free_port, tool

ROOT = Path(__file__).resolve().parents[2]
CACHE = ROOT / "bench" / ".cache"
LITELLM_VERSION = "1.106.2"
START_SECONDS_MAX = 180
BUILD_SECONDS_MAX = 1800

GATEWAY_CONFIG = """\
model_list:
  - model_name: {whole_model}
    litellm_params:
      model: openai/{whole_model}
      api_base: http://127.0.0.1:{whole}/v1
      api_key: sk-provider-of-the-bench
  - model_name: {stream_model}
    litellm_params:
      model: openai/{stream_model}
      api_base: http://127.0.0.1:{stream}/v1
      api_key: sk-provider-of-the-bench
  - model_name: {translated_model}
    litellm_params:
      model: anthropic/claude-sonnet-4-5-20250929
      api_base: http://127.0.0.1:{messages}
      api_key: sk-provider-of-the-bench
general_settings:
  master_key: os.environ/LITELLM_MASTER_KEY
"""


class Subject:
    """One column of the table. `variants` are the ways in which it can be started."""

    name = ""
    label = ""
    variants = ("default",)
    connections = 64
    paced_rate = 500
    warm_factor = 0.3
    starts = 5
    slow = False
    must_not_fail = True
    translates = False

    def __init__(self, bench):
        self.bench = bench
        self.key = "sk-none"
        self.child = None
        self.answered = 0
        self.cut_max = 0

    def prepare(self):
        """Installs and configures; may take long, is not measured."""

    def start(self, variant="default"):
        """Starts, and returns the seconds until the first call was answered with 200."""
        raise NotImplementedError

    def stop(self):
        if self.child:
            self.child.stop()
            self.child = None

    def pause(self):
        if self.child:
            self.child.pause()

    def resume(self):
        if self.child:
            self.child.resume()

    @property
    def pid(self):
        return self.child.pid if self.child else None

    def check(self):
        """Facts that must hold after the run: {name: (text, holds)}."""
        return {}

    def _started(self, begun):
        seconds = first_answer(self, begun)
        self.answered += 1
        return seconds

    def _log(self):
        return self.bench.folder / f"{self.name}.log"


class Direct(Subject):
    """No gateway at all: what the load and the upstream cost by themselves."""

    name = "direct"
    label = "direct"

    def start(self, variant="default"):
        self.whole_port, self.stream_port = self.bench.upstream.ports
        return self._started(time.monotonic())


class Nginx(Subject):
    name = "nginx"
    label = "nginx"

    def prepare(self):
        self.program = tool("nginx", "nginx-light")
        self.whole_port, self.stream_port = free_port(), free_port()
        folder = self.bench.folder / "nginx"
        folder.mkdir()
        text = (Path(__file__).parent / "nginx.conf").read_text()
        whole, stream = self.bench.upstream.ports
        for name, value in {
            "DIR": folder, "WHOLE": whole, "STREAM": stream,
            "WHOLE_PORT": self.whole_port, "STREAM_PORT": self.stream_port,
        }.items():
            text = text.replace(f"@{name}@", str(value))
        self.config = folder / "nginx.conf"
        self.config.write_text(text)

    def version(self):
        return subprocess.run([self.program, "-v"], capture_output=True, text=True, check=True).stderr.strip()

    def start(self, variant="default"):
        begun = time.monotonic()
        self.child = Child(
            self.name, [self.program, "-e", "stderr", "-c", self.config], self.bench.subject_core, self._log())
        return self._started(begun)


class Gateway(Subject):
    """A gateway with LiteLLM's configuration file."""

    def prepare(self):
        whole, stream = self.bench.upstream.ports
        self.whole_port = self.stream_port = free_port()
        self.folder = self.bench.folder / self.name
        self.folder.mkdir()
        self.config = self.folder / "config.yaml"
        self.config.write_text(GATEWAY_CONFIG.format(
            whole_model=WHOLE_MODEL, stream_model=STREAM_MODEL, translated_model=TRANSLATED_MODEL,
            whole=whole, stream=stream, messages=self.bench.upstream.messages_port))
        self.master_key = "sk-" + secrets.token_hex(24)
        self.key = self.master_key


class LiteLlm(Gateway):
    """One worker, no database: so the master key, no budgets and no rows, which favours it."""

    name = "litellm"
    label = "LiteLLM"
    # More only wait in its queue, and those that the end of a window cuts off cost it CPU that no
    # answered request would explain.
    connections = 8
    paced_rate = 10
    starts = 1
    slow = True
    must_not_fail = False

    def prepare(self):
        super().prepare()
        self.program = Path(self.bench.options.litellm) if self.bench.options.litellm else self._installed()

    def _installed(self):
        venv = CACHE / f"litellm-{LITELLM_VERSION}"
        program = venv / "bin" / "litellm"
        if not (venv / "complete").exists():
            self.bench.say(f"installing LiteLLM {LITELLM_VERSION} (once)")
            shutil.rmtree(venv, ignore_errors=True)
            log = self._log()
            with open(log, "ab") as output:
                for command in (
                    [sys.executable, "-m", "venv", venv],
                    [venv / "bin" / "pip", "install", "-q", f"litellm[proxy]=={LITELLM_VERSION}"],
                ):
                    if subprocess.run(command, stdout=output, stderr=output, timeout=BUILD_SECONDS_MAX).returncode:
                        raise BenchError(f"LiteLLM could not be installed (--without-litellm leaves it out):\n"
                                         + log.read_text(errors="replace")[-1500:])
            (venv / "complete").touch()
        return program

    def version(self):
        python = self.program.resolve().parent / "python"
        found = subprocess.run(
            [python, "-c", "import importlib.metadata as m; print(m.version('litellm'))"],
            capture_output=True, text=True, check=True, timeout=60).stdout.strip()
        if found != LITELLM_VERSION:
            raise BenchError(f"LiteLLM {LITELLM_VERSION} is wanted, {self.program} is {found}")
        return found

    def start(self, variant="default"):
        environment = clean_environment(
            LITELLM_MASTER_KEY=self.master_key, LITELLM_LOCAL_MODEL_COST_MAP="True", LITELLM_LOG="ERROR")
        begun = time.monotonic()
        self.child = Child(
            self.name,
            [self.program, "--config", self.config, "--host", "127.0.0.1", "--port", self.whole_port,
             "--num_workers", "1", "--telemetry", "False"],
            self.bench.subject_core, self._log(), environment, folder=self.folder)
        return self._started(begun)


class Tollgate(Gateway):
    """With a virtual key whose budget and limits are on, and a row for every call."""

    name = "tollgate"
    label = "Tollgate"
    variants = ("default", "without AOT")
    warm_factor = 1.0
    translates = True

    def prepare(self):
        super().prepare()
        self.program = Path(self.bench.options.tollgate).resolve()
        if not self.program.exists():
            raise BenchError(f"there is no launcher {self.program}")
        self.bench.say("building Tollgate if needed")
        built = subprocess.run(
            [self.program, "--version"], capture_output=True, text=True, cwd=ROOT, timeout=BUILD_SECONDS_MAX)
        if built.returncode:
            raise BenchError("./tollgate --version failed:\n" + built.stdout[-1500:] + built.stderr[-1500:])
        self._version = built.stdout.strip().splitlines()[-1]
        self.data = self.folder / "data"
        self._mint_key()

    def version(self):
        return self._version

    def start(self, variant="default"):
        environment = clean_environment(LITELLM_MASTER_KEY=self.master_key, JAVA_HOME=self.bench.java_home)
        if variant == "without AOT":
            environment["TOLLGATE_AOT"] = "off"
        begun = time.monotonic()
        self.child = Child(
            self.name,
            [self.program, "--config", self.config, "--host", "127.0.0.1", "--port", self.whole_port,
             "--data", self.data],
            self.bench.subject_core, self._log(), environment, folder=ROOT)
        return self._started(begun)

    def _mint_key(self):
        """A key that every call has to be checked against, with limits that refuse none of them."""
        self.start()
        status, text = call(self.whole_port, "POST", "/key/generate", self.master_key, {
            "key_alias": "bench",
            "models": [WHOLE_MODEL, STREAM_MODEL, TRANSLATED_MODEL],
            "max_budget": 1_000_000_000,
            "budget_duration": "30d",
            "rpm_limit": 1_000_000_000,
            "tpm_limit": 1_000_000_000_000,
            "max_parallel_requests": 1_000_000,
        })
        if status != 200:
            raise BenchError(f"/key/generate answered {status}: {text[:300]}")
        made = json.loads(text)
        for name in ("max_budget", "rpm_limit", "tpm_limit", "max_parallel_requests"):
            if not made.get(name):
                raise BenchError(f"/key/generate made a key without {name}: a bench without it would be none")
        self.key = made["key"]
        self.stop()

    def check(self):
        """Every call that was answered has its row, and none has two."""
        least, most = self.answered, self.answered + self.cut_max
        rows, table = 0, None
        until = time.monotonic() + 60
        while time.monotonic() < until:
            rows, table = spend_rows(self.data)
            if rows >= least:
                break
            time.sleep(1)
        text = (f"{rows:,} rows in {table} for {least:,} calls answered"
                f" (and at most {self.cut_max:,} cut off by the end of a window)")
        return {"a row for every call": (text, least <= rows <= most)}


def spend_rows(folder):
    """Rows of the spend table in the data folder's SQLite file, and the table's name."""
    for file in sorted(folder.rglob("*")):
        if not file.is_file() or not _is_sqlite(file):
            continue
        database = sqlite3.connect(f"file:{file}?mode=ro", uri=True, timeout=30)
        try:
            names = [row[0] for row in database.execute("select name from sqlite_master where type = 'table'")]
            spend = [name for name in names if "spend" in name.lower() and "log" in name.lower()]
            for name in spend or [name for name in names if "spend" in name.lower()]:
                quoted = name.replace('"', '""')
                return database.execute(f'select count(*) from "{quoted}"').fetchone()[0], name
        finally:
            database.close()
    return 0, "no spend table"


def _is_sqlite(file):
    with open(file, "rb") as start:
        return start.read(16) == b"SQLite format 3\0"


def call(port, method, path, key, body=None, timeout=30):
    """One request to this machine; its status and text."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)
    try:
        data = body if isinstance(body, bytes) else json.dumps(body).encode() if body is not None else None
        connection.request(method, path, data, {
            "Authorization": f"Bearer {key}", "Content-Type": "application/json"})
        reply = connection.getresponse()
        return reply.status, reply.read().decode(errors="replace")
    finally:
        connection.close()


def first_answer(subject, begun):
    """Asks until the first 200; seconds since `begun`."""
    body = subject.bench.bodies["whole"].read_bytes()
    last = "nothing answered"
    while time.monotonic() - begun < START_SECONDS_MAX:
        try:
            status, text = call(subject.whole_port, "POST", "/v1/chat/completions", subject.key, body)
            if status == 200:
                return time.monotonic() - begun
            last = f"status {status}: {text[:200]}"
        except (OSError, http.client.HTTPException) as not_yet:
            last = str(not_yet)
        if subject.child and not subject.child.alive():
            raise BenchError(f"{subject.label} ended at its start:\n{subject.child.log_tail()}")
        time.sleep(0.003)
    log = "\n" + subject.child.log_tail() if subject.child else ""
    raise BenchError(f"{subject.label} gave no 200 within {START_SECONDS_MAX} s; the last was: {last}{log}")


ALL = (Direct, Nginx, LiteLlm, Tollgate)
