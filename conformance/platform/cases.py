"""The calls: what the command line is given, what the SDK is given, and what both have to bring."""
from dialects.chat import VECTOR, float32
from dialects.script import COMPLETION_TOKENS, PROMPT_TOKENS, SUFFIX, TOOL_CALLS

EMBED = "text-embedding-3-small"
CODEX = "gpt-5.1-codex"
MODELS = {name: name for name in (  # the platform's, each under the same name at the provider
    "gpt-5.2-2025-12-11", "gpt-4o", "gpt-4o-mini", "gpt-3.5-turbo", "o3-mini", CODEX, EMBED,
    "anthropic/claude-opus-4-1-20250805", "openrouter/deepseek/deepseek-r1-0528", "groq/llama-3.3-70b-versatile",
    "ollama/llama3.1:405b", "meta_llama/Llama-3.3-8B-Instruct", "aiml/Qwen/Qwen2.5-72B-Instruct-Turbo", "v0/v0-1.5-md",
    "status-400", "status-401", "status-403", "status-404", "status-422", "status-429", "status-500", "status-503", "flaky")}
OUTPUT = {"gpt-5.2-2025-12-11": 128000, "gpt-4o": 16384, "gpt-4o-mini": 16384, "gpt-3.5-turbo": 4096, "o3-mini": 100000}
OUTPUT_ASSUMED = 4096  # what the command line takes for a model that the platform does not know
CHAT_TOKENS = {"prompt_tokens": PROMPT_TOKENS, "completion_tokens": COMPLETION_TOKENS}
CODEX_TOKENS = {"input_tokens": PROMPT_TOKENS, "output_tokens": COMPLETION_TOKENS}

# Without a database LiteLLM answers 400 no_db_connection; OpenAI, and Tollgate, 401.
WRONG_KEY_AT_LITELLM = {"error": "BadRequest"}

WEATHER = {"type": "function", "function": {"name": "get_weather", "description": "Tells the weather", "parameters": {
    "type": "object", "properties": {"city": {"type": "string"}, "days": {"type": "integer"}}, "required": ["city"]}}}


def chat_arguments(prompt, model, tokens=None, json_output=False, system=None, **more):
    messages = [{"role": "system", "content": system}] if system else []
    return {"kind": "chat", "model": model, "messages": [*messages, {"role": "user", "content": prompt}],
            "response_format": {"type": "json_object"} if json_output else None,
            "max_completion_tokens": min(tokens or 10**9, OUTPUT.get(model, OUTPUT_ASSUMED)), **more}


def llm(prompt, model="gpt-4o", flags=(), expect=None, sdk=None, **case):
    return {"cli": ["llm", "--json", "--model", model, *flags, prompt], "sdk": sdk or chat_arguments(prompt, model),
            "expect": expect or {"response": "Echo: " + prompt + SUFFIX, "tool_calls": [], **CHAT_TOKENS}, **case}


def embed(text, **case):
    vector = float32(VECTOR)
    return {"cli": ["embed", "--json", text], "sdk": {"kind": "embedding", "model": EMBED, "input": text},
            "expect": {"embedding": vector, "dimensions": len(vector)}, **case}


def codex(prompt, flags=(), sdk=None, **case):
    return {"cli": ["codex", "--json", *flags, prompt], "sdk": {"kind": "codex", "model": CODEX, "input": prompt, **(sdk or {})},
            "expect": {"response": "Echo: " + prompt + SUFFIX, "status": "completed", "response_id": True, **CODEX_TOKENS}, **case}


def failing(model, kind, requests=1):
    return llm("fails " + model, model, expect={"error": kind}, requests=requests)


