"""Abuse by HTTP/2 frames, in clear text and over TLS."""
import json
import shutil
import ssl
import struct
import subprocess

import kit
from sockets import CHAT, exchange

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
DATA, HEADERS, RST, SETTINGS, PING, GOAWAY, WINDOW, CONTINUATION = 0, 1, 3, 4, 6, 7, 8, 9
END_STREAM, END_HEADERS, PRIORITY = 1, 4, 32


def frame(kind, flags, stream, payload=b""):
    return struct.pack("!I", len(payload))[1:] + struct.pack("!BBI", kind, flags, stream) + payload


def fields(*pairs):
    """HPACK: literals that are not indexed."""
    out = b""
    for name, value in pairs:
        out += b"\0" + integer(len(name)) + name.encode() + integer(len(value)) + value.encode("latin-1")
    return out


def integer(value):
    """An HPACK integer with a prefix of 7 bits."""
    if value < 127:
        return bytes([value])
    out, value = b"\x7f", value - 127
    while value >= 128:
        out, value = out + bytes([value % 128 + 128]), value // 128
    return out + bytes([value])


def request_fields(key, *more):
    return fields((":method", "POST"), (":scheme", "http"), (":path", "/v1/chat/completions"), (":authority", "gateway"),
                  ("authorization", "Bearer " + key), ("content-type", "application/json"), *more)


def frames_of(data):
    at = 0
    while at + 9 <= len(data):
        size = int.from_bytes(data[at:at + 3], "big")
        yield data[at + 3], data[at + 4], int.from_bytes(data[at + 5:at + 9], "big"), data[at + 9:at + 9 + size]
        at += 9 + size


def status(answer):
    """The statuses that the static table has, in the HEADERS frames of an answer."""
    known = {0x88: 200, 0x89: 204, 0x8C: 400, 0x8D: 404, 0x8E: 500}
    found = []
    for kind, flags, _, payload in frames_of(answer):
        if kind == HEADERS:
            payload = payload[5:] if flags & PRIORITY else payload
            found.append(known.get(payload[0], 0) if payload else 0)
    return found


def floods(key, chance):
    """(name, bytes)"""
    begin = PREFACE + frame(SETTINGS, 0, 0)
    slow = json.dumps({"model": "slow", "messages": [{"role": "user", "content": "hi"}]}).encode()
    opened = frame(HEADERS, END_HEADERS, 1, request_fields(key))
    reset = lambda stream: frame(RST, 0, stream, struct.pack("!I", 8))
    every = range(1, 10_001, 2)
    return [
        ("garbage after the preface", PREFACE + chance.randbytes(5000)),
        ("a frame of 16 MB announced", begin + b"\xff\xff\xff\x00\x00\x00\x00\x00\x01"),
        ("rapid reset, 5,000 calls", begin + b"".join(ask(key, s, slow) + reset(s) for s in every)),
        ("5,000 resets of streams that never were", begin + b"".join(map(reset, every))),
        ("50,000 settings", begin + frame(SETTINGS, 0, 0, struct.pack("!HI", 4, 1)) * 50_000),
        ("50,000 pings", begin + frame(PING, 0, 0, b"12345678") * 50_000),
        ("50,000 empty data frames", begin + opened + frame(DATA, 0, 1) * 50_000),
        ("2 MB of continuations", begin + frame(HEADERS, 0, 1, request_fields(key)) + frame(CONTINUATION, 0, 1, fields(("x-a", "b" * 8000))) * 250),
        ("a window beyond 2^31", begin + frame(WINDOW, 0, 0, struct.pack("!I", 0x7FFFFFFF)) * 3),
        ("data on stream 0", begin + frame(DATA, END_STREAM, 0, CHAT)),
        ("an even stream", begin + ask(key, 2)),
        ("a table update of 4 GB", begin + frame(HEADERS, END_HEADERS | END_STREAM, 1, b"\x3f\xe1\xff\xff\xff\x0f" + request_fields(key))),
        ("a header block that is none", begin + frame(HEADERS, END_HEADERS | END_STREAM, 1, chance.randbytes(300))),
        ("length and less data", begin + frame(HEADERS, END_HEADERS, 1, request_fields(key, ("content-length", "5000"))) + frame(DATA, END_STREAM, 1, CHAT)),
        ("transfer-encoding", begin + frame(HEADERS, END_HEADERS, 1, request_fields(key, ("transfer-encoding", "chunked"))) + frame(DATA, END_STREAM, 1, CHAT)),
        ("5,000 streams left open", begin + b"".join(frame(HEADERS, END_HEADERS, s, request_fields(key)) for s in every)),
    ]


def ask(key, stream, body=CHAT):
    return frame(HEADERS, END_HEADERS, stream, request_fields(key)) + frame(DATA, END_STREAM, stream, body)


async def flooded(tally, gateway, key, chance, where, tls=None):
    """All floods against one gateway; an ordinary call after each."""
    got, _ = await exchange(gateway.port, PREFACE + frame(SETTINGS, 0, 0) + ask(key, 1), False, 2, tls)
    tally.check("HTTP/2 %s answers a good request" % where, status(got) == [200], "" if status(got) else repr(got[:80]))
    wrong, every = [], floods(key, chance)
    for name, data in every:
        got, _ = await exchange(gateway.port, data, False, 3, tls)
        if 500 in status(got):
            wrong.append(name + " got a 500")
        reply = await kit.fetch(gateway.port, "POST", "/v1/chat/completions", CHAT, key, tls=gateway.tls)
        if reply.status != 200:
            wrong.append("%s: %d afterwards" % (name, reply.status))
    tally.check("HTTP/2 %s: %d floods and malformed frames, others are served" % (where, len(every)), not wrong, "; ".join(wrong))


async def http2_clear(bench):
    await flooded(bench.tally, bench.gateway, bench.key, bench.random, "in clear text")


async def http2_tls(tally, config, chance):
    """A gateway of its own, with a certificate made for the run."""
    if not shutil.which("openssl"):
        print("skipped: HTTP/2 over TLS, for want of openssl to make a certificate")
        return
    with kit.gateway_in_temp(config) as gateway:
        certificate, key_file = gateway.folder / "cert.pem", gateway.folder / "key.pem"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
                        "-keyout", key_file, "-out", certificate], check=True, capture_output=True)
        gateway.flags = ["--ssl_certfile_path", certificate, "--ssl_keyfile_path", key_file]
        gateway.tls = trusting("http/1.1")
        await gateway.spawn().ready()
        await flooded(tally, gateway, await kit.new_key(gateway.port, tls=gateway.tls), chance, "over TLS", trusting("h2"))
        log = [line for line in gateway.log.read_text(errors="replace").splitlines() if not line.startswith("{")]
        tally.check("HTTP/2 over TLS: a flood of frames is no flood of the log", len(log) < 500, "%d lines; %s" % (len(log), "; ".join(log[20:22])[:300]))
        tally.check("HTTP/2 over TLS: the gateway is sound afterwards", gateway.stop() in (0, 143), "status %s" % gateway.process.returncode)


def trusting(protocol):
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.set_alpn_protocols([protocol])
    return context
