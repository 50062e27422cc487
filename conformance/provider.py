#!/usr/bin/env python3
"""A scripted OpenAI-compatible provider on loopback, for the conformance run.  Standard library only.

What it answers depends on the request alone, by its `model`:
  status-NNN     the error NNN in OpenAI's shape (429 with retry-after and x-ratelimit headers)
  error-inside   a stream that ends in an error event after two events
  cut-inside     a stream whose connection is dropped after two events
  slow           a stream (or a whole reply) that takes 30 s unless the caller leaves
  flaky          429 for the first request with a given body, then like any other model
  anything else  a reply that echoes the last user text, calls the offered tools, or fits the JSON schema asked for

It keeps what it saw.  GET /recorded?contains=TEXT[&state=aborted][&wait=SECONDS] lists the requests whose body has TEXT,
after waiting up to SECONDS for one in that state (open, complete, aborted).

Alone:  python3 provider.py PORT
"""
import asyncio
import base64
import gzip
import json
import struct
import sys
import threading
import time
from urllib.parse import parse_qs, urlsplit

API_KEY = "sk-provider-secret"  # what the gateway has to present
BODY_BYTES_MAX = 8 << 20
SLOW_SECONDS = 30
RECORDS_MAX = 5000
WAIT_SECONDS_MAX = 30

PROMPT_TOKENS, COMPLETION_TOKENS = 11, 7
CREATED = 1700000000
SUFFIX = " \u00fc\U0001f30d"  # a two-byte and a four-byte character, to be split or damaged by anyone careless
SCHEMA_REPLY = {"city": "Z\u00fcrich", "population": 436000}
TOOL_CALLS = [
    {"id": "call_weather", "name": "get_weather", "arguments": '{"city": "Z\u00fcrich", "days": 2}'},
    {"id": "call_time", "name": "get_time", "arguments": '{"zone": "Europe/Zurich"}'},
]
VECTOR = [0.25, -0.5, 0.1, 1.0, -0.0078125, 3.5e-05]
EXTRA = {"x_provider": {"note": "kept", "list": [1, 2.5, None, "\u00fc"]}}
ERRORS = {
    400: ("invalid_request_error", "bad_thing"),
    401: ("authentication_error", "invalid_api_key"),
    403: ("permission_error", "not_allowed"),
    404: ("invalid_request_error", "model_not_found"),
    409: ("invalid_request_error", "conflict"),
    422: ("invalid_request_error", "unprocessable"),
    429: ("rate_limit_error", "rate_limit_exceeded"),
    500: ("server_error", "internal_error"),
    503: ("server_error", "overloaded"),
}


def dumps(value):
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def error_body(status, message):
    kind, code = ERRORS.get(status, ("server_error", None))
    return {"error": {"message": message, "type": kind, "param": None, "code": code}}


def float32(numbers):
    """The numbers as 4-byte floats hold them, so that both encodings carry the same vector."""
    return list(struct.unpack("<%df" % len(numbers), struct.pack("<%df" % len(numbers), *numbers)))


# ---- what is answered ------------------------------------------------------------------------------------------------


def text_of(content):
    if isinstance(content, str):
        return content
    return "".join(part.get("text", "") for part in content or [] if isinstance(part, dict))


def pieces(text, size=5):
    return [text[i:i + size] for i in range(0, len(text), size)]


def chat_message(body):
    """(text, tool calls) of the reply."""
    messages = body.get("messages") or []
    last = messages[-1] if messages else {}
    if last.get("role") == "tool":
        return "The tool said: " + text_of(last.get("content")) + SUFFIX, []
    if body.get("tools"):
        return None, TOOL_CALLS
    if (body.get("response_format") or {}).get("type") == "json_schema":
        return dumps(SCHEMA_REPLY), []
    said = [text_of(m.get("content")) for m in messages if m.get("role") == "user"]
    return "Echo: " + (said[-1] if said else "") + SUFFIX, []


def chat_usage():
    return {"prompt_tokens": PROMPT_TOKENS, "completion_tokens": COMPLETION_TOKENS,
            "total_tokens": PROMPT_TOKENS + COMPLETION_TOKENS,
            "prompt_tokens_details": {"cached_tokens": 0, "audio_tokens": 0},
            "completion_tokens_details": {"reasoning_tokens": 0, "audio_tokens": 0}}


def chat_whole(body):
    text, calls = chat_message(body)
    message = {"role": "assistant", "content": text, "refusal": None, "x_message": "kept"}
    if calls:
        message["tool_calls"] = [
            {"id": c["id"], "type": "function", "function": {"name": c["name"], "arguments": c["arguments"]}} for c in calls]
    return {"id": "chatcmpl-conformance", "object": "chat.completion", "created": CREATED, "model": body["model"],
            "choices": [{"index": 0, "message": message, "logprobs": None,
                         "finish_reason": "tool_calls" if calls else "stop"}],
            "usage": chat_usage(), "system_fingerprint": "fp_conformance", "service_tier": "default", **EXTRA}


