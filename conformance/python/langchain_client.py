"""The cases for LangChain's ChatOpenAI (and OpenAIEmbeddings, OpenAI) of langchain-openai."""
import asyncio
import json
from decimal import Decimal

import openai
from langchain_core.messages import AIMessageChunk, HumanMessage, ToolMessage
from langchain_core.tools import tool
from langchain_openai import ChatOpenAI, OpenAI, OpenAIEmbeddings
from pydantic import BaseModel

from harness import (ABORT_SECONDS_MAX, COST, GATEWAY, KEY, KEY_BUDGET, KEY_ONE_MODEL, KEY_RPM, PROVIDER_KEY, SUFFIX, case,
                     echo, main, no_api, raises, recorded, same, tag, within)


def chat(model="chat", **options):
    return ChatOpenAI(model=model, **{"api_key": KEY, "base_url": GATEWAY + "/v1"} | options)


def once(model="chat", key=KEY, **options):
    """A model that does not try again."""
    return chat(model, api_key=key, max_retries=0, **options)


def text_of(chunks):
    return "".join(c.text if isinstance(c.text, str) else c.text() for c in chunks)


@tool
def get_weather(city: str, days: int) -> str:
    """The weather."""
    return "sunny"


@tool
def get_time(zone: str) -> str:
    """The time."""
    return "noon"


class City(BaseModel):
    """A city."""

    city: str
    population: int


ZURICH = City(city="Zürich", population=436000)


def check_tool_calls(calls):
    same([(c["id"], c["name"], c["args"]) for c in calls],
         [("call_weather", "get_weather", {"city": "Zürich", "days": 2}),
          ("call_time", "get_time", {"zone": "Europe/Zurich"})])


def folded(chunks):
    whole = chunks[0]
    for chunk in chunks[1:]:
        whole += chunk
    return whole


# ---- chat ------------------------------------------------------------------------------------------------------------


@case("chat-whole")
def _():
    reply = chat().invoke(tag("chat-whole"))
    same((reply.content, reply.response_metadata["finish_reason"]), (echo("chat-whole"), "stop"))
    same(reply.response_metadata["model_name"], "chat")
    usage = reply.usage_metadata
    same((usage["input_tokens"], usage["output_tokens"], usage["total_tokens"]), (11, 7, 18))


@case("chat-streamed")
def _():
    chunks = list(chat().stream(tag("chat-streamed")))
    same(text_of(chunks), echo("chat-streamed"))
    same([type(c) is AIMessageChunk for c in chunks], [True] * len(chunks))
    same([c.response_metadata["finish_reason"] for c in chunks if c.response_metadata.get("finish_reason")], ["stop"])


@case("chat-stream-usage")
def _():
    chunks = list(chat(stream_usage=True).stream(tag("usage-asked")))
    same([c.usage_metadata["total_tokens"] for c in chunks if c.usage_metadata], [18])
    chunks = list(chat(stream_usage=False).stream(tag("usage-not-asked")))
    same([c.usage_metadata for c in chunks if c.usage_metadata], [])
    same(text_of(chunks), echo("usage-not-asked"))


@case("tools-whole")
def _():
    check_tool_calls(chat().bind_tools([get_weather, get_time]).invoke(tag("tools-whole")).tool_calls)


@case("tools-streamed")
def _():
    check_tool_calls(folded(list(chat().bind_tools([get_weather, get_time]).stream(tag("tools-streamed")))).tool_calls)


@case("tool-result")
def _():
    model, turns = chat().bind_tools([get_weather, get_time]), [HumanMessage(tag("tool-result"))]
    turns.append(model.invoke(turns))
    turns += [ToolMessage("sunny " + c["id"], tool_call_id=c["id"]) for c in turns[-1].tool_calls]
    same(model.invoke(turns).content, "The tool said: sunny call_time" + SUFFIX)
    same([m["role"] for m in json.loads(recorded("tool-result")["body"])["messages"]], ["user", "assistant", "tool", "tool"])


@case("json-schema")
def _():
    same(chat().with_structured_output(City).invoke(tag("json-schema")), ZURICH)
    same(json.loads(recorded("json-schema")["body"])["response_format"]["type"], "json_schema")
    same(list(chat().with_structured_output(City).stream(tag("json-schema")))[-1], ZURICH)


# ---- embeddings, responses, completions ------------------------------------------------------------------------------


