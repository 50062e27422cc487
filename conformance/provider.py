#!/usr/bin/env python3
"""A scripted provider of four dialects on loopback, for the conformance run.  Standard library only.

What it answers depends on the request alone, by its `model` (or what is behind the last dot of it):
  status-NNN     the error NNN in the dialect's shape (429 with retry-after and x-ratelimit headers)
  error-inside   a stream that ends in an error event after two events
  cut-inside     a stream whose connection is dropped after two events
  slow           a stream (or a whole reply) that takes 30 s unless the caller leaves
  flaky          429 for the first request with a given body, then like any other model
  thinks         a thought with its proof before the reply;  cached  a reply with tokens from a cache in its usage
  agent          writes the file that the prompt names with the agent's own tool, thinking first, then says that it is done
  anything else  a reply that echoes the last user text, calls the offered tools, or fits the JSON schema asked for

What the dialect's real provider would refuse (a call without a result, a role that it does not have) is refused with a 400.

It keeps what it saw, and what that means (`ask`, see dialects/script.py).
GET /recorded?contains=TEXT[&state=aborted][&wait=SECONDS] lists the requests whose body has TEXT, after waiting up to
SECONDS for one in that state (open, complete, aborted).

Alone:  python3 provider.py PORT
"""
import asyncio
import gzip
import json
import re
import sys
import threading
import time
from dataclasses import asdict
from urllib.parse import parse_qs, unquote, urlsplit

from dialects import chat, gemini, messages, responses
from dialects.script import CREATED, dumps, script_of

API_KEY = "sk-provider-secret"  # what the gateway has to present
BODY_BYTES_MAX = 8 << 20
SLOW_SECONDS = 30
RECORDS_MAX = 5000
WAIT_SECONDS_MAX = 30

OPERATIONS = {  # path: (dialect, whole reply, stream events)
    "/v1/chat/completions": (chat, chat.chat_whole, chat.chat_events),
    "/v1/completions": (chat, chat.completion_whole, chat.completion_events),
    "/v1/embeddings": (chat, chat.embeddings, None),
    "/v1/responses": (responses, responses.whole, responses.events),
    "/v1/messages": (messages, messages.whole, messages.events),
    "/v1/messages/count_tokens": (messages, messages.count, None),
    ":generateContent": (gemini, gemini.whole, None),
    ":streamGenerateContent": (gemini, None, gemini.events),
    ":countTokens": (gemini, gemini.count, None),
}
WITHOUT_ASK = ("/v1/embeddings", "/v1/completions")
GOOGLE = re.compile(r"/v1beta/models/([^/:]+)(:[A-Za-z]+)$")


# ---- the server ------------------------------------------------------------------------------------------------------


class Gone(Exception):
    """The caller has left."""


class Provider:
    """The provider on a thread of its own; `port` is known once `start` returns."""

    def __init__(self, port=0):
        self.port = port
        self.records = []
        self.changed = None
        self.loop = asyncio.new_event_loop()
        self.ready = threading.Event()
        self.failure = None

    def start(self):
        threading.Thread(target=self._run, daemon=True).start()
        self.ready.wait()
        if self.failure:
            raise self.failure
        return self

    def _run(self):
        asyncio.set_event_loop(self.loop)
        try:
            self.loop.run_until_complete(self._listen())
        except OSError as failure:
            self.failure = failure
            self.ready.set()
            return
        self.ready.set()
        self.loop.run_forever()

    async def _listen(self):
        self.changed = asyncio.Condition()
        server = await asyncio.start_server(self._serve, "127.0.0.1", self.port, limit=1 << 20)
        self.port = server.sockets[0].getsockname()[1]

    async def _serve(self, reader, writer):
        try:
            while True:
                request = await read_request(reader)
                if request is None or not await self._answer(Exchange(reader, writer), *request):
                    return
        except (Gone, ConnectionError, asyncio.IncompleteReadError, ValueError):
            pass
        finally:
            writer.close()

    async def _answer(self, exchange, method, target, headers, raw):
        """Answers one request; false if the connection is to be closed."""
        path = urlsplit(target).path
        if path == "/recorded":
            return await exchange.whole(200, await self._recorded(parse_qs(urlsplit(target).query)))
        if method == "GET" and path == "/v1/models":
            return await exchange.whole(200, {"object": "list", "data": [
                {"id": "fake-chat", "object": "model", "created": CREATED, "owned_by": "fake"}]})
        record = {"method": method, "path": path, "headers": headers, "body": raw.decode("utf-8", "replace"),
                  "state": "open", "at": time.time(), "ask": None,
                  "status": None}
        earlier = any(r["body"] == record["body"] for r in self.records)
        self.records = [*self.records[-RECORDS_MAX:], record]
        try:
            keep = await self._script(exchange, path, headers, raw, record, earlier)
            await self._ends(record, "complete", exchange.status)
            return keep
        except (Gone, ConnectionError):
            await self._ends(record, "aborted")
            raise

    async def _ends(self, record, state, status=None):
        record["status"] = status
        record["state"] = state
        async with self.changed:
            self.changed.notify_all()

    async def _recorded(self, query):
        text, state = query.get("contains", [""])[0], query.get("state", [None])[0]
        wait = min(float(query.get("wait", ["0"])[0]), WAIT_SECONDS_MAX)

        def matching():
            return [r for r in self.records if text in r["body"]]

        async with self.changed:
            try:
                await asyncio.wait_for(
                    self.changed.wait_for(lambda: any(state in (None, r["state"]) for r in matching())), wait)
            except TimeoutError:
                pass
        return matching()

    async def _script(self, exchange, path, headers, raw, record, earlier):
        google = GOOGLE.match(path)
        dialect, whole, events = OPERATIONS.get(google[2] if google else path, (chat, None, None))
        if whole is None and events is None:
            return await exchange.whole(404, dialect.error_body(404, "the provider has no " + path))
        if dialect.key_of(headers) != API_KEY:
            return await exchange.whole(401, dialect.error_body(401, "the provider was shown another key than its own"))
        try:
            body = json.loads(raw)
            model = unquote(google[1]) if google else body["model"]
            counts = path.endswith("/count_tokens")  # nothing is generated, so there is no cap to give
            refused = dialect.refusal(headers, {**body, "max_tokens": 1} if counts else body)
            if refused is None and path not in WITHOUT_ASK:
                record["ask"] = asdict(dialect.read(body, model))
        except (ValueError, KeyError, TypeError, AttributeError, IndexError) as error:
            return await exchange.whole(400, dialect.error_body(400, "the provider cannot read this: %r" % error))
        if refused:
            return await exchange.whole(400, dialect.error_body(400, "the provider refuses this: " + refused))
        script = script_of(model)
        if script.startswith("status-") or (script == "flaky" and not earlier):
            status = 429 if script == "flaky" else int(script[7:])
            limits = {"retry-after": "1", "x-ratelimit-remaining-requests": "0"} if status == 429 else {}
            return await exchange.whole(status, dialect.error_body(status, "the provider says %d" % status), limits)
        if body.get("stream") or whole is None:
            return await stream(exchange, script, list(events(body, model)), dialect)
        if script == "slow":
            await exchange.pause(SLOW_SECONDS)
        return await exchange.whole(200, whole(body, model))


