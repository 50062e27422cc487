"""Abuse by JSON: documents that are odd, deep, large or damaged, on every endpoint, with a valid key."""
import asyncio
import json
import time
from collections import Counter
from urllib.parse import quote

import kit

ANSWER_SECONDS_MAX = 20
MESSAGES = [{"role": "system", "content": "be brief"}, {"role": "user", "content": [{"type": "text", "text": "h\u00fc"}]}]
TOOL = {"type": "function", "function": {"name": "f", "parameters": {"type": "object", "properties": {"a": {"type": "string"}}}}}
SPENDING = {  # a good body for each
    "/v1/chat/completions": {
        "model": "abuse", "messages": MESSAGES, "stream": False, "stream_options": None, "max_tokens": 5, "n": 1, "temperature": 0.5,
        "stop": ["x"], "tools": [TOOL], "tool_choice": "auto", "user": "u-1", "metadata": {"tags": ["a"], "trace_id": "t"},
        "num_retries": 0, "timeout": 10, "fallbacks": ["abuse"], "drop_params": False, "response_format": {"type": "text"}, "seed": 1},
    "/v1/completions": {"model": "abuse", "prompt": ["a", "b"], "max_tokens": 5, "best_of": 1, "n": 1, "stream": True, "logprobs": 1},
    "/v1/embeddings": {"model": "abuse", "input": ["a", [1, 2]], "encoding_format": "float", "dimensions": 2, "user": "u"},
    "/v1/responses": {"model": "abuse", "input": [{"role": "user", "content": "hi"}], "instructions": "x", "stream": True,
                      "max_output_tokens": 5, "metadata": {"a": "b"}, "previous_response_id": None, "tools": []},
    "/openai/deployments/abuse/chat/completions": {"messages": MESSAGES, "max_completion_tokens": 5},
    "/engines/abuse/completions": {"prompt": "a"},
}
TERMS = {"models": ["abuse"], "max_budget": 1.5, "budget_duration": "1d", "rpm_limit": 5, "tpm_limit": 5, "max_parallel_requests": 2,
         "duration": "1h", "metadata": {"a": [1]}, "aliases": {"a": "abuse"}, "blocked": False,
         "allowed_routes": ["llm_api_routes"], "user_id": "u", "team_id": None, "tags": ["x"], "permissions": {}}
MANAGING = {  # good bodies; VICTIM is a key of no other use
    "/key/generate": TERMS, "/key/update": {"key": "VICTIM", **TERMS}, "/key/delete": {"keys": ["sk-nobody"], "key_aliases": ["mutant"]},
    "/key/block": {"key": "VICTIM"}, "/key/unblock": {"key": "VICTIM"},
}
QUERIES = ["/key/info?key=VICTIM", "/key/list?page=1&size=5&return_full_object=true&key_alias=a&sort_by=spend&sort_order=desc",
           "/spend/logs?start_date=2026-01-01&end_date=2026-12-31&api_key=VICTIM&request_id=x&summarize=false", "/model/info?litellm_model_id=x",
           "/v1/model/info", "/model_group/info?model_group=abuse", "/v1/models?return_wildcard_routes=true&team_id=x", "/v1/models/abuse",
           "/health?model=abuse", "/routes", "/metrics", "/health/readiness"]
DEEP = 100_000
ODD_NUMBERS = ["1e999999", "-1e999999", "1e-999999", "-0", "9" * 25, "-" + "9" * 25, "9" * 5000, "0." + "1" * 5000, "1E400", "9223372036854775808", "2147483648", "-1", "0.1"]
ODD_VALUES = ["null", "true", "[]", "{}", '""', '"x"', "[[]]", "[null]", '[{"":null}]', "[1,[2,[3]]]", '{"a":{"b":{"c":{}}}}', '"\\u0000"', '"\\ud800"', '"\\udc00\\ud800"',
              '"' + "\u202e\u00fc\U0001f30d" + '"', '"' + "a" * 100_000 + '"', "[" + ",".join(["1"] * 10_000) + "]", '"\'; drop table spend_log; --"', '"../../etc/passwd"', *ODD_NUMBERS]
