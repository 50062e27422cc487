"""What the harnesses under tests/ share: a gateway process, a fake provider, an HTTP client, a tally of checks.

Python 3.11 standard library only. Everything is on loopback and in temporary folders.
"""
import asyncio
import contextlib
import itertools
import json
import os
import resource
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
MASTER_KEY = "sk-harness-master-4f8a1c"
HOST = "127.0.0.1"
BUILD_SECONDS_MAX = 900
START_SECONDS_MAX = 30
HEAD_BYTES_MAX = 1 << 16


# ---- checks ----------------------------------------------------------------------------------------------------------


class Tally:
    """Prints a line for each check, and how many passed."""

    def __init__(self):
        self.passed = self.failed = 0

    def check(self, name, good, detail=""):
        if good:
            self.passed += 1
        else:
            self.failed += 1
        print("%-4s %s%s" % ("ok" if good else "FAIL", name, ": " + detail if detail else ""), flush=True)
        return good

    def finish(self):
        """Prints the last line; the exit status."""
        print("%d passed, %d failed" % (self.passed, self.failed), flush=True)
        return 1 if self.failed else 0


def raise_file_limit():
    """As many files as the system allows; returns how many that is."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != hard:
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return resource.getrlimit(resource.RLIMIT_NOFILE)[0]


def free_port():
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return probe.getsockname()[1]


# ---- the gateway -----------------------------------------------------------------------------------------------------


class Gateway:
    """One gateway process on a data folder that outlives it: it can be killed and started again.

    config: a dict, or the path of a file. flags: further flags of the launcher.
    """

    def __init__(self, config, folder, java_opts="", flags=()):
        self.folder = Path(folder)
        self.config = config
        if isinstance(config, dict):
            self.config = self.folder / "config.yaml"
            self.config.write_text(json.dumps(config, indent=1))  # YAML takes JSON
        self.data = self.folder / "data"
        self.log = self.folder / "gateway.log"
        self.port = free_port()
        self.java_opts = java_opts
        self.flags = flags
        self.tls = None
        self.process = None
        self.spawned = 0.0

    @staticmethod
    def build():
        """Builds the gateway if its sources are newer, so that no start has to."""
        made = subprocess.run([ROOT / "tollgate", "version"], stdout=subprocess.DEVNULL, timeout=BUILD_SECONDS_MAX)
        if made.returncode:
            sys.exit("the gateway could not be built")

    def spawn(self):
        """Starts the process; `await ready()` says when it serves. The launcher execs, so its id is the JVM's."""
        environment = {k: v for k, v in os.environ.items() if not k.endswith("_API_KEY") and k != "DATABASE_URL"}
        environment.update(LITELLM_MASTER_KEY=MASTER_KEY, TOLLGATE_JAVA_OPTS=self.java_opts)
        self.spawned = time.monotonic()
        command = [ROOT / "tollgate", "--config", self.config, "--port", str(self.port), "--host", HOST, "--data", self.data, *self.flags]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                command, env=environment, cwd=self.folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        return self

    async def ready(self):
        """Waits for the first 200 of /health/readiness; returns the seconds since the process was started."""
        until = self.spawned + START_SECONDS_MAX
        while time.monotonic() < until:
            if self.process.poll() is not None:
                raise RuntimeError("the gateway ended with status %s; its log ends:\n%s" % (self.process.returncode, self.tail()))
            with contextlib.suppress(OSError, Broken, TimeoutError):
                if (await fetch(self.port, "GET", "/health/readiness", timeout=2, tls=self.tls)).status == 200:
                    return time.monotonic() - self.spawned
            await asyncio.sleep(0.02)
        raise RuntimeError("the gateway did not answer in %d s; its log ends:\n%s" % (START_SECONDS_MAX, self.tail()))

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self, patience=45):
        """SIGTERM; returns the exit status, None if it had to be killed."""
        if self.process is None or self.process.poll() is not None:
            return self.process and self.process.returncode
        self.process.terminate()
        try:
            return self.process.wait(patience)
        except subprocess.TimeoutExpired:
            self.kill()
            return None

    def tail(self, lines=20):
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:]) if self.log.exists() else ""

    def complaints(self):
        """Warnings and errors in the log."""
        return [line for line in self.log.read_text(errors="replace").splitlines() if " WARN " in line or " ERROR " in line]

    # what the process takes, from the kernel (Linux)

    def rss_mb(self):
        return self._status("VmRSS") / 1024

    def threads(self):
        return self._status("Threads")

    def _status(self, name):
        for line in Path("/proc/%d/status" % self.process.pid).read_text().splitlines():
            if line.startswith(name + ":"):
                return int(line.split()[1])
        raise KeyError(name)

    def files(self):
        return len(os.listdir("/proc/%d/fd" % self.process.pid))