def chat_events(body):
    text, calls = chat_message(body)
    asked = (body.get("stream_options") or {}).get("include_usage")

    def chunk(choices, usage=None):
        event = {"id": "chatcmpl-conformance", "object": "chat.completion.chunk", "created": CREATED,
                 "model": body["model"], "system_fingerprint": "fp_conformance", "choices": choices, **EXTRA}
        if asked:
            event["usage"] = usage
        return {"data": event}

    def delta(content, finish=None):
        return chunk([{"index": 0, "delta": content, "logprobs": None, "finish_reason": finish}])

    yield delta({"role": "assistant", "content": None if calls else "", "refusal": None})
    for piece in pieces(text or ""):
        yield delta({"content": piece})
    for index, call in enumerate(calls):
        yield delta({"tool_calls": [{"index": index, "id": call["id"], "type": "function",
                                     "function": {"name": call["name"], "arguments": ""}}]})
        for piece in pieces(call["arguments"], 7):
            yield delta({"tool_calls": [{"index": index, "function": {"arguments": piece}}]})
    yield delta({}, "tool_calls" if calls else "stop")
    if asked:
        yield chunk([], chat_usage())
    yield {"data": "[DONE]"}


def completion_text(body):
    prompt = body.get("prompt")
    if isinstance(prompt, list) and len(prompt) == 1:  # LangChain always sends a list
        prompt = prompt[0]
    return "Echo: " + (prompt if isinstance(prompt, str) else dumps(prompt)) + SUFFIX


def completion_whole(body):
    return {"id": "cmpl-conformance", "object": "text_completion", "created": CREATED, "model": body["model"],
            "choices": [{"index": 0, "text": completion_text(body), "logprobs": None, "finish_reason": "stop"}],
            "usage": chat_usage(), **EXTRA}


def completion_events(body):
    asked = (body.get("stream_options") or {}).get("include_usage")

    def chunk(choices, usage=None):
        event = {"id": "cmpl-conformance", "object": "text_completion", "created": CREATED, "model": body["model"],
                 "choices": choices}
        if asked:
            event["usage"] = usage
        return {"data": event}

    for piece in pieces(completion_text(body)):
        yield chunk([{"index": 0, "text": piece, "logprobs": None, "finish_reason": None}])
    yield chunk([{"index": 0, "text": "", "logprobs": None, "finish_reason": "stop"}])
    if asked:
        yield chunk([], chat_usage())
    yield {"data": "[DONE]"}


def embeddings(body):
    wanted = body.get("input")
    several = isinstance(wanted, list) and bool(wanted) and not isinstance(wanted[0], int)
    as_text = body.get("encoding_format") == "base64"
    data = []
    for index in range(len(wanted) if several else 1):
        vector = float32([index + number for number in VECTOR])
        packed = base64.b64encode(struct.pack("<%df" % len(vector), *vector)).decode()
        data.append({"object": "embedding", "index": index, "embedding": packed if as_text else vector})
    return {"object": "list", "data": data, "model": body["model"],
            "usage": {"prompt_tokens": PROMPT_TOKENS, "total_tokens": PROMPT_TOKENS}, **EXTRA}


def responses_text(body):
    given = body.get("input")
    if isinstance(given, str):
        return "Echo: " + given + SUFFIX
    last = given[-1]
    if last.get("type") == "function_call_output":
        return "The tool said: " + text_of(last.get("output")) + SUFFIX
    return "Echo: " + text_of(last.get("content")) + SUFFIX


def responses_item(body):
    """The one output item of the reply."""
    given = body.get("input")
    answered = isinstance(given, list) and given[-1].get("type") == "function_call_output"
    if body.get("tools") and not answered:
        call = TOOL_CALLS[0]
        return {"id": "fc_conformance", "type": "function_call", "status": "completed", "call_id": call["id"],
                "name": call["name"], "arguments": call["arguments"]}
    wanted = ((body.get("text") or {}).get("format") or {}).get("type") == "json_schema"
    text = dumps(SCHEMA_REPLY) if wanted else responses_text(body)
    return {"id": "msg_conformance", "type": "message", "status": "completed", "role": "assistant",
            "content": [{"type": "output_text", "text": text, "annotations": [], "logprobs": []}]}