ODD_WHOLE = [b"", b" ", b"null", b"true", b"0", b'"x"', b"[]", b"[{}]", b"{", b"}", b'{"', b'{"model"', b'{"model":', b"{}{}", b"{} x", b"{'model':'abuse'}", b"{model:1}",
             b'{"model":NaN}', b'{"model":Infinity}', b'{"a":01}', b'{"a":1,}', b'{"a":"\n"}', b"/* c */{}", b"\xef\xbb\xbf{}", "{}".encode("utf-16"), "{}".encode("utf-32"),
             b'{"model":"\xff\xfe"}', b'{"model":"\xc0\xaf"}', b'{"model":"\xed\xa0\x80"}', b'{"model":"\xf5\x80\x80\x80"}', b'{"model":"\\x"}', b'{"model":"\\u12"}', b"\0" * 100, b"\x1f\x8b" + b"x" * 50,
             b"[" * DEEP, b'{"a":' * DEEP, b"[" * DEEP + b"]" * DEEP, b'{"a":' * DEEP + b"1" + b"}" * DEEP]
JUNK = ["", " ", "abc", "-1", "0", "1e309", "-1e309", "NaN", "Infinity", "0x10", "1_000", "9" * 30, "1;drop table", "\u00ff\u00fe", "a" * 8000, "1,2,3", "null", "true", "{}", '{"a":', "[]", "\t", "%00", "\u0663"]
JUNK_HEADERS = ["x-litellm-timeout", "x-litellm-stream-timeout", "x-litellm-num-retries", "x-litellm-tags", "x-litellm-call-id", "x-litellm-session-id", "x-litellm-trace-id",
                "x-litellm-spend-logs-metadata", "x-litellm-end-user-id", "x-litellm-customer-id", "x-litellm-api-key", "x-litellm-enable-message-redaction", "x-litellm-agent-id",
                "x-ratelimit-limit-tokens", "x-ratelimit-remaining-requests", "rpm", "tpm", "x-litellm-rpm", "x-litellm-tpm", "traceparent", "tracestate", "content-type", "content-encoding",
                "accept-encoding", "accept", "origin", "user-agent", "x-forwarded-for", "x-forwarded-host", "forwarded", "cookie", "range", "if-none-match", "expect", "upgrade", "te", "api-key",
                "x-api-key", "authorization", "openai-organization", "openai-beta", "x-http-method-override", "access-control-request-headers"]


class Asked:
    """What came of the requests of one check."""

    def __init__(self, bench, dialect):
        self.bench, self.dialect = bench, dialect
        self.wrong, self.statuses, self.slowest = [], Counter(), 0.0

    async def __call__(self, request):
        """request: (name, method, path, body, headers)."""
        name, method, path, body, headers = request
        began = time.monotonic()
        try:
            reply = await kit.fetch(self.bench.port, method, path, body, headers=headers, timeout=ANSWER_SECONDS_MAX)
        except TimeoutError:
            self.wrong.append("%s: no answer in %d s" % (name, ANSWER_SECONDS_MAX))
            return None
        except (kit.Broken, OSError) as e:
            if "nothing" not in headers.get("x-harness", ""):
                self.wrong.append("%s: %r" % (name, e))
            return None
        self.slowest = max(self.slowest, time.monotonic() - began)
        self.statuses[reply.status] += 1
        why = self.objection(reply, path)
        if why:
            self.wrong.append("%s %s %s: %d %s; %r" % (name, method, path[:80], reply.status, why, reply.body[:160]))
        return reply

    def objection(self, reply, path):
        if reply.status >= 500:
            return "is a server's error"
        if not reply.complete:
            return "is cut off"
        if reply.status < 400:
            return None
        try:
            body = reply.json()
        except (ValueError, RecursionError):
            return "is no JSON"
        error = body.get("error") if isinstance(body, dict) else None
        if isinstance(error, dict) and body.get("type") == "error":  # Anthropic's
            return None if error.get("type") and error.get("message") else "lacks a field of an error"
        if isinstance(error, dict):
            return None if {"message", "type", "param", "code"} <= set(error) and error["message"] else "lacks a field of an error"
        if ("/converse" in path or path.startswith(("/v2/", "/bedrock/", "/cohere/"))) and isinstance(body, dict) and body.get("message"):
            return None  # Bedrock's and Cohere's
        # LiteLLM's shapes without an envelope: unknown paths and methods, refused routes, management's lists
        return None if isinstance(body, dict) and body.get("detail") and (self.dialect == "management" or reply.status in (403, 404, 405)) else "is no error object"

    def report(self, name):
        self.bench.check("%s: %d requests, no 5xx, no hang, errors in shape" % (name, self.statuses.total()), not self.wrong,
                         "; ".join(self.wrong[:4]) + (" and %d more" % (len(self.wrong) - 4) if len(self.wrong) > 4 else "")
                         if self.wrong else "%s, slowest %.2f s" % (dict(sorted(self.statuses.items())), self.slowest))