async def stream(exchange, script, events, dialect):
    await exchange.head(200)
    if script in ("slow", "error-inside", "cut-inside"):
        first_text = next(index for index, event in enumerate(events) if "Echo:" in dumps(event))
        for event in events[:first_text + 1]:
            await exchange.event(event)
        if script == "slow":
            for _ in range(SLOW_SECONDS * 50):
                await exchange.event(events[first_text])
                await exchange.pause(0.02)
        if script == "cut-inside":
            await exchange.pause(0.05)  # the events leave before the connection breaks
            return False
        if script == "error-inside":
            await exchange.event(dialect.error_event("the provider broke"))
            return await exchange.end()
    for event in events:
        await exchange.event(event)
    return await exchange.end()


class Exchange:
    """One answer on a connection; notices when the caller hangs up."""

    def __init__(self, reader, writer):
        self.reader, self.writer, self.status = reader, writer, None

    async def whole(self, status, body, headers=None):
        self.status = status
        payload = dumps(body).encode()
        await self._send(head_bytes(status, {
            "content-type": "application/json", "content-length": str(len(payload)), **(headers or {})}) + payload)
        return True

    async def head(self, status):
        self.status = status
        await self._send(head_bytes(status, {
            "content-type": "text/event-stream; charset=utf-8", "cache-control": "no-cache", "transfer-encoding": "chunked"}))

    async def event(self, event):
        data = event["data"] if isinstance(event["data"], str) else dumps(event["data"])
        name = "event: %s\n" % event["event"] if "event" in event else ""
        payload = ("%sdata: %s\n\n" % (name, data)).encode()
        await self._send(b"%x\r\n%s\r\n" % (len(payload), payload))

    async def end(self):
        await self._send(b"0\r\n\r\n")
        return True

    async def pause(self, seconds):
        """Waits; a caller who hangs up meanwhile ends the wait."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            self._check()
            await asyncio.sleep(0.01)

    async def _send(self, data):
        self._check()
        self.writer.write(data)
        await self.writer.drain()

    def _check(self):
        if self.reader.at_eof() or self.writer.is_closing():
            raise Gone


def head_bytes(status, headers):
    lines = ["HTTP/1.1 %d Scripted" % status, "x-request-id: req_conformance", "openai-processing-ms: 3"]
    lines += ["%s: %s" % pair for pair in headers.items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


async def read_request(reader):
    """(method, target, headers in lower case, body), or None at the end of the connection."""
    line = await reader.readline()
    if not line.strip():
        return None
    method, target, _ = line.decode("latin-1").split(" ", 2)
    headers = {}
    while (line := (await reader.readline()).decode("latin-1").strip()):
        name, _, value = line.partition(":")
        headers[name.strip().lower()] = value.strip()
    if "chunked" in headers.get("transfer-encoding", ""):
        body = await read_chunks(reader)
    else:
        length = int(headers.get("content-length") or 0)
        if length > BODY_BYTES_MAX:
            raise ValueError("body too long")
        body = await reader.readexactly(length)
    if headers.get("content-encoding") == "gzip":
        body = gzip.decompress(body)
    return method, target, headers, body


async def read_chunks(reader):
    body = b""
    while True:
        size = int((await reader.readline()).split(b";")[0], 16)
        chunk = await reader.readexactly(size + 2)
        if size == 0:
            return body
        body += chunk[:-2]
        if len(body) > BODY_BYTES_MAX:
            raise ValueError("body too long")


if __name__ == "__main__":
    print("listening on port %d" % Provider(int(sys.argv[1])).start().port, flush=True)
    threading.Event().wait()