@contextlib.contextmanager
def gateway_in_temp(config, **options):
    """A gateway that is not started yet; ended and removed afterwards."""
    with tempfile.TemporaryDirectory(prefix="tollgate-test-") as folder:
        gateway = Gateway(config, folder, **options)
        try:
            yield gateway
        finally:
            gateway.stop()


# ---- a small HTTP client ---------------------------------------------------------------------------------------------


class Broken(Exception):
    """The connection ended before there was an answer, or the answer is no HTTP."""


@dataclass
class Reply:
    status: int
    headers: dict
    body: bytes = b""
    complete: bool = False  # the body came to its end

    def json(self, **options):
        return json.loads(self.body, **options)


class Connection:
    """A keep-alive HTTP/1.1 connection; opens itself when needed."""

    def __init__(self, port, tls=None):
        self.port, self.tls = port, tls
        self.reader = self.writer = None

    async def request(self, method, path, body=b"", headers=None):
        """One exchange. A body that is cut off is returned as far as it came, with `complete` false."""
        if self.writer is None:
            self.reader, self.writer = await asyncio.open_connection(HOST, self.port, limit=1 << 22, ssl=self.tls)
        lines = ["%s %s HTTP/1.1" % (method, path), "host: gateway", "content-length: %d" % len(body)]
        lines += ["%s: %s" % pair for pair in (headers or {}).items()]
        try:
            self.writer.write(("\r\n".join(lines) + "\r\n\r\n").encode("latin-1") + body)
            await self.writer.drain()
            reply = await read_reply(self.reader)
        except BaseException:
            self.close()
            raise
        if not reply.complete or reply.headers.get("connection", "").lower() == "close":
            self.close()
        return reply

    def close(self):
        if self.writer is not None:
            self.writer.close()
        self.reader = self.writer = None


async def read_reply(reader):
    """Reads one answer; raises Broken if there is not even a head."""
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except (asyncio.IncompleteReadError, ConnectionError, asyncio.LimitOverrunError) as e:
        raise Broken("no answer: %r" % e) from None
    lines = head.decode("latin-1").split("\r\n")
    parts = lines[0].split(" ", 2)
    if len(parts) < 2 or not parts[0].startswith("HTTP/1.") or not parts[1].isdigit():
        raise Broken("not HTTP: %r" % lines[0][:80])
    headers = {}
    for line in lines[1:]:
        name, colon, value = line.partition(":")
        if colon:
            headers[name.strip().lower()] = value.strip()
    reply = Reply(int(parts[1]), headers)
    if 100 <= reply.status < 200:
        return await read_reply(reader)
    body = bytearray()
    try:
        if "chunked" in headers.get("transfer-encoding", ""):
            while size := int((await reader.readuntil(b"\r\n")).split(b";")[0], 16):
                body += (await reader.readexactly(size + 2))[:-2]
            await reader.readuntil(b"\r\n")
        elif "content-length" in headers:
            left = int(headers["content-length"])
            while left:
                piece = await reader.read(min(left, 1 << 16))
                if not piece:
                    raise ConnectionError
                body += piece
                left -= len(piece)
        elif reply.status not in (204, 304):
            while piece := await reader.read(1 << 16):
                body += piece
        reply.complete = True
    except (asyncio.IncompleteReadError, ConnectionError, ValueError):
        pass
    reply.body = bytes(body)
    return reply


async def fetch(port, method, path, body=None, key=None, headers=None, timeout=30, tls=None):
    """One exchange on a connection of its own; `body` may be a value for JSON."""
    sent = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
    every = {"connection": "close", **({"content-type": "application/json"} if sent else {}), **(headers or {})}
    if key:
        every["authorization"] = "Bearer " + key
    connection = Connection(port, tls)
    try:
        async with asyncio.timeout(timeout):
            return await connection.request(method, path, sent, every)
    finally:
        connection.close()


async def new_key(port, tls=None, **terms):
    """A virtual key."""
    reply = await fetch(port, "POST", "/key/generate", terms, MASTER_KEY, tls=tls)
    if reply.status != 200:
        raise RuntimeError("no key: %d %s" % (reply.status, reply.body[:300]))
    return reply.json()["key"]