def auth(key, **more):
    return {"authorization": "Bearer " + key, "content-type": "application/json", **more}


def with_raw(body, field, raw):
    """The body's bytes with one member's value replaced by raw JSON."""
    rest = json.dumps({k: v for k, v in body.items() if k != field})[1:-1]
    return ("{%s: %s%s}" % (json.dumps(field), raw, ", " + rest if rest else "")).encode("utf-8", "surrogatepass")


async def odd_documents(bench):
    asked = Asked(bench, "openai")
    jobs = [("odd body %d" % n, "POST", path, body, auth(bench.key)) for path in SPENDING for n, body in enumerate(ODD_WHOLE)]
    answers = dict(zip(((p, n) for p in SPENDING for n in range(len(ODD_WHOLE))), await bench.all(asked, jobs)))
    deep = [answers[p, n] for p in SPENDING for n, body in enumerate(ODD_WHOLE) if len(body) >= DEEP]
    asked.report("odd documents, %d levels deep among them" % DEEP)
    bench.check("deep JSON is refused by 400", all(r is not None and r.status == 400 for r in deep), str(Counter(r and r.status for r in deep)))
    nested = [with_raw(body, field, b"[".decode() * DEEP + "]" * DEEP) for body in SPENDING.values() for field in ("messages", "unknown")]
    asked = Asked(bench, "openai")
    await bench.all(asked, [("deep member", "POST", "/v1/chat/completions", body, auth(bench.key)) for body in nested])
    asked.report("deep members")
    asked = Asked(bench, "management")
    await bench.all(asked, [("odd body %d" % n, "POST", path, body, auth(bench.admin)) for path in MANAGING for n, body in enumerate(ODD_WHOLE)])
    asked.report("odd documents to management")


async def odd_members(bench):
    """Each member of a good body with each odd value; and whether a refusal names the member."""
    for group, dialect, key in ((SPENDING, "openai", bench.key), (MANAGING, "management", bench.admin)):
        asked, jobs, fields = Asked(bench, dialect), [], []
        for path, body in group.items():
            body = victimised(body, bench.victim)
            for field in body:
                for raw in ODD_VALUES:
                    jobs.append(("%s=%s" % (field, raw[:20]), "POST", path, with_raw(body, field, raw), auth(key)))
                    fields.append(field)
        replies = await bench.all(asked, jobs)
        asked.report("odd members (%s)" % dialect)
        silent = Counter()
        for field, job, reply in zip(fields, jobs, replies):
            if reply is not None and reply.status in (400, 422) and names(reply, field) is False:
                silent["%s %s -> %s" % (job[2], job[0], reply.body[:110])] += 1
        bench.check("refusals of odd members name the member (%s)" % dialect, not silent,
                    "%d do not: %s" % (silent.total(), "; ".join(list(silent)[:4])) if silent else "")


