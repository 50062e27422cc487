"""The cases for `openai` for Python, old (1.97.1) and newest."""
import asyncio
import json
from decimal import Decimal
from typing import List

import openai
from openai import AsyncOpenAI, OpenAI
from pydantic import BaseModel

from harness import (ABORT_SECONDS_MAX, COST, GATEWAY, KEY, KEY_BUDGET, KEY_ONE_MODEL, KEY_RPM, PROVIDER_KEY, SUFFIX, case,
                     echo, main, raises, recorded, same, tag, within)

client = OpenAI(api_key=KEY, base_url=GATEWAY + "/v1")


def once(key=KEY):
    """A client that does not try again."""
    return client.with_options(api_key=key, max_retries=0)


def user(what):
    return [{"role": "user", "content": tag(what)}]


def chat(what, using=client, model="chat", **options):
    return using.chat.completions.create(model=model, messages=user(what), **options)


def text_of(chunks):
    return "".join(c.choices[0].delta.content or "" for c in chunks if c.choices)


WEATHER = {"type": "function", "function": {
    "name": "get_weather", "strict": True, "parameters": {
        "type": "object", "additionalProperties": False, "required": ["city", "days"],
        "properties": {"city": {"type": "string"}, "days": {"type": "integer"}}}}}
TIME = {"type": "function", "function": {
    "name": "get_time", "parameters": {"type": "object", "properties": {"zone": {"type": "string"}}}}}


def check_tool_calls(calls):
    same([(c.id, c.type, c.function.name) for c in calls],
         [("call_weather", "function", "get_weather"), ("call_time", "function", "get_time")])
    same([json.loads(c.function.arguments) for c in calls], [{"city": "Zürich", "days": 2}, {"zone": "Europe/Zurich"}])


class City(BaseModel):
    city: str
    population: int


# ---- chat ------------------------------------------------------------------------------------------------------------


@case("chat-whole")
def _():
    reply = chat("chat-whole")
    choice = reply.choices[0]
    same((choice.message.role, choice.message.content, choice.finish_reason), ("assistant", echo("chat-whole"), "stop"))
    same((reply.usage.prompt_tokens, reply.usage.completion_tokens, reply.usage.total_tokens), (11, 7, 18))
    same((reply.object, reply.model), ("chat.completion", "chat"))


@case("chat-streamed")
def _():
    chunks = list(chat("chat-streamed", stream=True))
    same(text_of(chunks), echo("chat-streamed"))
    same([c.choices[0].finish_reason for c in chunks if c.choices and c.choices[0].finish_reason], ["stop"])
    same(chunks[0].choices[0].delta.role, "assistant")
    same(len({c.id for c in chunks}), 1)
    same({c.model for c in chunks}, {"chat"})
    same({c.object for c in chunks}, {"chat.completion.chunk"})


@case("chat-stream-usage")
def _():
    chunks = list(chat("usage-asked", stream=True, stream_options={"include_usage": True}))
    same([(c.usage.prompt_tokens, c.usage.completion_tokens) for c in chunks if c.usage], [(11, 7)])
    same(list(chunks[-1].choices), [])
    same(text_of(chunks), echo("usage-asked"))
    for options in ({}, {"stream_options": {"include_usage": False}}):
        chunks = list(chat("usage-not-asked", stream=True, **options))
        same([c.usage for c in chunks if c.usage], [])
        same([c for c in chunks if not c.choices], [])


@case("tools-whole")
def _():
    choice = chat("tools-whole", tools=[WEATHER, TIME]).choices[0]
    same((choice.finish_reason, choice.message.content), ("tool_calls", None))
    check_tool_calls(choice.message.tool_calls)


@case("tools-streamed")
def _():
    with client.chat.completions.stream(model="chat", messages=user("tools-streamed"), tools=[WEATHER]) as stream:
        choice = stream.get_final_completion().choices[0]
    same(choice.finish_reason, "tool_calls")
    check_tool_calls(choice.message.tool_calls)


@case("tool-result")
def _():
    asked = user("tool-result")
    message = chat("tool-result", tools=[WEATHER, TIME]).choices[0].message
    results = [{"role": "tool", "tool_call_id": c.id, "content": "sunny " + c.id} for c in message.tool_calls]
    reply = client.chat.completions.create(model="chat", messages=[*asked, message, *results], tools=[WEATHER, TIME])
    same(reply.choices[0].message.content, "The tool said: sunny call_time" + SUFFIX)
    sent = json.loads(recorded("tool-result")["body"])["messages"]
    same([m["role"] for m in sent], ["user", "assistant", "tool", "tool"])
    same([c["function"]["name"] for c in sent[1]["tool_calls"]], ["get_weather", "get_time"])


