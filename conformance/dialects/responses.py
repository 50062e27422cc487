"""OpenAI's Responses API."""
from .chat import error_body, key_of  # noqa: F401
from .script import CREATED, EXTRA, PROOF, Ask, answer, pieces, text_of


def error_event(message):
    error = error_body(500, message)["error"]
    return {"event": "error", "data": {"type": "error", "sequence_number": 2, "code": error["code"], "message": message,
                                       "param": None}}


def refusal(headers, body):
    """Why OpenAI would not take the request; None if it would."""
    given = body.get("input") if isinstance(body.get("input"), list) else []
    called = [item["call_id"] for item in given if item.get("type") in ("function_call", "custom_tool_call")]
    answered = [item["call_id"] for item in given if item.get("type") in ("function_call_output", "custom_tool_call_output")]
    for call in called:
        if call not in answered:
            return "No tool output found for function call %s." % call
    for call in answered:
        if call not in called:
            return "No tool call found for function call output with call_id %s." % call
    for index, item in enumerate(given):
        role = item.get("role")
        kinds = {part.get("type") for part in item["content"]} if isinstance(item.get("content"), list) else set()
        allowed = {"assistant": {"output_text", "refusal"}}.get(role, {"input_text", "input_image", "input_file", "input_audio"})
        if role and kinds - allowed:
            return "Invalid value: %r. input[%d].content" % (sorted(kinds - allowed), index)
    for index, tool in enumerate(body.get("tools") or []):
        if tool.get("type") == "function" and not tool.get("name"):
            return "Missing required parameter: 'tools[%d].name'." % index
    return None


def read(body, model):
    ask = Ask(model, body.get("instructions") or "", output_tokens_max=body.get("max_output_tokens"),
              thinks=body.get("reasoning"))
    ask.tools = [tool["name"] for tool in body.get("tools") or [] if tool.get("type") in ("function", "custom")]
    choice = body.get("tool_choice")
    ask.forced = (choice.get("name", "") if isinstance(choice, dict) else
                  ask.tools[0] if choice == "required" and len(ask.tools) == 1 else "")
    ask.schema = ((body.get("text") or {}).get("format") or {}).get("type") == "json_schema"
    given = body.get("input")
    for item in [{"role": "user", "content": given}] if isinstance(given, str) else given:
        read_item(ask, item)
    return ask


def read_item(ask, item):
    kind = item.get("type") or "message"
    if kind == "function_call_output":
        ask.results.append([item["call_id"], text_of(item.get("output"))])
        return
    if kind == "reasoning":
        ask.thoughts += [text_of(item.get("summary"))]
        ask.proofs += [item["encrypted_content"]] if item.get("encrypted_content") else []
    if kind == "function_call":
        ask.calls.append([item["call_id"], item["name"], item["arguments"]])
    if kind != "message":
        return
    ask.results = []
    content = item.get("content")
    if item["role"] in ("system", "developer"):
        ask.system += text_of(content)
    elif item["role"] == "user":
        ask.users.append(text_of(content))
        ask.images += [p["image_url"] for p in content if p.get("type") == "input_image"] if isinstance(content, list) else []


def items_of(body, said, ask):
    """The output items of the reply."""
    items = []
    if said.thought:
        items.append({"id": "rs_conformance", "type": "reasoning", "encrypted_content": PROOF,
                      "summary": [{"type": "summary_text", "text": said.thought}]})
    if said.text is not None:
        items.append({"id": "msg_conformance", "type": "message", "status": "completed", "role": "assistant",
                      "content": [{"type": "output_text", "text": said.text, "annotations": [], "logprobs": []}]})
    calls = [call for call in said.calls if call["name"] in ask.tools] or said.calls
    return items + [{"id": "fc_" + call["id"], "type": "function_call", "status": "completed", "call_id": call["id"],
                     "name": call["name"], "arguments": call["arguments"]} for call in calls]


def usage_of(said):
    u = said.usage
    return {"input_tokens": u["input"], "input_tokens_details": {"cached_tokens": u["cached"]},
            "output_tokens": u["output"], "output_tokens_details": {"reasoning_tokens": u["thought"]},
            "total_tokens": u["input"] + u["output"]}


def response(body, model, said, items, status="completed"):
    done = status == "completed"
    return {"id": "resp_conformance", "object": "response", "created_at": CREATED, "status": status, "background": False,
            "error": None, "incomplete_details": None, "instructions": body.get("instructions"),
            "max_output_tokens": body.get("max_output_tokens"), "model": model, "output": items if done else [],
            "parallel_tool_calls": True, "previous_response_id": None, "reasoning": {"effort": None, "summary": None},
            "store": True, "temperature": 1.0, "text": {"format": {"type": "text"}}, "tool_choice": "auto",
            "tools": body.get("tools") or [], "top_p": 1.0, "truncation": "disabled", "user": None,
            "metadata": body.get("metadata") or {}, "usage": usage_of(said) if done else None, **EXTRA}


def whole(body, model):
    ask = read(body, model)
    said = answer(ask)
    return response(body, model, said, items_of(body, said, ask))


def events(body, model):
    ask = read(body, model)
    said = answer(ask)
    items = items_of(body, said, ask)
    number = iter(range(10**6))

    def event(kind, **fields):
        return {"event": kind, "data": {"type": kind, "sequence_number": next(number), **fields}}

    yield event("response.created", response=response(body, model, said, items, "in_progress"))
    yield event("response.in_progress", response=response(body, model, said, items, "in_progress"))
    for index, item in enumerate(items):
        yield from {"message": message_events, "function_call": call_events, "reasoning": thought_events}[item["type"]](
            event, index, item)
        yield event("response.output_item.done", output_index=index, item=item)
    yield event("response.completed", response=response(body, model, said, items))


def message_events(event, index, item):
    part = item["content"][0]
    where = {"item_id": item["id"], "output_index": index, "content_index": 0}
    yield event("response.output_item.added", output_index=index, item={**item, "status": "in_progress", "content": []})
    yield event("response.content_part.added", **where, part={**part, "text": ""})
    for piece in pieces(part["text"]):
        yield event("response.output_text.delta", **where, delta=piece, logprobs=[])
    yield event("response.output_text.done", **where, text=part["text"], logprobs=[])
    yield event("response.content_part.done", **where, part=part)


def call_events(event, index, item):
    where = {"item_id": item["id"], "output_index": index}
    yield event("response.output_item.added", output_index=index, item={**item, "status": "in_progress", "arguments": ""})
    for piece in pieces(item["arguments"], 7):
        yield event("response.function_call_arguments.delta", **where, delta=piece)
    yield event("response.function_call_arguments.done", **where, name=item["name"], arguments=item["arguments"])


def thought_events(event, index, item):
    part = item["summary"][0]
    where = {"item_id": item["id"], "output_index": index, "summary_index": 0}
    yield event("response.output_item.added", output_index=index, item={**item, "summary": [], "encrypted_content": ""})
    yield event("response.reasoning_summary_part.added", **where, part={**part, "text": ""})
    for piece in pieces(part["text"]):
        yield event("response.reasoning_summary_text.delta", **where, delta=piece)
    yield event("response.reasoning_summary_text.done", **where, text=part["text"])
    yield event("response.reasoning_summary_part.done", **where, part=part)