def responses_whole(body, item=None, status="completed"):
    item = item or responses_item(body)
    done = status == "completed"
    return {"id": "resp_conformance", "object": "response", "created_at": CREATED, "status": status, "background": False,
            "error": None, "incomplete_details": None, "instructions": body.get("instructions"),
            "max_output_tokens": body.get("max_output_tokens"), "model": body["model"], "output": [item] if done else [],
            "parallel_tool_calls": True, "previous_response_id": None, "reasoning": {"effort": None, "summary": None},
            "store": True, "temperature": 1.0, "text": {"format": {"type": "text"}}, "tool_choice": "auto",
            "tools": body.get("tools") or [], "top_p": 1.0, "truncation": "disabled", "user": None,
            "metadata": body.get("metadata") or {},
            "usage": {"input_tokens": PROMPT_TOKENS, "input_tokens_details": {"cached_tokens": 0},
                      "output_tokens": COMPLETION_TOKENS, "output_tokens_details": {"reasoning_tokens": 0},
                      "total_tokens": PROMPT_TOKENS + COMPLETION_TOKENS} if done else None, **EXTRA}


def responses_events(body):
    item = responses_item(body)
    number = iter(range(10**6))

    def event(kind, **fields):
        return {"event": kind, "data": {"type": kind, "sequence_number": next(number), **fields}}

    yield event("response.created", response=responses_whole(body, item, "in_progress"))
    yield event("response.in_progress", response=responses_whole(body, item, "in_progress"))
    if item["type"] == "message":
        part = item["content"][0]
        where = {"item_id": item["id"], "output_index": 0, "content_index": 0}
        yield event("response.output_item.added", output_index=0, item={**item, "status": "in_progress", "content": []})
        yield event("response.content_part.added", **where, part={**part, "text": ""})
        for piece in pieces(part["text"]):
            yield event("response.output_text.delta", **where, delta=piece, logprobs=[])
        yield event("response.output_text.done", **where, text=part["text"], logprobs=[])
        yield event("response.content_part.done", **where, part=part)
    else:
        where = {"item_id": item["id"], "output_index": 0}
        yield event("response.output_item.added", output_index=0, item={**item, "status": "in_progress", "arguments": ""})
        for piece in pieces(item["arguments"], 7):
            yield event("response.function_call_arguments.delta", **where, delta=piece)
        yield event("response.function_call_arguments.done", **where, name=item["name"], arguments=item["arguments"])
    yield event("response.output_item.done", output_index=0, item=item)
    yield event("response.completed", response=responses_whole(body, item))


OPERATIONS = {  # path: (whole reply, stream events)
    "/v1/chat/completions": (chat_whole, chat_events),
    "/v1/completions": (completion_whole, completion_events),
    "/v1/embeddings": (embeddings, None),
    "/v1/responses": (responses_whole, responses_events),
}


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
                  "state": "open", "at": time.time()}
        earlier = any(r["body"] == record["body"] for r in self.records)
        self.records = [*self.records[-RECORDS_MAX:], record]
        try:
            keep = await self._script(exchange, path, headers, raw, earlier)
            await self._ends(record, "complete")
            return keep
        except (Gone, ConnectionError):
            await self._ends(record, "aborted")
            raise

    async def _ends(self, record, state):
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

    async def _script(self, exchange, path, headers, raw, earlier):
        if headers.get("authorization") != "Bearer " + API_KEY:
            return await exchange.whole(401, error_body(401, "the provider was shown another key than its own"))
        if path not in OPERATIONS:
            return await exchange.whole(404, error_body(404, "the provider has no " + path))
        try:
            body = json.loads(raw)
            model = body["model"]
        except (ValueError, KeyError, TypeError):
            return await exchange.whole(400, error_body(400, "the provider got no JSON object with a model"))
        if model.startswith("status-") or (model == "flaky" and not earlier):
            status = 429 if model == "flaky" else int(model[7:])
            limits = {"retry-after": "1", "x-ratelimit-remaining-requests": "0"} if status == 429 else {}
            return await exchange.whole(status, error_body(status, "the provider says %d" % status), limits)
        whole, events = OPERATIONS[path]
        if body.get("stream"):
            return await stream(exchange, model, list(events(body)))
        if model == "slow":
            await exchange.pause(SLOW_SECONDS)
        return await exchange.whole(200, whole(body))


async def stream(exchange, model, events):
    await exchange.head(200)
    if model == "slow":
        for _ in range(SLOW_SECONDS * 50):
            await exchange.event(events[1])
            await exchange.pause(0.02)
    if model in ("error-inside", "cut-inside"):
        for event in events[:2]:
            await exchange.event(event)
        if model == "cut-inside":
            await exchange.pause(0.05)  # the events leave before the connection breaks
            return False
        await exchange.event({"data": error_body(500, "the provider broke")})
        return await exchange.end()
    for event in events:
        await exchange.event(event)
    return await exchange.end()


class Exchange:
    """One answer on a connection; notices when the caller hangs up."""

    def __init__(self, reader, writer):
        self.reader, self.writer = reader, writer

    async def whole(self, status, body, headers=None):
        payload = dumps(body).encode()
        await self._send(head_bytes(status, {
            "content-type": "application/json", "content-length": str(len(payload)), **(headers or {})}) + payload)
        return True

    async def head(self, status):
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