@case("json-schema")
def _():
    reply = client.chat.completions.parse(model="chat", messages=user("json-schema"), response_format=City)
    same(reply.choices[0].message.parsed, City(city="Zürich", population=436000))
    same(json.loads(recorded("json-schema")["body"])["response_format"]["json_schema"]["strict"], True)
    with client.chat.completions.stream(model="chat", messages=user("json-schema"), response_format=City) as stream:
        same(stream.get_final_completion().choices[0].message.parsed, City(city="Zürich", population=436000))


# ---- embeddings, responses, completions ------------------------------------------------------------------------------


def vectors(what, **options) -> List[List[float]]:
    reply = client.embeddings.create(model="embed", input=[tag(what), "second"], **options)
    same([d.index for d in reply.data], [0, 1])
    same((reply.usage.prompt_tokens, reply.model), (11, "embed"))
    return [d.embedding for d in reply.data]


@case("embeddings-float")
def _():
    first, second = vectors("embeddings-float", encoding_format="float")
    same(first[:2] + second[:2], [0.25, -0.5, 1.25, 0.5])
    same(json.loads(recorded("embeddings-float")["body"])["encoding_format"], "float")


@case("embeddings-base64")
def _():
    as_numbers = vectors("embeddings-both", encoding_format="float")
    same(vectors("embeddings-default"), as_numbers)
    same(json.loads(recorded("embeddings-default")["body"])["encoding_format"], "base64")
    raw = client.embeddings.with_raw_response.create(
        model="embed", input=tag("embeddings-base64"), encoding_format="base64")
    same(type(json.loads(raw.content)["data"][0]["embedding"]), str)


@case("responses-whole")
def _():
    reply = client.responses.create(model="chat", input=tag("responses-whole"))
    same((reply.output_text, reply.status, reply.model), (echo("responses-whole"), "completed", "chat"))
    same((reply.usage.input_tokens, reply.usage.output_tokens, reply.usage.total_tokens), (11, 7, 18))
    parsed = client.responses.parse(model="chat", input=tag("responses-parse"), text_format=City)
    same(parsed.output_parsed, City(city="Zürich", population=436000))


@case("responses-streamed")
def _():
    events = list(client.responses.create(model="chat", input=tag("responses-streamed"), stream=True))
    same("".join(e.delta for e in events if e.type == "response.output_text.delta"), echo("responses-streamed"))
    same([e.type for e in events].count("response.completed"), 1)
    same((events[0].type, events[-1].type), ("response.created", "response.completed"))
    same((events[-1].response.output_text, events[-1].response.usage.output_tokens), (echo("responses-streamed"), 7))
    with client.responses.stream(model="chat", input=tag("responses-helper")) as stream:
        same(stream.get_final_response().output_text, echo("responses-helper"))


@case("responses-tools")
def _():
    tool = {"type": "function", **WEATHER["function"]}
    asked = [{"role": "user", "content": tag("responses-tools")}]
    call = client.responses.create(model="chat", input=asked, tools=[tool]).output[0]
    same((call.type, call.name, json.loads(call.arguments)), ("function_call", "get_weather", {"city": "Zürich", "days": 2}))
    answered = [*asked, call, {"type": "function_call_output", "call_id": call.call_id, "output": "sunny"}]
    same(client.responses.create(model="chat", input=answered, tools=[tool]).output_text, "The tool said: sunny" + SUFFIX)


@case("completions-whole")
def _():
    reply = client.completions.create(model="instruct", prompt=tag("completions-whole"))
    same((reply.choices[0].text, reply.object), (echo("completions-whole"), "text_completion"))
    same((reply.usage.total_tokens, reply.model), (18, "instruct"))


@case("completions-streamed")
def _():
    chunks = list(client.completions.create(
        model="instruct", prompt=tag("completions-streamed"), stream=True, stream_options={"include_usage": True}))
    same("".join(c.choices[0].text for c in chunks if c.choices), echo("completions-streamed"))
    same([c.usage.total_tokens for c in chunks if c.usage], [18])


# ---- models, fields, headers -----------------------------------------------------------------------------------------


@case("models-list")
def _():
    names = {m.id for m in client.models.list()}
    for name in ("chat", "embed", "org/model:v1.5", "not-for-you"):
        within(name, names)
    same([m.id for m in once(KEY_ONE_MODEL).models.list()], ["chat"])


@case("models-retrieve")
def _():
    for name in ("chat", "org/model:v1.5"):
        model = client.models.retrieve(name)
        same((model.id, model.object), (name, "model"))
    raises(openai.NotFoundError, lambda: once().models.retrieve("no-such-model"))


