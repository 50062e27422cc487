"""Abuse by numbers: slow senders, idle connections, readers who do not read, many large bodies at once."""
import asyncio
import contextlib
import json
import socket
import time

import kit
from sockets import CHAT, head, statuses

SLOW_SENDERS = 200
IDLE_CONNECTIONS = 10_000
FILES_KEPT_BACK = 500


class SlowSenders:
    """One byte a second, half of them in the head and half in the body, until the gateway closes. In the background."""

    def __init__(self, bench):
        self.bench = bench
        self.ended = []  # (where, statuses, seconds)
        self.tasks = [asyncio.create_task(self._one(number)) for number in range(SLOW_SENDERS)]

    async def _one(self, number):
        in_body = number % 2 == 0
        reader, writer = await asyncio.open_connection(kit.HOST, self.bench.port)
        began, got = time.monotonic(), b""
        opening = head(self.bench.key, "content-length: 5000") if in_body else b"POST /v1/chat/completions HTTP/1.1\r\nx-a: "
        try:
            with contextlib.suppress(ConnectionError):
                writer.write(opening)
                while True:
                    writer.write(b" " if in_body else b"a")
                    await writer.drain()
                    with contextlib.suppress(TimeoutError):
                        async with asyncio.timeout(1):
                            piece = await reader.read(1 << 16)
                            got += piece
                            if not piece:
                                break
            self.ended.append((in_body, statuses(got), time.monotonic() - began))
        finally:
            writer.close()

    async def finish(self, body_seconds_max, head_seconds_max, began):
        """Waits until the gateway has lost patience with all of them."""
        left = max(body_seconds_max, head_seconds_max) - (time.monotonic() - began)
        _, pending = await asyncio.wait(self.tasks, timeout=max(1, left))
        for task in pending:
            task.cancel()
        bodies = [e for e in self.ended if e[0]]
        heads = [e for e in self.ended if not e[0]]
        bench = self.bench
        bench.check("%d slow bodies are given up with 408" % (SLOW_SENDERS // 2),
                    len(bodies) == SLOW_SENDERS // 2 and all(e[1] == [408] for e in bodies),
                    "%d ended, after %.0f s at most" % (len(bodies), max((e[2] for e in bodies), default=0)))
        bench.check("%d slow heads are given up" % (SLOW_SENDERS // 2),
                    len(heads) == SLOW_SENDERS // 2 and all(max(e[1], default=400) < 500 for e in heads),
                    "%d ended, after %.0f s at most" % (len(heads), max((e[2] for e in heads), default=0)))


async def idle_connections(bench, files_max, closed_after):
    """Opens them, looks whether a new one is still served, and leaves it to the gateway to close them."""
    wanted = min(IDLE_CONNECTIONS, files_max - FILES_KEPT_BACK)
    if wanted < IDLE_CONNECTIONS:
        print("     only %d idle connections: the system allows this process %d files" % (wanted, files_max))
    before = bench.gateway.rss_mb()
    loop, opened = asyncio.get_running_loop(), []

    async def one(number):
        sock = socket.socket()
        sock.setblocking(False)
        await loop.sock_connect(sock, (kit.HOST, bench.port))
        if number % 3 == 0:  # a third has been served before, a third has begun a request
            await loop.sock_sendall(sock, b"GET /health/liveliness HTTP/1.1\r\nhost: gateway\r\n\r\n")
        elif number % 3 == 1:
            await loop.sock_sendall(sock, b"GET /health/live")
        opened.append(sock)

    try:
        await bench.all(one, range(wanted), at_once=200)
        bench.check("%d idle connections are taken" % wanted, len(opened) == wanted and bench.gateway.files() >= wanted,
                    "the gateway has %d files open, %.0f MB -> %.0f MB" % (bench.gateway.files(), before, bench.gateway.rss_mb()))
        began = time.monotonic()
        reply = await kit.fetch(bench.port, "POST", "/v1/chat/completions", CHAT, bench.key)
        bench.check("a new client is served beside them", reply.status == 200, "in %.0f ms" % ((time.monotonic() - began) * 1e3))
        until = time.monotonic() + closed_after * 2
        while bench.gateway.files() > wanted // 10 and time.monotonic() < until:
            await asyncio.sleep(0.5)
        bench.check("the gateway closes them when they stay idle", bench.gateway.files() <= wanted // 10,
                    "%d files are left after %.0f s" % (bench.gateway.files(), time.monotonic() - began))
    finally:
        for sock in opened:
            sock.close()


async def deaf_readers(bench):
    """Clients that ask for an endless stream and do not read it: the provider must feel it."""
    connections, before = [], bench.gateway.rss_mb()
    body = json.dumps({"model": "flood", "stream": True, "messages": [{"role": "user", "content": "hi"}]}).encode()
    for _ in range(50):
        sock = socket.socket()
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 12)
        sock.setblocking(False)
        await asyncio.get_running_loop().sock_connect(sock, (kit.HOST, bench.port))
        await asyncio.get_running_loop().sock_sendall(sock, head(bench.key, "content-length: %d" % len(body)) + body)
        connections.append(sock)
    until, calm, last = time.monotonic() + 20, 0, -1
    while calm < 4 and time.monotonic() < until:
        await asyncio.sleep(0.5)
        calm = calm + 1 if bench.provider.flooded == last else 0
        last = bench.provider.flooded
    bench.check("50 clients that do not read an endless stream: the provider is held up", last > 0 and calm >= 4,
                "after %d MB in all; %.0f MB -> %.0f MB" % (last * 8 >> 10, before, bench.gateway.rss_mb()))
    for sock in connections:
        sock.close()


async def large_bodies(tally, config):
    """Many bodies just below the limit at once, on a small heap: some may be refused, the gateway stays."""
    text = b"a" * (30 << 20)
    body = json.dumps({"model": "abuse", "messages": [{"role": "user", "content": "TEXT"}]}).encode().replace(b"TEXT", text)
    with kit.gateway_in_temp(config, java_opts="-Xmx256m") as gateway:
        await gateway.spawn().ready()
        key = await kit.new_key(gateway.port)
        held, answers = asyncio.Event(), []

        async def one():
            try:
                reader, writer = await asyncio.open_connection(kit.HOST, gateway.port, limit=1 << 22)
                writer.write(head(key, "content-length: %d" % len(body)))
                for at in range(0, len(body) - 1, 1 << 16):
                    writer.write(body[at:min(at + (1 << 16), len(body) - 1)])
                    await writer.drain()
                async with asyncio.timeout(5):
                    await held.wait()
            except TimeoutError:
                pass
            except ConnectionError:
                pass  # an early answer may be there all the same
            with contextlib.suppress(ConnectionError, TimeoutError, kit.Broken, UnboundLocalError):
                async with asyncio.timeout(20):
                    with contextlib.suppress(ConnectionError):
                        writer.write(body[-1:])
                    answers.append((await kit.read_reply(reader)).status)
                writer.close()

        await asyncio.gather(*(one() for _ in range(40)))
        alive = gateway.process.poll() is None
        counts = {s: answers.count(s) for s in sorted(set(answers))}
        tally.check("40 bodies of 30 MB at once on a heap of 256 MB: the gateway stays", alive, "answers %s" % counts)
        tally.check("such bodies are served or refused by 413, 429 or 503", answers and set(counts) <= {200, 413, 429, 503}, str(counts))
        if alive:
            reply = await kit.fetch(gateway.port, "POST", "/v1/chat/completions", CHAT, key)
            tally.check("an ordinary call is served afterwards", reply.status == 200, str(reply.status))
        tally.check("its log has no OutOfMemoryError", "OutOfMemory" not in gateway.log.read_text(errors="replace"))
