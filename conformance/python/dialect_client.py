"""The cases for clients of other dialects than OpenAI's: the same for each of them, on each provider.

An adapter (adapter_*.py) makes the calls with its SDK, and says what came in these words.
"""
import importlib
import json

from dialects.script import PROOF, PROMPT_TOKENS, SCHEMA_REPLY, SUFFIX, THOUGHT

from harness import (ABORT_SECONDS_MAX, CLIENT, KEY_BUDGET, KEY_ONE_MODEL, case, echo, main, no_api, raises, recorded, same,
                     tag, within)

IMAGE = "data:image/png;base64,iVBORw0KGgo="
PROVIDERS = ("chat", "responses", "messages", "gemini")
CALLS = [("get_weather", {"city": "Zürich", "days": 2}), ("get_time", {"zone": "Europe/Zurich"})]
RESULTS = ["sunny", "noon"]
adapter = importlib.import_module("adapter_" + CLIENT.replace("-", "_"))
ask = adapter.ask


def arrived(what):
    """What the provider understood of the newest request tagged so."""
    return recorded(what)["ask"]


def answered(reply, text):
    same((reply.text, reply.calls, reply.finish, reply.tokens), (text, [], "stop", (11, 7)))


def tools(what, model, **options):
    reply = ask(model, tag(what), tools=True, **options)
    same((reply.calls, reply.finish), (CALLS, "tool"))
    last = ask(model, tag(what), tools=True, after=(reply, RESULTS), **options)
    same((last.text, last.calls), ("The tool said: noon" + SUFFIX, []))
    seen = arrived(what)
    same([text for _, text in seen["results"]], RESULTS)
    same([(name, json.loads(arguments)) for _, name, arguments in seen["calls"]], CALLS)
    return reply, seen


def thinks(what, provider, stream):
    reply, seen = tools(what, "thinks-on-" + provider, think=True, stream=stream)
    same(reply.thought, THOUGHT)
    if provider != "chat":  # which has no proofs
        same(seen["proofs"], [PROOF])


def broken(what, model):
    got = []
    error = raises(Exception, lambda: ask(model, tag(what), stream=True, key=None, heard=got.append))
    within("Echo:", "".join(got))
    return error


def refused(status, call):
    error = raises(adapter.ERRORS[status], call)
    same(adapter.status(error), status)
    return str(error)


def on_provider(p):
    """The cases on one provider."""
    def one(name):
        name = "%s-on-%s" % (name, p)
        if name.split("-on-")[0] in adapter.LACKS:
            no_api(name, adapter.LACKS[name.split("-on-")[0]])
            return lambda _: None
        return case(name)

    @one("whole")
    def _():
        answered(ask("say-on-" + p, tag("whole-" + p)), echo("whole-" + p))

    @one("streamed")
    def _():
        heard = []
        answered(ask("say-on-" + p, tag("streamed-" + p), stream=True, heard=heard.append), echo("streamed-" + p))
        same(len(heard) > 2, True)

    @one("system")
    def _():
        ask("say-on-" + p, tag("system-" + p), system="Be brief, äöü.")
        same(arrived("system-" + p)["system"], "Be brief, äöü.")

    @one("tools")
    def _():
        tools("tools-" + p, "say-on-" + p)

    @one("tools-streamed")
    def _():
        tools("tools-streamed-" + p, "say-on-" + p, stream=True)

    @one("schema")
    def _():
        same(json.loads(ask("say-on-" + p, tag("schema-" + p), schema=True).text), SCHEMA_REPLY)
        seen = arrived("schema-" + p)
        same(seen["schema"] or bool(seen["forced"]), True)

    @one("image")
    def _():
        ask("say-on-" + p, tag("image-" + p), image=IMAGE)
        same(arrived("image-" + p)["images"], [IMAGE])

    @one("thinking")
    def _():
        thinks("thinking-" + p, p, False)

    @one("thinking-streamed")
    def _():
        thinks("thinking-streamed-" + p, p, True)

    @one("cached")
    def _():
        for stream in (False, True):
            reply = ask("cached-on-" + p, tag("cached-" + p), stream=stream)
            same((reply.tokens, reply.cached), ((11, 7), 4))

    for status in (400, 429, 500):
        @one("error-%d" % status)
        def _(status=status):
            for stream in (False, True):
                said = refused(status, lambda: ask("status-%d-on-%s" % (status, p), tag("error"), stream=stream, key=None))
                within("the provider says %d" % status, said)

    @one("error-in-stream")
    def _():
        within("the provider broke", str(broken("error-in-stream-" + p, "error-inside-on-" + p)))

    @one("stream-cut")
    def _():
        broken("stream-cut-" + p, "cut-inside-on-" + p)

    @one("leaves")
    def _():
        adapter.leave("slow-on-" + p, tag("leaves-" + p))
        recorded("leaves-" + p, "aborted", ABORT_SECONDS_MAX)


for provider in PROVIDERS:
    on_provider(provider)

if hasattr(adapter, "count"):
    @case("count-tokens")
    def _():
        same(adapter.count("say-on-messages", tag("count")) > 0, True)
        same(adapter.count("say-on-" + adapter.OWN, tag("count")), PROMPT_TOKENS)
else:
    no_api("count-tokens", "the client counts by itself")


@case("as-it-is")
def _():
    answered(getattr(adapter, "as_it_is", ask)("say-on-chat", tag("as-it-is")), echo("as-it-is"))


@case("error-key")
def _():
    wrong = "sk-wrong-0123456789abcdefghij"
    for stream in (False, True):
        said = refused(401, lambda: ask("say-on-chat", tag("key"), key=wrong, stream=stream))
        same(wrong in said, False)


@case("error-model")
def _():
    refused(400, lambda: ask("no-such-model", tag("model"), key=None))


@case("error-access")
def _():
    for stream in (False, True):
        refused(403, lambda: ask("say-on-chat", tag("access"), key=KEY_ONE_MODEL, stream=stream))


@case("error-budget")
def _():
    answered(ask("say-on-chat", tag("budget"), key=KEY_BUDGET), echo("budget"))
    for stream in (False, True):
        within("udget", refused(422, lambda: ask("say-on-chat", tag("budget"), key=KEY_BUDGET, stream=stream)))


main()