@case("model-names")
def _():
    for name, upstream in (("org/model:v1.5", "maker/fake:chat-2.5"), ("wild/gpt-4.1:free", "gpt-4.1:free")):
        reply = chat("names " + name, model=name)
        same((reply.choices[0].message.content, reply.model), (echo("names " + name), name))
        same(json.loads(recorded("names " + name)["body"])["model"], upstream)


@case("unknown-fields-in")
def _():
    unknown = {"x_unknown": {"list": [1, 2.5, None, "ü"], "deep": {"yes": True}}, "x_number": 12345678901234567890}
    chat("unknown-in", extra_body=unknown)
    sent = json.loads(recorded("unknown-in")["body"])
    same({k: sent.get(k) for k in unknown}, unknown)
    list(chat("unknown-in-stream", extra_body=unknown, stream=True))
    sent = json.loads(recorded("unknown-in-stream")["body"])
    same({k: sent.get(k) for k in unknown}, unknown)


@case("unknown-fields-out")
def _():
    extra = {"note": "kept", "list": [1, 2.5, None, "ü"]}
    reply = chat("unknown-out")
    same((reply.model_extra.get("x_provider"), reply.choices[0].message.model_extra.get("x_message")), (extra, "kept"))
    same(reply.system_fingerprint, "fp_conformance")
    chunks = list(chat("unknown-out", stream=True))
    same([c.model_extra.get("x_provider") for c in chunks], [extra] * len(chunks))


@case("provider-sees")
def _():
    content = [{"type": "text", "text": tag("provider-sees")},
               {"type": "image_url", "image_url": {"url": "data:image/png;base64,iVBORw0KGgo=", "detail": "low"}}]
    list(client.chat.completions.create(
        model="chat", messages=[{"role": "user", "content": content}], stream=True, temperature=0.30, seed=7,
        extra_body={"tags": ["a"], "num_retries": 0, "cache": {"no-store": True}, "drop_params": True}))
    record = recorded("provider-sees")
    sent = json.loads(record["body"])
    same((record["path"], record["headers"]["authorization"]), ("/v1/chat/completions", "Bearer " + PROVIDER_KEY))
    same((sent["model"], sent["messages"], sent["temperature"], sent["seed"]),
         ("fake-chat", [{"role": "user", "content": content}], 0.3, 7))
    same(sent["stream_options"], {"include_usage": True})
    same([k for k in ("tags", "num_retries", "cache", "drop_params", "api_key", "api_base") if k in sent], [])
    same(KEY in json.dumps(record), False)


@case("headers")
def _():
    raw = client.chat.completions.with_raw_response.create(model="chat", messages=user("headers"))
    same(raw.parse().choices[0].message.content, echo("headers"))
    same(bool(raw.headers.get("x-litellm-call-id")), True)
    same(raw.headers.get("x-litellm-model-id"), "id-chat")
    same(Decimal(raw.headers.get("x-litellm-response-cost", "0")), Decimal(COST))
    raw = client.chat.completions.with_raw_response.create(model="chat", messages=user("headers"), stream=True)
    same(text_of(raw.parse()), echo("headers"))
    same(bool(raw.headers.get("x-litellm-call-id")), True)
    error = raises(openai.InternalServerError, lambda: chat("headers", once(), "status-500"))
    same(bool(error.response.headers.get("x-litellm-call-id")), True)


@case("environment")
def _():
    reply = OpenAI().chat.completions.create(model="chat", messages=user("environment"))
    same(reply.choices[0].message.content, echo("environment"))


@case("base-urls")
def _():
    for end in ("", "/", "/v1", "/v1/"):
        other = OpenAI(api_key=KEY, base_url=GATEWAY + end)
        same(chat("base" + end, other).choices[0].message.content, echo("base" + end))
        same(text_of(chat("base" + end, other, stream=True)), echo("base" + end))
        same(len(other.embeddings.create(model="embed", input="x").data), 1)
        same(other.responses.create(model="chat", input=tag("base" + end)).output_text, echo("base" + end))


@case("parallel")
def _():
    async def one(asynchronous, number):
        what = "parallel-%02d" % number
        reply = await asynchronous.chat.completions.create(model="chat", messages=user(what), stream=number % 2 == 0)
        if number % 2:
            return reply.choices[0].message.content == echo(what)
        return text_of([chunk async for chunk in reply]) == echo(what)

    async def all_of_them():
        async with AsyncOpenAI(api_key=KEY, base_url=GATEWAY + "/v1") as asynchronous:
            return await asyncio.gather(*(one(asynchronous, number) for number in range(16)))

    same(asyncio.run(all_of_them()), [True] * 16)