# ---- a database ------------------------------------------------------------------------------------------------------


class Postgres:
    """A PostgreSQL of its own in a folder; it can be stopped and started again. None of it outlives `remove`."""

    def __init__(self):
        found = sorted(Path("/usr/lib/postgresql").glob("*/bin")) or [Path(shutil.which("initdb") or "").parent]
        self.bin = found[-1]
        self.folder = Path(tempfile.mkdtemp(prefix="tollgate-postgres-"))
        self.folder.chmod(0o755)
        self.port = free_port()
        self.url = "postgresql://tollgate@%s:%d/postgres" % (HOST, self.port)
        self._run("initdb", "-U", "tollgate", "-A", "trust", "-E", "UTF8")
        self.start()

    def _run(self, program, *arguments):
        command = [self.bin / program, "-D", self.folder / "data", *arguments]
        if os.geteuid() == 0:  # which PostgreSQL refuses to be
            subprocess.run(["chown", "-R", "nobody", self.folder], check=True)
            command = ["setpriv", "--reuid=nobody", "--clear-groups", *command]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/", timeout=60)

    def start(self):
        options = "-p %d -c listen_addresses=%s -k %s -c fsync=off" % (self.port, HOST, self.folder)
        self._run("pg_ctl", "-o", options, "-l", self.folder / "log", "-w", "start")

    def stop(self):
        """At once, as a server that loses its power."""
        self._run("pg_ctl", "-m", "immediate", "-w", "stop")

    def rows(self, sql):
        """The lines of a query's answer, each a list of texts."""
        done = subprocess.run([self.bin / "psql", "-At", "-F", "\t", "-c", sql, self.url],
                              check=True, capture_output=True, text=True, timeout=60)
        return [line.split("\t") for line in done.stdout.splitlines()]

    def remove(self):
        with contextlib.suppress(subprocess.CalledProcessError):
            self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)


# ---- the fake provider -----------------------------------------------------------------------------------------------

USAGE = {"prompt_tokens": 11, "completion_tokens": 7, "total_tokens": 18}
WORDS = ["One ", "two ", "three ", "\u00fcber ", "\U0001f30d"]


@dataclass
class Provider:
    """An OpenAI-compatible provider. Each reply has an id of its own; the usage is always USAGE.

    pause: seconds, a callable asked before the reply and between events. The model's name can ask for a fault: one that
    starts with `slow` takes 5 s, `cut` drops the connection half-way, `fail` answers 500, `garbage` sends no HTTP, `flood`
    streams until the connection is closed.
    """

    pause: object = lambda: 0.0
    port: int = 0
    calls: int = 0
    flooded: int = 0  # events of endless streams
    ids: set = field(default_factory=set)  # of the replies that it has begun to send
    server: object = None
    numbers: object = field(default_factory=lambda: itertools.count(1))
    writers: set = field(default_factory=set)

    async def start(self):
        self.server = await asyncio.start_server(self._serve, HOST, 0, limit=1 << 20, backlog=1024)
        self.port = self.server.sockets[0].getsockname()[1]
        return self

    def stop(self):
        self.server.close()
        for writer in list(self.writers):
            writer.close()

    def base(self):
        return "http://%s:%d/v1" % (HOST, self.port)

    async def _serve(self, reader, writer):
        self.writers.add(writer)
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
                fields = {n.strip().lower(): v.strip() for n, _, v in (line.partition(":") for line in head[1:])}
                body = await reader.readexactly(int(fields.get("content-length") or 0))
                self.calls += 1
                if not await self._answer(writer, head[0].split(" ")[1], body):
                    return
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.LimitOverrunError, ValueError, asyncio.CancelledError):
            pass  # cancelled only when the run ends
        finally:
            self.writers.discard(writer)
            writer.close()

    async def _answer(self, writer, path, raw):
        """Answers one request; false if the connection is to be closed."""
        try:
            body = json.loads(raw)
            model = str(body["model"])
        except (ValueError, KeyError, TypeError, RecursionError):
            return await whole(writer, {"error": {"message": "the provider got no JSON with a model"}}, 400)
        if model.startswith("garbage"):
            writer.write(b"\x00\xff garbage\r\n\r\n")
            return False
        if model.startswith("fail"):
            return await whole(writer, {"error": {"message": "broken", "type": "server_error"}}, 500)
        await asyncio.sleep(5 if model.startswith("slow") else self.pause())
        if model.startswith("flood"):
            return await self._flood(writer)
        try:
            reply, events = REPLIES[path](body, next(self.numbers))
        except (KeyError, TypeError, AttributeError):
            return await whole(writer, {"error": {"message": "the provider cannot read that"}}, 400)
        self.ids.add(reply.get("id"))
        if not body.get("stream"):
            return await whole(writer, reply)
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n")
        for count, event in enumerate(events):
            if model.startswith("cut") and count == 2:
                return False
            name = b"event: %s\n" % event["type"].encode() if isinstance(event, dict) and "type" in event else b""
            data = event if isinstance(event, str) else json.dumps(event)
            piece = name + b"data: " + data.encode() + b"\n\n"
            writer.write(b"%x\r\n%s\r\n" % (len(piece), piece))
            await writer.drain()
            wait = self.pause()
            if wait:
                await asyncio.sleep(wait)
        writer.write(b"0\r\n\r\n")
        await writer.drain()
        return True

    async def _flood(self, writer):
        event = b"data: " + json.dumps({"id": "chatcmpl-flood", "object": "chat.completion.chunk", "choices": [
            {"index": 0, "delta": {"content": "w" * 8000}, "finish_reason": None}]}).encode() + b"\n\n"
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n")
        while True:
            writer.write(b"%x\r\n%s\r\n" % (len(event), event))
            await writer.drain()
            self.flooded += 1


