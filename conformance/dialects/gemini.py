"""Google's Gemini API: models/NAME:generateContent, :streamGenerateContent, :countTokens."""
import json
import re

from .script import PROOF, PROMPT_TOKENS, Ask, answer, dumps, pieces

ERRORS = {400: "INVALID_ARGUMENT", 401: "UNAUTHENTICATED", 403: "PERMISSION_DENIED", 404: "NOT_FOUND",
          429: "RESOURCE_EXHAUSTED", 500: "INTERNAL", 503: "UNAVAILABLE"}

FREE = ("args", "response", "parameters", "parametersJsonSchema", "parameters_json_schema", "responseSchema",
        "responseJsonSchema", "response_schema", "response_json_schema", "labels")  # what is in them is the caller's


def key_of(headers):
    return headers.get("x-goog-api-key")


def error_body(status, message):
    return {"error": {"code": status, "message": message, "status": ERRORS.get(status, "INTERNAL")}}


def refusal(headers, body):
    """Why Gemini would not take the request; None if it would."""
    body = camel(body)
    if not body.get("contents"):
        return "* GenerateContentRequest.contents: contents is not specified"
    known = {"contents", "systemInstruction", "tools", "toolConfig", "generationConfig", "safetySettings", "cachedContent",
             "labels", "serviceTier", "model"}
    for name in body:
        if name not in known:
            return 'Invalid JSON payload received. Unknown name "%s": Cannot find field.' % name
    calls = 0
    for turn in body["contents"]:
        if turn.get("role", "user") not in ("user", "model", "function"):
            return "Please use a valid role: user, model."
        if not turn.get("parts"):
            return "* GenerateContentRequest.contents: contents.parts must not be empty."
        results = sum("functionResponse" in part for part in turn["parts"])
        if results != calls:
            return "Please ensure that the number of function response parts is equal to the number of function call parts."
        calls = sum("functionCall" in part for part in turn["parts"])
    return None


def camel(value):
    """The names of a request's own fields as Google documents them; it takes both spellings."""
    if isinstance(value, list):
        return [camel(one) for one in value]
    if not isinstance(value, dict):
        return value
    return {re.sub("_([a-z])", lambda m: m[1].upper(), name): one if name in FREE else camel(one) for name, one in value.items()}


def read(body, model):
    body = camel(body)
    config = body.get("generationConfig") or {}
    system = body.get("systemInstruction") or {}
    ask = Ask(model, "".join(p.get("text", "") for p in system.get("parts") or []),
              output_tokens_max=config.get("maxOutputTokens"), thinks=config.get("thinkingConfig"))
    for tool in body.get("tools") or []:
        ask.tools += [f["name"] for f in tool.get("functionDeclarations") or []]
    calling = (body.get("toolConfig") or {}).get("functionCallingConfig") or {}
    ask.forced = ask.tools[0] if calling.get("mode") == "ANY" and len(ask.tools) == 1 else ""
    ask.schema = bool(config.get("responseSchema") or config.get("responseJsonSchema"))
    for turn in body["contents"]:
        ask.results = []
        text = "".join(p.get("text", "") for p in turn["parts"] if not p.get("thought"))
        if turn.get("role", "user") == "user" and text:
            ask.users.append(text)
        for part in turn["parts"]:
            read_part(ask, part)
    return ask


def read_part(ask, part):
    if "inlineData" in part:
        ask.images.append("data:%(mimeType)s;base64,%(data)s" % part["inlineData"])
    if "fileData" in part:
        ask.images.append(part["fileData"]["fileUri"])
    if "functionCall" in part:
        call = part["functionCall"]
        ask.calls.append([call.get("id") or call["name"], call["name"], dumps(call.get("args") or {})])
    if "functionResponse" in part:
        result = part["functionResponse"]
        ask.results.append([result.get("id") or result["name"], result_text(result["response"])])
    if part.get("thought"):
        ask.thoughts.append(part.get("text", ""))
    if "thoughtSignature" in part:
        ask.proofs.append(part["thoughtSignature"])


def result_text(response):
    """A result is an object of any shape; a single text in it (beside the function's name) is the text."""
    values = [value for name, value in response.items() if name != "name"]
    return values[0] if len(values) == 1 and isinstance(values[0], str) else dumps(response)


def usage_of(said):
    u = said.usage
    usage = {"promptTokenCount": u["input"], "candidatesTokenCount": u["output"] - u["thought"],
             "totalTokenCount": u["input"] + u["output"],
             "promptTokensDetails": [{"modality": "TEXT", "tokenCount": u["input"]}]}
    if u["thought"]:
        usage["thoughtsTokenCount"] = u["thought"]
    if u["cached"]:
        usage["cachedContentTokenCount"] = u["cached"]
        usage["cacheTokensDetails"] = [{"modality": "TEXT", "tokenCount": u["cached"]}]
    return usage


def reply(said, model, parts, finish):
    candidate = {"content": {"role": "model", "parts": parts}, "index": 0}
    if finish:
        candidate["finishReason"] = finish
    return {"candidates": [candidate], "usageMetadata": usage_of(said), "modelVersion": model,
            "responseId": "resp-conformance"}


def call_parts(said):
    """Calls; the first of a thinking model's carries the proof of the thought, as the newest models want it back."""
    parts = [{"functionCall": {"name": c["name"], "args": json.loads(c["arguments"])}} for c in said.calls]
    if parts and said.thought:
        parts[0]["thoughtSignature"] = PROOF
    return parts


def whole(body, model):
    said = answer(read(body, model))
    parts = [{"text": said.thought, "thought": True}] if said.thought else []
    if said.text is not None:
        parts.append({"text": said.text, **({"thoughtSignature": PROOF} if said.thought else {})})
    return reply(said, model, parts + call_parts(said), "STOP")


def count(body, model):
    return {"totalTokens": PROMPT_TOKENS, "promptTokensDetails": [{"modality": "TEXT", "tokenCount": PROMPT_TOKENS}]}


def events(body, model):
    said = answer(read(body, model))
    chunks = [[{"text": piece, "thought": True}] for piece in pieces(said.thought or "")]
    chunks += [[{"text": piece}] for piece in pieces(said.text or "")]
    chunks += [[part] for part in call_parts(said)]
    if said.thought and said.text:
        chunks[-1][0]["thoughtSignature"] = PROOF
    for index, parts in enumerate(chunks):
        yield {"data": reply(said, model, parts, "STOP" if index == len(chunks) - 1 else None)}


def error_event(message):
    return {"data": error_body(500, message)}