# ---- errors ----------------------------------------------------------------------------------------------------------


def refused(error_class, status, call):
    error = raises(error_class, call)
    same(error.status_code, status)
    same(type(error.body), dict)  # the SDK found OpenAI's envelope
    return error


@case("error-400-body")
def _():
    error = refused(openai.BadRequestError, 400,
                    lambda: once().post("/chat/completions", body={"model": "chat"}, cast_to=object))
    same((error.type, error.param), ("invalid_request_error", "messages"))


@case("error-400-model")
def _():
    refused(openai.BadRequestError, 400, lambda: chat("no-model", once(), "no-such-model"))


@case("error-400-provider")
def _():
    for stream in (False, True):
        error = refused(openai.BadRequestError, 400, lambda: chat("e400", once(), "status-400", stream=stream))
        within("the provider says 400", error.message)


@case("error-401-key")
def _():
    wrong = "sk-wrong-0123456789abcdefghij"
    for stream in (False, True):
        error = refused(openai.AuthenticationError, 401, lambda: chat("e401", once(wrong), stream=stream))
        same(wrong in str(error), False)
    refused(openai.AuthenticationError, 401, lambda: once(wrong).models.list())


@case("error-403-model")
def _():
    limited = once(KEY_ONE_MODEL)
    same(chat("allowed", limited).choices[0].message.content, echo("allowed"))
    error = refused(openai.PermissionDeniedError, 403, lambda: chat("e403", limited, "not-for-you"))
    same((error.type, error.param), ("key_model_access_denied", "model"))
    refused(openai.PermissionDeniedError, 403, lambda: chat("e403", limited, "not-for-you", stream=True))
    refused(openai.PermissionDeniedError, 403, lambda: limited.responses.create(model="not-for-you", input="x"))
    refused(openai.PermissionDeniedError, 403, lambda: limited.embeddings.create(model="embed", input="x"))
    refused(openai.PermissionDeniedError, 403, lambda: limited.completions.create(model="instruct", prompt="x"))


@case("error-404-provider")
def _():
    within("the provider says 404", refused(openai.NotFoundError, 404, lambda: chat("e404", once(), "status-404")).message)


@case("error-422-budget")
def _():
    limited = once(KEY_BUDGET)
    same(chat("budget", limited).choices[0].message.content, echo("budget"))
    for stream in (False, True):
        error = refused(openai.UnprocessableEntityError, 422, lambda: chat("budget", limited, stream=stream))
        same(error.type, "budget_exceeded")
        within("Budget has been exceeded", error.message)


@case("error-429-provider")
def _():
    for stream in (False, True):
        error = refused(openai.RateLimitError, 429, lambda: chat("e429", once(), "status-429", stream=stream))
        within("the provider says 429", error.message)


@case("error-429-rpm")
def _():
    limited = once(KEY_RPM)
    same(chat("rpm", limited).choices[0].message.content, echo("rpm"))
    for stream in (False, True):
        error = refused(openai.RateLimitError, 429, lambda: chat("rpm", limited, stream=stream))
        same(1 <= int(error.response.headers["retry-after"]) <= 60, True)


@case("error-500-provider")
def _():
    for stream in (False, True):
        error = refused(openai.InternalServerError, 500, lambda: chat("e500", once(), "status-500", stream=stream))
        within("the provider says 500", error.message)


def raises_in_stream(model, message):
    got = []

    def read():
        for chunk in chat("broken", once(), model, stream=True):
            got.append(chunk)

    error = raises(Exception, read)
    within("Echo:", text_of(got))
    within(message, str(error))
    return error


@case("error-in-stream")
def _():
    same(isinstance(raises_in_stream("error-inside", "the provider broke"), openai.APIError), True)


@case("stream-cut")
def _():
    raises_in_stream("cut-inside", "")


# ---- retries, timeouts, leaving --------------------------------------------------------------------------------------


@case("sdk-retries")
def _():
    same(chat("retries", model="flaky").choices[0].message.content, echo("retries"))


@case("sdk-timeout")
def _():
    raises(openai.APITimeoutError, lambda: chat("timeout", once().with_options(timeout=0.5), "slow"))
    recorded("timeout", "aborted", ABORT_SECONDS_MAX)


@case("client-leaves")
def _():
    stream = chat("leaves", model="slow", stream=True)
    next(iter(stream))
    stream.close()
    recorded("leaves", "aborted", ABORT_SECONDS_MAX)
    events = client.responses.create(model="slow", input=tag("leaves-responses"), stream=True)
    next(iter(events))
    events.close()
    recorded("leaves-responses", "aborted", ABORT_SECONDS_MAX)


main()