def names(reply, field):
    """Does a refusal say which member it is about? None when the refusal is about something else."""
    text = reply.body.decode("utf-8", "replace")
    if field in text or "nested deeper" in text or "overlong" in text or "JSON payload" in text:
        return True
    if "the provider" in text or "Invalid model name" in text or "model=" in text or "JSON decode error" in text:
        return None
    return False


def victimised(body, victim):
    return json.loads(json.dumps(body).replace("VICTIM", victim))


async def large_documents(bench):
    asked = Asked(bench, "openai")
    many = {"k%d" % i: i for i in range(50_000)}
    bodies = {
        "50,000 members": {**SPENDING["/v1/chat/completions"], **many}, "50,000 members in metadata": {"model": "abuse", "messages": MESSAGES, "metadata": many},
        "50,000 messages": {"model": "abuse", "messages": [{"role": "user", "content": "x"}] * 50_000},
        "50,000 tags": {"model": "abuse", "messages": MESSAGES, "metadata": {"tags": [str(i) for i in range(50_000)]}},
        "a model's name of 1 MB": {"model": "a" * 1_000_000, "messages": MESSAGES}, "a member's name of 1 MB": {"model": "abuse", "messages": MESSAGES, "a" * 1_000_000: 1},
        "50,000 nulls": {"model": "abuse", "messages": [{"role": "user", "content": "x", **{"n%d" % i: None for i in range(50_000)}}]},
        "50,000 fallbacks": {"model": "abuse", "messages": MESSAGES, "fallbacks": ["m%d" % i for i in range(50_000)]},
        "a user of 1 MB": {"model": "abuse", "messages": MESSAGES, "user": "u" * 1_000_000}, "a prompt of 10 MB": {"model": "abuse", "messages": [{"role": "user", "content": "y" * 10_000_000}]},
    }
    jobs = [(name, "POST", "/v1/chat/completions", body, auth(bench.key)) for name, body in bodies.items()]
    twice = [b'{"model":"abuse","model":"slow","messages":[]}', b'{"model":"abuse","mod\\u0065l":"slow","messages":[]}', b'{"model":"abuse","messages":[],"messages":[{}]}',
             b'{"model":"abuse","messages":[],"stream":false,"stream":true}', b'{"model":"abuse","messages":[],"max_tokens":1,"max_tokens":9}']
    jobs += [("duplicate member", "POST", "/v1/chat/completions", body, auth(bench.key)) for body in twice]
    replies = await bench.all(asked, jobs, at_once=3)
    asked.report("large documents and duplicate members")
    bench.check("duplicate members that the gateway reads are refused by 400", all(r is not None and r.status == 400 for r in replies[-len(twice):]),
                str([r and r.status for r in replies[-len(twice):]]))
    asked = Asked(bench, "management")
    await bench.all(asked, [("large", "POST", path, body, auth(bench.admin)) for path in MANAGING for body in (many, {**TERMS, "metadata": many}, {"keys": ["sk-%d" % i for i in range(20_000)]})], at_once=3)
    asked.report("large documents to management")


async def junk_headers(bench):
    asked, jobs = Asked(bench, "management"), []
    body = json.dumps({"model": "abuse", "messages": MESSAGES}).encode()
    for name in JUNK_HEADERS:
        for value in JUNK:
            headers = {**auth(bench.key), name: value.encode("utf-8", "replace").decode("latin-1")}
            # 101, 417 or a close are good answers to a demand for another protocol
            headers["x-harness"] = "nothing" if name in ("expect", "upgrade") else "all"
            jobs.append(("%s: %s" % (name, value[:20]), "POST", "/v1/chat/completions", body, headers))
    await bench.all(asked, jobs)
    asked.report("headers with junk")


# ---- mutations -------------------------------------------------------------------------------------------------------

TOKENS = [b'"', b"{", b"}", b"[", b"]", b",", b":", b"null", b"true", b"-", b"1e9", b"\\u0000", b"\\ud800", b"\xff", b"\0", b'"model"', b'"stream":true', b"\\"]


