"""Abuse below JSON: bytes that are no HTTP, broken framing, floods of headers, bodies without end."""
import asyncio
import contextlib
import gzip
import json
import socket
import struct
import time

import kit

ANSWER_SECONDS_MAX = 15
CHAT = json.dumps({"model": "abuse", "messages": [{"role": "user", "content": "hi"}]}).encode()
GIGABYTE = 1 << 30


async def exchange(port, data, half_close=True, seconds=ANSWER_SECONDS_MAX, tls=None):
    """Sends bytes, closes our side, and reads to the end: (what came, whether the gateway closed in time)."""
    reader, writer = await asyncio.open_connection(kit.HOST, port, ssl=tls)
    got = b""
    try:
        with contextlib.suppress(OSError):
            writer.write(data)
            await writer.drain()
            if half_close:
                writer.write_eof()
        try:
            async with asyncio.timeout(seconds):
                while piece := await reader.read(1 << 16):
                    got = (got + piece)[-(1 << 20):]
        except TimeoutError:
            return got, False
        except OSError:  # a reset is a close, too
            pass
        return got, True
    finally:
        writer.close()


def statuses(data):
    """The statuses in what came back over a raw HTTP/1 connection."""
    found = []
    for part in data.split(b"HTTP/1.")[1:]:
        if part[1:2] == b" " and part[2:5].isdigit():
            found.append(int(part[2:5]))
    return found


def head(key, *lines, path="/v1/chat/completions", method="POST"):
    every = ["%s %s HTTP/1.1" % (method, path), "host: gateway", "authorization: Bearer " + key,
             "content-type: application/json", *lines]
    return ("\r\n".join(every) + "\r\n\r\n").encode("latin-1")