async def whole(writer, body, status=200):
    data = json.dumps(body).encode()
    writer.write(b"HTTP/1.1 %d Scripted\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n" % (status, len(data)) + data)
    await writer.drain()
    return True


def chat(body, number):
    base = {"id": "chatcmpl-harness-%d" % number, "created": 1700000000, "model": body["model"]}
    reply = {**base, "object": "chat.completion", "usage": USAGE, "choices": [
        {"index": 0, "message": {"role": "assistant", "content": "".join(WORDS)}, "finish_reason": "stop"}]}
    chunk = {**base, "object": "chat.completion.chunk"}
    events = [{**chunk, "choices": [{"index": 0, "delta": {"content": word}, "finish_reason": None}]} for word in WORDS]
    events.append({**chunk, "choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]})
    return reply, events + closing(body, chunk)


def completion(body, number):
    base = {"id": "cmpl-harness-%d" % number, "object": "text_completion", "created": 1700000000, "model": body["model"]}
    reply = {**base, "usage": USAGE, "choices": [{"index": 0, "text": "".join(WORDS), "finish_reason": "stop"}]}
    events = [{**base, "choices": [{"index": 0, "text": word, "finish_reason": None}]} for word in WORDS]
    events.append({**base, "choices": [{"index": 0, "text": "", "finish_reason": "stop"}]})
    return reply, events + closing(body, base)


def closing(body, chunk):
    options = body.get("stream_options")
    asked = isinstance(options, dict) and options.get("include_usage")
    return ([{**chunk, "choices": [], "usage": USAGE}] if asked else []) + ["[DONE]"]


def responses(body, number):
    usage = {"input_tokens": USAGE["prompt_tokens"], "output_tokens": USAGE["completion_tokens"],
             "total_tokens": USAGE["total_tokens"]}
    message = {"id": "msg_%d" % number, "type": "message", "status": "completed", "role": "assistant",
               "content": [{"type": "output_text", "text": "".join(WORDS), "annotations": []}]}
    reply = {"id": "resp_harness%d" % number, "object": "response", "created_at": 1700000000, "status": "completed",
             "model": body["model"], "output": [message], "usage": usage}
    begun = {**reply, "status": "in_progress", "output": [], "usage": None}
    events = [{"type": "response.created", "response": begun}]
    events += [{"type": "response.output_text.delta", "item_id": message["id"], "output_index": 0, "content_index": 0,
                "delta": word} for word in WORDS]
    return reply, events + [{"type": "response.completed", "response": reply}]


def embeddings(body, number):
    given = body.get("input")
    count = len(given) if isinstance(given, list) and given and not isinstance(given[0], int) else 1
    return {"object": "list", "model": body["model"], "usage": {"prompt_tokens": 11, "total_tokens": 11}, "data": [
        {"object": "embedding", "index": i, "embedding": [0.25, -0.5]} for i in range(count)]}, []


REPLIES = {
    "/v1/chat/completions": chat,
    "/v1/completions": completion,
    "/v1/responses": responses,
    "/v1/embeddings": embeddings,
}
