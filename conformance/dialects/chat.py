"""OpenAI's chat completions, legacy completions and embeddings, as OpenAI and those that call themselves compatible have them."""
import base64
import struct

from .script import (COMPLETION_TOKENS, CREATED, EXTRA, PROMPT_TOKENS, SUFFIX, Ask, answer, dumps, pieces, text_of)

VECTOR = [0.25, -0.5, 0.1, 1.0, -0.0078125, 3.5e-05]
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


def key_of(headers):
    return headers.get("authorization", "").removeprefix("Bearer ")


def error_body(status, message):
    kind, code = ERRORS.get(status, ("server_error", None))
    return {"error": {"message": message, "type": kind, "param": None, "code": code}}


def error_event(message):
    return {"data": error_body(500, message)}


def float32(numbers):
    """The numbers as 4-byte floats hold them, so that both encodings carry the same vector."""
    return list(struct.unpack("<%df" % len(numbers), struct.pack("<%df" % len(numbers), *numbers)))


# ---- chat ------------------------------------------------------------------------------------------------------------


def refusal(headers, body):
    """Why OpenAI would not take the request; None if it would."""
    open_calls = []
    for index, message in enumerate(body.get("messages") or []):
        role = message.get("role")
        if role not in ("system", "developer", "user", "assistant", "tool", "function"):
            return "Invalid value: %r. Supported values are: system, developer, user, assistant, tool" % role
        if role == "tool":
            if message.get("tool_call_id") not in open_calls:
                return "messages with role 'tool' must be a response to a preceeding message with 'tool_calls'."
            open_calls.remove(message["tool_call_id"])
        elif open_calls:
            return "An assistant message with 'tool_calls' must be followed by tool messages: messages[%d]" % index
        open_calls += [call["id"] for call in message.get("tool_calls") or []]
    for index, tool in enumerate(body.get("tools") or []):
        if tool.get("type") not in ("function", "custom"):
            return "Invalid value: %r. Supported values are: 'function' and 'custom'. tools[%d].type" % (tool.get("type"), index)
    return None


def read(body, model):
    ask = Ask(model, output_tokens_max=body.get("max_completion_tokens") or body.get("max_tokens"),
              thinks=body.get("reasoning_effort"))
    ask.tools = [tool[tool["type"]]["name"] for tool in body.get("tools") or []]
    choice = body.get("tool_choice")
    ask.forced = (choice["function"]["name"] if isinstance(choice, dict) and "function" in choice else
                  ask.tools[0] if choice == "required" and len(ask.tools) == 1 else "")
    ask.schema = (body.get("response_format") or {}).get("type") == "json_schema"
    for message in body.get("messages") or []:
        role, content = message.get("role"), message.get("content")
        if role in ("system", "developer"):
            ask.system += text_of(content)
            continue
        if role == "tool":
            ask.results.append([message["tool_call_id"], text_of(content)])
            continue
        ask.results = []
        if role == "user":
            ask.users.append(text_of(content))
            parts = content if isinstance(content, list) else []
            ask.images += [part["image_url"]["url"] for part in parts if part.get("type") == "image_url"]
        ask.calls += [[c["id"], c["function"]["name"], c["function"]["arguments"]] for c in message.get("tool_calls") or []]
        ask.thoughts += [message["reasoning_content"]] if message.get("reasoning_content") else []
    return ask


def usage_of(said):
    u = said.usage
    return {"prompt_tokens": u["input"], "completion_tokens": u["output"], "total_tokens": u["input"] + u["output"],
            "prompt_tokens_details": {"cached_tokens": u["cached"], "audio_tokens": 0},
            "completion_tokens_details": {"reasoning_tokens": u["thought"], "audio_tokens": 0}}


def completion_usage():
    return {"prompt_tokens": PROMPT_TOKENS, "completion_tokens": COMPLETION_TOKENS,
            "total_tokens": PROMPT_TOKENS + COMPLETION_TOKENS,
            "prompt_tokens_details": {"cached_tokens": 0, "audio_tokens": 0},
            "completion_tokens_details": {"reasoning_tokens": 0, "audio_tokens": 0}}


