"""`anthropic` for Python."""
import anthropic
from anthropic import Anthropic

from harness import GATEWAY, KEY
from heard import CITY, TIME, WEATHER, Reply, ignore

OWN = "messages"
LACKS = {}
ERRORS = {400: anthropic.BadRequestError, 401: anthropic.AuthenticationError, 403: anthropic.PermissionDeniedError,
          422: anthropic.UnprocessableEntityError, 429: anthropic.RateLimitError, 500: anthropic.InternalServerError}
TOOLS = [{"name": "get_weather", "description": "The weather.", "input_schema": WEATHER},
         {"name": "get_time", "input_schema": TIME}]
client = Anthropic(api_key=KEY, base_url=GATEWAY)


def status(error):
    assert error.body["type"] == "error" and error.body["error"]["type"], error.body
    return error.status_code


def request(model, prompt, system=None, tools=False, schema=False, image=None, think=False, after=None):
    content = [{"type": "text", "text": prompt}]
    if image:
        kind, data = image.removeprefix("data:").split(";base64,")
        content.append({"type": "image", "source": {"type": "base64", "media_type": kind, "data": data}})
    asked = {"model": model, "max_tokens": 4096, "messages": [{"role": "user", "content": content}]}
    if system:
        asked["system"] = system
    if tools:
        asked["tools"] = TOOLS
    if schema:
        asked["output_config"] = {"format": {"type": "json_schema", "schema": CITY}}
    if think:
        asked["thinking"] = {"type": "enabled", "budget_tokens": 1024}
    if after:
        message, results = after[0].turn, after[1]
        calls = [block for block in message.content if block.type == "tool_use"]
        asked["messages"] += [{"role": "assistant", "content": message.content}, {"role": "user", "content": [
            {"type": "tool_result", "tool_use_id": call.id, "content": said} for call, said in zip(calls, results)]}]
    return asked


def ask(model, prompt, stream=False, key=KEY, heard=ignore, **more):
    using = client if key == KEY else client.with_options(api_key=key or KEY, max_retries=0)
    if not stream:
        return reply(using.messages.create(**request(model, prompt, **more)), model)
    with using.messages.stream(**request(model, prompt, **more)) as events:
        for text in events.text_stream:
            heard(text)
        return reply(events.get_final_message(), model)


def reply(message, model):
    assert (message.type, message.role, message.model) == ("message", "assistant", model), message
    usage = message.usage
    written, read = usage.cache_creation_input_tokens or 0, usage.cache_read_input_tokens or 0
    return Reply("".join(b.text for b in message.content if b.type == "text"),
                 "".join(b.thinking for b in message.content if b.type == "thinking"),
                 [(b.name, b.input) for b in message.content if b.type == "tool_use"],
                 {"end_turn": "stop", "tool_use": "tool"}.get(message.stop_reason),
                 (usage.input_tokens + written + read, usage.output_tokens), read, message)


def leave(model, prompt):
    with client.messages.stream(**request(model, prompt)) as events:
        next(iter(events.text_stream))


def count(model, prompt):
    return client.messages.count_tokens(model=model, messages=[{"role": "user", "content": prompt}]).input_tokens
