"""Anthropic's Messages API: /v1/messages and /v1/messages/count_tokens."""
import json

from .script import PROOF, PROMPT_TOKENS, Ask, answer, dumps, pieces, text_of

ERRORS = {400: "invalid_request_error", 401: "authentication_error", 403: "permission_error", 404: "not_found_error",
          413: "request_too_large", 429: "rate_limit_error", 500: "api_error", 529: "overloaded_error"}

FIELDS = {"model", "messages", "max_tokens", "system", "tools", "tool_choice", "thinking", "output_config", "output_format",
          "metadata", "stop_sequences", "stream", "temperature", "top_k", "top_p", "service_tier", "container",
          "context_management", "mcp_servers", "cache_control", "inference_geo", "speed", "betas"}


def key_of(headers):
    return headers.get("x-api-key")


def error_body(status, message):
    return {"type": "error", "error": {"type": ERRORS.get(status, "api_error"), "message": message},
            "request_id": "req_conformance"}


def refusal(headers, body):
    """Why Anthropic would not take the request; None if it would."""
    if "anthropic-version" not in headers:
        return "anthropic-version: header is required"
    for name in body:
        if name not in FIELDS:
            return name + ": Extra inputs are not permitted"
    if not isinstance(body.get("max_tokens"), int):
        return "max_tokens: Field required"
    open_calls = []
    for turn in body["messages"]:
        if turn.get("role") not in ("user", "assistant", "system"):
            return "messages: Unexpected role %r" % turn.get("role")
        blocks = turn["content"] if isinstance(turn["content"], list) else []
        answered = [b["tool_use_id"] for b in blocks if b.get("type") == "tool_result"]
        if sorted(open_calls) != sorted(answered) and turn["role"] == "user":
            return "messages: `tool_use` ids %s were found without `tool_result` blocks immediately after" % open_calls
        if turn["role"] != "system":
            open_calls = [b["id"] for b in blocks if b.get("type") == "tool_use"]
    return None


def read(body, model):
    ask = Ask(model, text_of(body.get("system")), output_tokens_max=body.get("max_tokens"), thinks=body.get("thinking"))
    ask.tools = [tool["name"] for tool in body.get("tools") or []]
    choice = body.get("tool_choice") or {}
    ask.forced = choice.get("name") or (ask.tools[0] if choice.get("type") == "any" and len(ask.tools) == 1 else "")
    config = (body.get("output_config") or {}).get("format") or body.get("output_format") or {}
    ask.schema = config.get("type") == "json_schema"
    for turn in body["messages"]:
        blocks = turn["content"] if isinstance(turn["content"], list) else [{"type": "text", "text": turn["content"]}]
        if turn["role"] == "system":
            ask.system += text_of(blocks)
            continue
        ask.results = []
        said = text_of(blocks)
        if turn["role"] == "user" and said:
            ask.users.append(said)
        for block in blocks:
            read_block(ask, block)
    return ask


def read_block(ask, block):
    kind = block["type"]
    if kind == "image":
        source = block["source"]
        ask.images.append(source["url"] if source["type"] == "url" else
                          "data:%s;base64,%s" % (source["media_type"], source["data"]))
    elif kind == "tool_use":
        ask.calls.append([block["id"], block["name"], dumps(block["input"])])
    elif kind == "tool_result":
        ask.results.append([block["tool_use_id"], text_of(block.get("content"))])
    elif kind == "thinking":
        ask.thoughts.append(block["thinking"])
        ask.proofs.append(block["signature"])


def blocks_of(said):
    blocks = [{"type": "thinking", "thinking": said.thought, "signature": PROOF}] if said.thought else []
    if said.text is not None:
        blocks.append({"type": "text", "text": said.text, "citations": None})
    return blocks + [{"type": "tool_use", "id": c["id"].replace("call_", "toolu_"), "name": c["name"],
                      "input": json.loads(c["arguments"]), "caller": {"type": "direct"}} for c in said.calls]


def usage_of(said, output=None):
    u = said.usage
    return {"input_tokens": u["input"] - u["cached"] - u["written"], "cache_creation_input_tokens": u["written"],
            "cache_read_input_tokens": u["cached"], "output_tokens": u["output"] if output is None else output,
            "cache_creation": {"ephemeral_5m_input_tokens": u["written"], "ephemeral_1h_input_tokens": 0},
            "service_tier": "standard"}


def message(said, model, content, stop, usage):
    return {"id": "msg_conformance", "type": "message", "role": "assistant", "model": model, "content": content,
            "stop_reason": stop, "stop_sequence": None, "usage": usage}


def whole(body, model):
    said = answer(read(body, model))
    return message(said, model, blocks_of(said), "tool_use" if said.calls else "end_turn", usage_of(said))


def count(body, model):
    return {"input_tokens": PROMPT_TOKENS}


def events(body, model):
    said = answer(read(body, model))

    def event(kind, **fields):
        return {"event": kind, "data": {"type": kind, **fields}}

    yield event("message_start", message=message(said, model, [], None, usage_of(said, 1)))
    for index, block in enumerate(blocks_of(said)):
        kind = block["type"]
        empty = {"thinking": {"thinking": "", "signature": ""}, "text": {"text": ""}, "tool_use": {"input": {}}}[kind]
        yield event("content_block_start", index=index, content_block={**block, **empty})
        if index == 0:
            yield event("ping")
        for delta in deltas(block):
            yield event("content_block_delta", index=index, delta=delta)
        yield event("content_block_stop", index=index)
    yield event("message_delta", delta={"stop_reason": "tool_use" if said.calls else "end_turn", "stop_sequence": None},
                usage=usage_of(said))
    yield event("message_stop")


def deltas(block):
    if block["type"] == "tool_use":
        return [{"type": "input_json_delta", "partial_json": p} for p in ["", *pieces(dumps(block["input"]), 7)]]
    if block["type"] == "text":
        return [{"type": "text_delta", "text": p} for p in pieces(block["text"])]
    return [*({"type": "thinking_delta", "thinking": p} for p in pieces(block["thinking"])),
            {"type": "signature_delta", "signature": block["signature"]}]


def error_event(message):
    return {"event": "error", "data": error_body(500, message)}