def chat_whole(body, model):
    said = answer(read(body, model))
    text, calls = said.text, said.calls
    message = {"role": "assistant", "content": text, "refusal": None, "x_message": "kept"}
    if said.thought:
        message["reasoning_content"] = said.thought
    if calls:
        message["tool_calls"] = [
            {"id": c["id"], "type": "function", "function": {"name": c["name"], "arguments": c["arguments"]}} for c in calls]
    return {"id": "chatcmpl-conformance", "object": "chat.completion", "created": CREATED, "model": model,
            "choices": [{"index": 0, "message": message, "logprobs": None,
                         "finish_reason": "tool_calls" if calls else "stop"}],
            "usage": usage_of(said), "system_fingerprint": "fp_conformance", "service_tier": "default", **EXTRA}


def chat_events(body, model):
    said = answer(read(body, model))
    text, calls = said.text, said.calls
    asked = (body.get("stream_options") or {}).get("include_usage")

    def chunk(choices, usage=None):
        event = {"id": "chatcmpl-conformance", "object": "chat.completion.chunk", "created": CREATED,
                 "model": model, "system_fingerprint": "fp_conformance", "choices": choices, **EXTRA}
        if asked:
            event["usage"] = usage
        return {"data": event}

    def delta(content, finish=None):
        return chunk([{"index": 0, "delta": content, "logprobs": None, "finish_reason": finish}])

    yield delta({"role": "assistant", "content": None if calls else "", "refusal": None})
    for piece in pieces(said.thought or ""):
        yield delta({"reasoning_content": piece})
    for piece in pieces(text or ""):
        yield delta({"content": piece})
    for index, call in enumerate(calls):
        yield delta({"tool_calls": [{"index": index, "id": call["id"], "type": "function",
                                     "function": {"name": call["name"], "arguments": ""}}]})
        for piece in pieces(call["arguments"], 7):
            yield delta({"tool_calls": [{"index": index, "function": {"arguments": piece}}]})
    yield delta({}, "tool_calls" if calls else "stop")
    if asked:
        yield chunk([], usage_of(said))
    yield {"data": "[DONE]"}


def completion_text(body):
    prompt = body.get("prompt")
    if isinstance(prompt, list) and len(prompt) == 1:  # LangChain always sends a list
        prompt = prompt[0]
    return "Echo: " + (prompt if isinstance(prompt, str) else dumps(prompt)) + SUFFIX


def completion_whole(body, model):
    return {"id": "cmpl-conformance", "object": "text_completion", "created": CREATED, "model": model,
            "choices": [{"index": 0, "text": completion_text(body), "logprobs": None, "finish_reason": "stop"}],
            "usage": completion_usage(), **EXTRA}


def completion_events(body, model):
    asked = (body.get("stream_options") or {}).get("include_usage")

    def chunk(choices, usage=None):
        event = {"id": "cmpl-conformance", "object": "text_completion", "created": CREATED, "model": model,
                 "choices": choices}
        if asked:
            event["usage"] = usage
        return {"data": event}

    for piece in pieces(completion_text(body)):
        yield chunk([{"index": 0, "text": piece, "logprobs": None, "finish_reason": None}])
    yield chunk([{"index": 0, "text": "", "logprobs": None, "finish_reason": "stop"}])
    if asked:
        yield chunk([], completion_usage())
    yield {"data": "[DONE]"}


def embeddings(body, model):
    wanted = body.get("input")
    several = isinstance(wanted, list) and bool(wanted) and not isinstance(wanted[0], int)
    as_text = body.get("encoding_format") == "base64"
    data = []
    for index in range(len(wanted) if several else 1):
        vector = float32([index + number for number in VECTOR])
        packed = base64.b64encode(struct.pack("<%df" % len(vector), *vector)).decode()
        data.append({"object": "embedding", "index": index, "embedding": packed if as_text else vector})
    return {"object": "list", "data": data, "model": model,
            "usage": {"prompt_tokens": PROMPT_TOKENS, "total_tokens": PROMPT_TOKENS}, **EXTRA}