def embed(what, **options):
    model = OpenAIEmbeddings(
        model="embed", api_key=KEY, base_url=GATEWAY + "/v1", check_embedding_ctx_length=False, **options)
    return model.embed_documents([tag(what), "second"])


@case("embeddings-float")
def _():
    first, second = embed("embeddings-float", model_kwargs={"encoding_format": "float"})
    same(first[:2] + second[:2], [0.25, -0.5, 1.25, 0.5])
    same(json.loads(recorded("embeddings-float")["body"])["encoding_format"], "float")


@case("embeddings-base64")
def _():
    same(embed("embeddings-default"), embed("embeddings-both", model_kwargs={"encoding_format": "float"}))
    same(json.loads(recorded("embeddings-default")["body"])["encoding_format"], "base64")


@case("responses-whole")
def _():
    reply = chat(use_responses_api=True).invoke(tag("responses-whole"))
    same((text_of([reply]), reply.usage_metadata["total_tokens"]), (echo("responses-whole"), 18))
    same(recorded("responses-whole")["path"], "/v1/responses")


@case("responses-streamed")
def _():
    chunks = list(chat(use_responses_api=True).stream(tag("responses-streamed")))
    same(text_of(chunks), echo("responses-streamed"))
    same([c.usage_metadata["total_tokens"] for c in chunks if c.usage_metadata], [18])


@case("responses-tools")
def _():
    model, turns = chat(use_responses_api=True).bind_tools([get_weather]), [HumanMessage(tag("responses-tools"))]
    turns.append(model.invoke(turns))
    same([(c["name"], c["args"]) for c in turns[-1].tool_calls], [("get_weather", {"city": "Zürich", "days": 2})])
    turns.append(ToolMessage("sunny", tool_call_id=turns[-1].tool_calls[0]["id"]))
    same(text_of([model.invoke(turns)]), "The tool said: sunny" + SUFFIX)


@case("completions-whole")
def _():
    model = OpenAI(model="instruct", api_key=KEY, base_url=GATEWAY + "/v1")
    same(model.invoke(tag("completions-whole")), echo("completions-whole"))


@case("completions-streamed")
def _():
    model = OpenAI(model="instruct", api_key=KEY, base_url=GATEWAY + "/v1")
    same("".join(model.stream(tag("completions-streamed"))), echo("completions-streamed"))


no_api("models-list", "LangChain does not list models")
no_api("models-retrieve", "LangChain does not list models")


# ---- fields, headers -------------------------------------------------------------------------------------------------


@case("model-names")
def _():
    for name, upstream in (("org/model:v1.5", "maker/fake:chat-2.5"), ("wild/gpt-4.1:free", "gpt-4.1:free")):
        reply = chat(name).invoke(tag("names " + name))
        same((reply.content, reply.response_metadata["model_name"]), (echo("names " + name), name))
        same(json.loads(recorded("names " + name)["body"])["model"], upstream)


@case("unknown-fields-in")
def _():
    unknown = {"x_unknown": {"list": [1, 2.5, None, "ü"], "deep": {"yes": True}}, "x_number": 12345678901234567890}
    chat(extra_body=unknown).invoke(tag("unknown-in"))
    same({k: json.loads(recorded("unknown-in")["body"]).get(k) for k in unknown}, unknown)


no_api("unknown-fields-out", "LangChain keeps only the fields that it knows")


@case("provider-sees")
def _():
    content = [{"type": "text", "text": tag("provider-sees")},
               {"type": "image_url", "image_url": {"url": "data:image/png;base64,iVBORw0KGgo="}}]
    extra = {"tags": ["a"], "num_retries": 0, "cache": {"no-store": True}}
    list(chat(temperature=0.3, extra_body=extra, stream_usage=False).stream([HumanMessage(content)]))
    record = recorded("provider-sees")
    same(record["headers"]["authorization"], "Bearer " + PROVIDER_KEY)
    same(json.loads(record["body"]), {
        "model": "fake-chat", "messages": [{"role": "user", "content": content}], "stream": True, "temperature": 0.3,
        "stream_options": {"include_usage": True}})
    same(KEY in json.dumps(record), False)


@case("headers")
def _():
    headers = chat(include_response_headers=True).invoke(tag("headers")).response_metadata["headers"]
    same((bool(headers.get("x-litellm-call-id")), headers.get("x-litellm-model-id")), (True, "id-chat"))
    same(Decimal(headers.get("x-litellm-response-cost", "0")), Decimal(COST))
    chunks = list(chat(include_response_headers=True).stream(tag("headers")))
    same(bool(chunks[0].response_metadata["headers"].get("x-litellm-call-id")), True)


