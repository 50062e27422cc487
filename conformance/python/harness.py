"""What the Python clients share: the table of cases, and questions to the fake provider."""
import json
import os
import traceback
import urllib.parse
import urllib.request

HERE = os.path.dirname(os.path.abspath(__file__))
CLIENT = os.environ["CLIENT_NAME"]
GATEWAY = os.environ["GATEWAY_URL"]
KEY = os.environ["GATEWAY_KEY"]
KEY_ONE_MODEL = os.environ.get("GATEWAY_KEY_ONE_MODEL", "sk-no-admin-key-was-given")
KEY_RPM = os.environ.get("GATEWAY_KEY_RPM", "sk-no-admin-key-was-given")
KEY_BUDGET = os.environ.get("GATEWAY_KEY_BUDGET", "sk-no-admin-key-was-given")
PROVIDER_KEY = os.environ["PROVIDER_KEY"]

SUFFIX = " \u00fc\U0001f30d"  # what the provider puts after each echo
ABORT_SECONDS_MAX = 2
COST = "0.000025"  # of each chat: 11 tokens in at 0.000001, 7 out at 0.000002

CASES = {}


def case(name):
    """Enters a function into the table; it raises if the gateway does not behave."""
    def enter(function):
        CASES[name] = function
        return function
    return enter


def no_api(name, reason):
    CASES[name] = reason


def tag(what):
    """A prompt which no other client or case sends."""
    return "%s:%s" % (CLIENT, what)


def echo(what):
    return "Echo: " + tag(what) + SUFFIX


def same(got, expected):
    if got != expected:
        raise AssertionError("got %r, expected %r" % (got, expected))


def within(part, whole):
    if part not in whole:
        raise AssertionError("%r is not in %r" % (part, whole))


def raises(error_class, call):
    """The error that the call raises; its class is exactly the SDK's (or a subclass)."""
    try:
        got = call()
    except error_class as error:
        return error
    except Exception as error:
        raise AssertionError("raised %s: %s, expected %s" % (type(error).__name__, error, error_class.__name__)) from error
    raise AssertionError("answered %r, expected %s" % (got, error_class.__name__))


def recorded(what, state="complete", wait=2):
    """The provider's newest record of the request tagged so, once it is in the state."""
    query = urllib.parse.urlencode({"contains": tag(what), "state": state, "wait": wait})
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open("%s/recorded?%s" % (os.environ["PROVIDER_URL"], query), timeout=wait + 10) as answer:
        records = json.load(answer)
    if not records:
        raise AssertionError("the provider saw no request tagged " + tag(what))
    if records[-1]["state"] != state:
        raise AssertionError("after %s s the provider's call is still %s, expected %s" % (wait, records[-1]["state"], state))
    return records[-1]


def main():
    wanted = os.environ.get("CASE")
    for name, run in CASES.items():
        if wanted and name != wanted:
            continue
        if isinstance(run, str):
            print("no-api %s: %s" % (name, run), flush=True)
            continue
        try:
            run()
            print("ok %s" % name, flush=True)
        except Exception as error:
            where = next((f.lineno for f in reversed(traceback.extract_tb(error.__traceback__))
                          if f.filename.startswith(HERE) and not f.filename.endswith("/harness.py")), 0)
            text = " ".join(("%s: %s" % (type(error).__name__, error)).split())
            print("FAIL %s: line %d: %s" % (name, where, text[:700]), flush=True)