def damaged(chance, data):
    """Random edits of bytes."""
    data = bytearray(data)
    for _ in range(chance.choice([1, 1, 2, 5, 20])):
        at = chance.randrange(len(data) + 1)
        match chance.randrange(5):
            case 0 if at < len(data):
                data[at] = chance.randrange(256)
            case 1:
                data[at:at] = chance.choice(TOKENS)
            case 2:
                del data[at:at + chance.choice([1, 2, 10])]
            case 3:
                data[at:at] = data[at:at + chance.randrange(1, 40)]
            case _:
                data[at:at + 1] = bytes([data[at] ^ (1 << chance.randrange(8))]) if at < len(data) else b"}"
    return bytes(data)


def altered(chance, value, depth=0):
    """The value with one of its parts removed, doubled, renamed or replaced."""
    if depth < 6 and isinstance(value, (dict, list)) and value and chance.random() < 0.8:
        copy = dict(value) if isinstance(value, dict) else list(value)
        at = chance.choice(list(copy)) if isinstance(copy, dict) else chance.randrange(len(copy))
        action = chance.randrange(6)
        if action == 0:
            del copy[at]
        elif action == 1 and isinstance(copy, dict):
            copy[chance.choice(["", "model", "stream", "key", "a" * 300, "\u00fc", "__proto__", at + " "])] = copy.pop(at)
        elif action == 1:
            copy = copy * chance.choice([0, 2, 50])
        else:
            copy[at] = altered(chance, copy[at], depth + 1)
        return copy
    odd = chance.choice(ODD_VALUES)
    try:
        return json.loads(odd)
    except ValueError:
        return odd


def dump(value):
    return json.dumps(value).encode("utf-8", "surrogatepass")


async def mutations(bench):
    chance = bench.random
    for group, dialect, key, count in ((SPENDING, "openai", bench.key, 1500), (MANAGING, "management", bench.admin, 1000)):
        asked, jobs = Asked(bench, dialect), []
        for number in range(count * bench.scale):
            path = chance.choice(list(group))
            body = victimised(group[path], bench.victim)
            data = damaged(chance, dump(body)) if number % 2 else dump(altered(chance, body))
            jobs.append(("mutation %d" % number, "POST", path, data, auth(key)))
        await bench.all(asked, jobs)
        asked.report("mutations of good bodies (%s)" % dialect)
    asked, jobs = Asked(bench, "management"), []
    for number in range(700 * bench.scale):
        target = bytearray(chance.choice(QUERIES).replace("VICTIM", bench.victim).encode())
        cut = target.find(b"?") + 1 or len(target)
        for _ in range(chance.choice([1, 2, 5])):
            at = chance.randrange(cut, len(target) + 1)
            target[at:at] = chance.choice([quote(v[:500]).encode() for v in ODD_VALUES] + [b"&", b"=", b"%", b"%zz", b"%00", b"+", b"&page=-1", b"&size=99999999", b"&page=0", b"&x" * 1000])
        if b"?" not in target:
            target = target.replace(b"&", b"?", 1)
        jobs.append(("query %d" % number, "GET", target.decode("latin-1"), b"", auth(bench.admin if number % 3 else bench.key)))
    await bench.all(asked, jobs)
    asked.report("mutations of queries")


async def every_route(bench):
    """Each route that the gateway lists, with bodies that it does not expect, as an admin, with a key and without."""
    listed = (await kit.fetch(bench.port, "GET", "/routes", key=bench.admin)).json()["routes"]
    asked, jobs = Asked(bench, "management"), []
    for route in listed:
        path = route["path"]
        while "{" in path:
            path = path[:path.index("{")] + "abuse" + path[path.index("}") + 1:]
        for method in [*route["methods"], "PUT", "DELETE", "HEAD"]:
            if method == "HEAD" or (method == "DELETE" and path.startswith("/key")):
                continue
            for headers in (auth(bench.admin), auth(bench.key), auth("sk-nobody"), {}):
                for body in (b"", b"{}", b"[1]", b"\xff"):
                    jobs.append(("route", method, path, body, headers))
    await bench.all(asked, jobs)
    asked.report("every route of /routes (%d)" % len(listed))