@case("environment")
def _():
    same(ChatOpenAI(model="chat").invoke(tag("environment")).content, echo("environment"))


@case("base-urls")
def _():
    for end in ("", "/", "/v1", "/v1/"):
        model = chat(base_url=GATEWAY + end)
        same(model.invoke(tag("base" + end)).content, echo("base" + end))
        same(text_of(model.stream(tag("base" + end))), echo("base" + end))


@case("parallel")
def _():
    async def one(model, number):
        what = "parallel-%02d" % number
        if number % 2:
            return (await model.ainvoke(tag(what))).content == echo(what)
        return text_of([chunk async for chunk in model.astream(tag(what))]) == echo(what)

    async def all_of_them():
        model = chat()
        return await asyncio.gather(*(one(model, number) for number in range(16)))

    same(asyncio.run(all_of_them()), [True] * 16)


# ---- errors: those of the OpenAI SDK come through --------------------------------------------------------------------


def refused(error_class, status, model, what="refused"):
    for call in (lambda: model.invoke(tag(what)), lambda: list(model.stream(tag(what)))):
        error = raises(error_class, call)
        same((error.status_code, type(error.body)), (status, dict))
    return error


@case("error-400-body")
def _():
    error = raises(openai.BadRequestError, lambda: once(max_tokens=None, extra_body={"messages": None}).invoke("x"))
    same((error.status_code, error.type), (400, "invalid_request_error"))


@case("error-400-model")
def _():
    refused(openai.BadRequestError, 400, once("no-such-model"))


@case("error-400-provider")
def _():
    within("the provider says 400", refused(openai.BadRequestError, 400, once("status-400")).message)


@case("error-401-key")
def _():
    wrong = "sk-wrong-0123456789abcdefghij"
    same(wrong in str(refused(openai.AuthenticationError, 401, once(key=wrong))), False)


@case("error-403-model")
def _():
    same(once(key=KEY_ONE_MODEL).invoke(tag("allowed")).content, echo("allowed"))
    error = refused(openai.PermissionDeniedError, 403, once("not-for-you", KEY_ONE_MODEL))
    same((error.type, error.param), ("key_model_access_denied", "model"))
    refused(openai.PermissionDeniedError, 403, once("not-for-you", KEY_ONE_MODEL, use_responses_api=True))


@case("error-404-provider")
def _():
    within("the provider says 404", refused(openai.NotFoundError, 404, once("status-404")).message)


@case("error-422-budget")
def _():
    same(once(key=KEY_BUDGET).invoke(tag("budget")).content, echo("budget"))
    same(refused(openai.UnprocessableEntityError, 422, once(key=KEY_BUDGET)).type, "budget_exceeded")


@case("error-429-provider")
def _():
    within("the provider says 429", refused(openai.RateLimitError, 429, once("status-429")).message)


@case("error-429-rpm")
def _():
    same(once(key=KEY_RPM).invoke(tag("rpm")).content, echo("rpm"))
    error = refused(openai.RateLimitError, 429, once(key=KEY_RPM))
    same(1 <= int(error.response.headers["retry-after"]) <= 60, True)


@case("error-500-provider")
def _():
    within("the provider says 500", refused(openai.InternalServerError, 500, once("status-500")).message)


def raises_in_stream(model):
    got = []

    def read():
        for chunk in once(model).stream(tag("broken")):
            got.append(chunk)

    error = raises(Exception, read)
    within("Echo:", text_of(got))
    return error


@case("error-in-stream")
def _():
    within("the provider broke", str(raises_in_stream("error-inside")))


@case("stream-cut")
def _():
    raises_in_stream("cut-inside")


# ---- retries, timeouts, leaving --------------------------------------------------------------------------------------


@case("sdk-retries")
def _():
    same(chat("flaky").invoke(tag("retries")).content, echo("retries"))


@case("sdk-timeout")
def _():
    raises(openai.APITimeoutError, lambda: once("slow", timeout=0.5).invoke(tag("timeout")))
    recorded("timeout", "aborted", ABORT_SECONDS_MAX)


@case("client-leaves")
def _():
    stream = chat("slow").stream(tag("leaves"))
    next(stream)
    stream.close()
    recorded("leaves", "aborted", ABORT_SECONDS_MAX)


main()