CASES = {
    # Addresses: four spellings, three routes
    **{"address%d-%s" % (number, case["cli"][0]): {**case, "end": end}
       for number, end in enumerate(("", "/", "/v1", "/v1/"))
       for case in (llm("address %d" % number), embed("address %d" % number), codex(
           "address %d" % number, ["--system-prompt", "", "--effort", "none", "--max-output-tokens", "none"]))},
    # Embeddings
    "embed-unicode": embed("gr\u00fcn \U0001f30d \"quoted\" \\ \n line"),
    "embed-wrong-key": {**embed("x"), "wrong_key": True, "expect": {"error": "AuthenticationError"}, "requests": 0,
                        "litellm": WRONG_KEY_AT_LITELLM},
    # The LLM block
    "llm-plain": llm("Say hello \u00fc\U0001f30d"),
    "llm-default-model": llm("default", "gpt-5.2-2025-12-11"),
    "llm-old-model": llm("old", "gpt-3.5-turbo"),
    "llm-max-tokens": llm("short", flags=["--max-tokens", "10"], sdk=chat_arguments("short", "gpt-4o", 10)),
    "llm-max-tokens-above": llm("long", flags=["--max-tokens", "99999"], sdk=chat_arguments("long", "gpt-4o", 99999)),
    "llm-system": llm("user", flags=["--system-prompt", "Be brief"], sdk=chat_arguments("user", "gpt-4o", system="Be brief")),
    "llm-json": llm("as json", flags=["--json-output"], sdk=chat_arguments("as json", "gpt-4o", json_output=True)),
    "llm-tools": llm("weather", flags=["--tools", "tools.json"], tools=[WEATHER],
                     sdk=chat_arguments("weather", "gpt-4o", tools=[WEATHER]),
                     expect={"response": "", "tool_calls": TOOL_CALLS, **CHAT_TOKENS}),
    "llm-tools-o-series": llm("weather o3", "o3-mini", flags=["--tools", "tools.json"], tools=[WEATHER],
                              sdk=chat_arguments("weather o3", "o3-mini", tools=[WEATHER]),
                              expect={"response": "", "tool_calls": TOOL_CALLS, **CHAT_TOKENS}),
    **{"llm-" + name.split("/")[0]: llm("via " + name, name, ["--max-tokens", "50"], sdk=chat_arguments("via " + name, name, 50))
       for name in MODELS if "/" in name},
    # The Codex block: four bodies
    "codex-all": codex("sort", ["--system-prompt", "s", "--effort", "high", "--max-output-tokens", "500"],
                       {"instructions": "s", "reasoning": {"effort": "high"}, "max_output_tokens": 500}),
    "codex-no-system": codex("sort 2", ["--system-prompt", "", "--effort", "low"],
                             {"reasoning": {"effort": "low"}, "max_output_tokens": 2048}),
    "codex-no-effort": codex("sort 3", ["--system-prompt", "s", "--effort", "none"],
                             {"instructions": "s", "max_output_tokens": 2048}),
    "codex-no-cap": codex("sort 4", ["--system-prompt", "s", "--max-output-tokens", "none"],
                          {"instructions": "s", "reasoning": {"effort": "medium"}}),
    # Errors, and how often they are tried
    "error-wrong-key": {**llm("x", expect={"error": "AuthenticationError"}, requests=0), "wrong_key": True,
                        "litellm": WRONG_KEY_AT_LITELLM},
    "error-unknown-model": llm("x", "no-such-model", expect={"error": "BadRequest"}, requests=0),
    "error-refused": {**llm("x", expect={"error": "ApiConnection"}, requests=0), "refused": True},
    "error-400": failing("status-400", "BadRequest"),
    "error-401": failing("status-401", "AuthenticationError"),
    "error-403": failing("status-403", "PermissionDenied"),
    "error-404": failing("status-404", "NotFound"),
    "error-422": failing("status-422", "UnprocessableEntity"),
    "error-429": failing("status-429", "RateLimit", 3),
    "error-500": failing("status-500", "InternalServer", 3),
    "error-503": failing("status-503", "InternalServer", 3),
    "retry-succeeds": llm("flaky", "flaky", requests=2),
    # The copilot's three calls; the command line makes them without a stream, and the results are the same
    "copilot-turn": llm("turn", "anthropic/claude-opus-4-1-20250805", ["--max-tokens", "50"], sdk={
        "kind": "streamed", "model": "anthropic/claude-opus-4-1-20250805", "messages": [{"role": "user", "content": "turn"}],
        "stream": True, "stream_options": {"include_usage": True}, "extra_body": {
            "user": "u", "session_id": "s", "posthogDistinctId": "p", "posthogProperties": {"a": 1}}}, other_body=True),
    "copilot-turn-tools": llm("turn tools", flags=["--tools", "tools.json"], tools=[WEATHER], sdk={
        "kind": "streamed", "model": "gpt-4o", "messages": [{"role": "user", "content": "turn tools"}], "stream": True,
        "stream_options": {"include_usage": True}, "tools": [WEATHER], "tool_choice": "auto"}, other_body=True,
        expect={"response": "", "tool_calls": TOOL_CALLS, **CHAT_TOKENS}),
    "copilot-title": llm("title", "gpt-4o-mini", ["--max-tokens", "20"], other_body=True, sdk={
        "kind": "chat", "model": "gpt-4o-mini", "messages": [{"role": "user", "content": "title"}], "max_tokens": 20}),
    "copilot-summary": llm("summary", "gpt-4o-mini", ["--max-tokens", "1500"], other_body=True, sdk={
        "kind": "chat", "model": "gpt-4o-mini", "messages": [{"role": "user", "content": "summary"}], "max_tokens": 1500,
        "temperature": 0.3, "timeout": 30}),
}