async def random_bytes(bench):
    """Bytes at random, some after a good beginning."""
    starts = [b"", b"", b"GET ", b"POST /v1/chat/completions HTTP/1.1\r\n", head(bench.key, "content-length: 100"),
              head(bench.key, "transfer-encoding: chunked"), b"\x16\x03\x01\x02\x00\x01", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"]
    bad, open_ = [], 0

    async def one(data):
        nonlocal open_
        got, closed = await exchange(bench.port, data)
        open_ += not closed
        bad.extend(s for s in statuses(got) if s == 500 or s < 400)

    jobs = [bench.random.choice(starts) + bench.random.randbytes(bench.random.choice([1, 10, 100, 1000, 20000]))
            for _ in range(300 * bench.scale)]
    await bench.all(one, jobs)
    bench.check("random bytes: %d connections, none answered by 500 or 2xx" % len(jobs), not bad, str(bad[:5]) if bad else "")
    bench.check("random bytes: each connection is closed", not open_, "%d still open after %d s" % (open_, ANSWER_SECONDS_MAX) if open_ else "")


def broken_framing(key):
    """(name, bytes, the statuses that will do); a connection closed without an answer always will."""
    length = "content-length: %d" % len(CHAT)
    chunked = "transfer-encoding: chunked"
    refused = {400, 404, 405, 408, 411, 413, 414, 415, 417, 421, 431, 501, 505}
    cases = [("chunk size " + name, head(key, chunked) + data, refused) for name, data in [
        ("not hex", b"zz\r\nabc\r\n0\r\n\r\n"), ("negative", b"-1\r\nabc\r\n0\r\n\r\n"), ("empty", b"\r\nabc\r\n0\r\n\r\n"),
        ("beyond 64 bits", b"fffffffffffffffff\r\nabc\r\n0\r\n\r\n"), ("2^63", b"8000000000000000\r\nabc\r\n"),
        ("2^31", b"80000000\r\nabc\r\n"), ("too small", b"1\r\n" + CHAT + b"\r\n0\r\n\r\n"),
        ("with an endless extension", b"1;" + b"a" * 200_000 + b"\r\n{\r\n0\r\n\r\n"),
        ("without end of line", b"5" * 100_000), ("with a trailer flood", b"0\r\n" + b"x: y\r\n" * 50_000 + b"\r\n"),
        ("cut off", b"ff\r\n{"), ("0x10", b"0x10\r\n0123456789abcdef\r\n0\r\n\r\n")]]
    cases += [(name, head(key, *lines) + CHAT, refused) for name, lines in [
        ("length and chunked", [length, chunked]), ("chunked and length", [chunked, length]),
        ("two lengths", [length, "content-length: 5"]), ("the same length twice, different digits", [length, "content-length: 0%d" % len(CHAT)]),
        ("negative length", ["content-length: -5"]), ("length 1e3", ["content-length: 1e3"]), ("length +5", ["content-length: +5"]),
        ("length with a list", ["content-length: 5, 5"]), ("length 2^64", ["content-length: 18446744073709551616"]),
        ("unknown transfer coding", ["transfer-encoding: rot13"]), ("chunked twice", ["transfer-encoding: chunked, chunked"]),
        ("chunked in disguise", ["transfer-encoding: xchunked", length]), ("space before colon", ["content-length : 5"]),
        ("a header without colon", ["nonsense", length]), ("an empty header name", [": x", length]),
        ("NUL in a header", ["x-a: \0", length]), ("folded header", ["x-a: b\r\n c", "content-length: 5", length]),
        ("bare CR in a header", ["x-a: b\rc: d", length, "content-length: 1"])]]
    cases += [(name, line + b"\r\nhost: gateway\r\n\r\n", refused | {401}) for name, line in [
        ("HTTP/3.0", b"GET /health HTTP/3.0"), ("HTTP/0.9", b"GET /health"), ("no target", b"GET HTTP/1.1"), ("method of 1 MB", b"G" * 1_000_000 + b" / HTTP/1.1"),
        ("a target of 100 KB", b"GET /" + b"a" * 100_000 + b" HTTP/1.1"), ("target without slash", b"GET health HTTP/1.1"),
        ("target *", b"GET * HTTP/1.1"), ("absolute target", b"GET http://evil.example/v1/models HTTP/1.1"), ("target with dots", b"GET /v1/../key/list HTTP/1.1"),
        ("target with encoded dots", b"GET /v1/%2e%2e/key/list HTTP/1.1"), ("target //", b"GET //v1/models HTTP/1.1"), ("NUL in the target", b"GET /v1/\0models HTTP/1.1"),
        ("broken escape", b"GET /v1/models/%zz HTTP/1.1"), ("escaped NUL", b"GET /v1/models/%00 HTTP/1.1"), ("CONNECT", b"CONNECT evil.example:443 HTTP/1.1"),
        ("TRACE", b"TRACE /v1/models HTTP/1.1"), ("a method of its own", b"BREW /v1/models HTTP/1.1"), ("lower case method", b"get /v1/models HTTP/1.1")]]
    cases += [("a header of 5 MB", head(key, "x-a: " + "a" * 5_000_000), refused), ("20,000 headers", head(key, *["x-%d: y" % i for i in range(20_000)]), refused),
              ("1 MB of headers without end", head(key, *["x: y"] * 160_000)[:-2], refused)]
    return cases


async def framing(bench):
    cases = broken_framing(bench.key)
    wrong = []

    async def one(case):
        name, data, accepted = case
        got, closed = await exchange(bench.port, data)
        answers = statuses(got)
        if not closed or any(s not in accepted for s in answers) or len(answers) > 1:
            wrong.append("%s: %s%s" % (name, answers, "" if closed else ", left open"))

    await bench.all(one, cases, at_once=4)
    bench.check("broken framing and heads: %d kinds are refused and closed" % len(cases), not wrong, "; ".join(wrong))


async def truncated(bench):
    """Bodies that end too early, by a close of our side, of both, or by a reset."""
    endings = []

    async def half(cut):
        got, closed = await exchange(bench.port, head(bench.key, "content-length: %d" % len(CHAT)) + CHAT[:cut])
        endings.append(closed and not [s for s in statuses(got) if s >= 500 or s < 400])

    async def reset(cut):
        reader, writer = await asyncio.open_connection(kit.HOST, bench.port)
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        writer.write((head(bench.key, "content-length: %d" % len(CHAT)) + CHAT)[:cut])
        with contextlib.suppress(ConnectionError):
            await writer.drain()
        writer.close()

    await bench.all(half, [bench.random.randrange(len(CHAT)) for _ in range(100 * bench.scale)])
    bench.check("truncated bodies: %d, none is answered by 2xx or 5xx, each connection is closed" % len(endings), all(endings))
    await bench.all(reset, [bench.random.randrange(1, 400) for _ in range(300 * bench.scale)])
    whole = head(bench.key, "content-length: %d" % len(CHAT)) + CHAT
    answers = []

    async def half_closed(_):
        got, closed = await exchange(bench.port, whole)
        answers.append(closed and all(s == 200 for s in statuses(got)))

    await bench.all(half_closed, range(100 * bench.scale))
    bench.check("half-closed after a whole request: answered or closed, %d times" % len(answers), all(answers))


# ---- bodies without end ----------------------------------------------------------------------------------------------


async def endless(port, opening, piece, frame):
    """Sends a gigabyte as long as it is taken: (statuses, bytes sent, seconds)."""
    reader, writer = await asyncio.open_connection(kit.HOST, port)
    began, sent, got = time.monotonic(), 0, b""

    async def read():
        nonlocal got
        with contextlib.suppress(ConnectionError):
            while more := await reader.read(1 << 16):
                got += more

    reading = asyncio.create_task(read())
    try:
        async with asyncio.timeout(60):
            with contextlib.suppress(ConnectionError):
                writer.write(opening)
                while sent < GIGABYTE and not reading.done():
                    writer.write(frame(piece))
                    sent += len(piece)
                    await writer.drain()
            await reading
    except TimeoutError:
        got += b"HTTP/1.1 000 never closed"
    finally:
        reading.cancel()
        writer.close()
    return statuses(got), sent, time.monotonic() - began


def chunk(piece):
    return b"%x\r\n%s\r\n" % (len(piece), piece)


async def huge_bodies(bench):
    piece = b" " * (1 << 16)
    announced = "content-length: %d" % GIGABYTE
    jobs = []
    for path in ("/v1/chat/completions", "/v1/embeddings", "/v1/responses", "/key/generate"):
        jobs.append((path + " by length", head(bench.admin, announced, path=path), bytes))
        jobs.append((path + " by chunks", head(bench.admin, "transfer-encoding: chunked", path=path), chunk))
        jobs.append((path + " with 100-continue", head(bench.admin, announced, "expect: 100-continue", path=path), bytes))
    before, peak = bench.gateway.rss_mb(), bench.gateway.rss_mb()
    wrong, most = [], 0

    async def watch():
        nonlocal peak
        while True:
            peak = max(peak, bench.gateway.rss_mb())
            await asyncio.sleep(0.05)

    watching = asyncio.create_task(watch())
    for name, opening, frame in jobs:
        got, sent, seconds = await endless(bench.port, opening, piece, frame)
        most = max(most, sent)
        if [s for s in got if s != 100] != [413] or seconds > 20:
            wrong.append("%s: %s after %d MB, %.1f s" % (name, got, sent >> 20, seconds))
    bench.check("bodies of 1 GB: %d are refused by 413" % len(jobs), not wrong, "; ".join(wrong) or "%d MB were taken at most" % (most >> 20))
    bomb = gzip.compress(b" " * (256 << 20), 9)
    reply = await kit.fetch(bench.port, "POST", "/v1/chat/completions", bomb, bench.key, {"content-encoding": "gzip"}, timeout=30)
    bench.check("256 MB in %d KB of gzip are refused by 413" % (len(bomb) >> 10), reply.status == 413, str(reply.status))
    watching.cancel()
    # One body at a time, each of at most 32 MB: the gateway reckons with eight times that (BodyRoom).
    bench.check("memory grew by less than 256 MB meanwhile", peak - before < 256, "%.0f MB -> %.0f MB" % (before, peak))
