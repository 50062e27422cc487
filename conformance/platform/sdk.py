"""Makes calls with `openai` for Python, as the platform's own code does, and prints what ./tollgate-platform --json prints.

A call is a line of JSON on the standard input: `base_url`, `api_key`, and `call` with its `kind` and keyword arguments.
"""
import json
import sys

import openai
from openai import OpenAI

ERRORS = {
    openai.BadRequestError: "BadRequest", openai.AuthenticationError: "AuthenticationError",
    openai.PermissionDeniedError: "PermissionDenied", openai.NotFoundError: "NotFound",
    openai.UnprocessableEntityError: "UnprocessableEntity", openai.RateLimitError: "RateLimit",
    openai.InternalServerError: "InternalServer", openai.APITimeoutError: "ApiTimeout",
    openai.APIConnectionError: "ApiConnection",
}


def chat(client, arguments):
    reply = client.chat.completions.create(**arguments)
    message = reply.choices[0].message
    return {
        "response": message.content or "", "reasoning": getattr(message, "reasoning", None),
        "tool_calls": [{"id": c.id, "name": c.function.name, "arguments": c.function.arguments}
                       for c in message.tool_calls or []],
        "prompt_tokens": reply.usage.prompt_tokens if reply.usage else 0,
        "completion_tokens": reply.usage.completion_tokens if reply.usage else 0}


def embedding(client, arguments):
    vector = client.embeddings.create(**arguments).data[0].embedding
    return {"results": [{"dimensions": len(vector), "embedding": vector}]}


def codex(client, arguments):
    reply = client.responses.create(**arguments)
    if not isinstance(reply, openai.types.responses.Response):
        raise TypeError("no Responses object")
    summaries = [part.text for item in reply.output if item.type == "reasoning" for part in item.summary or []]
    return {"response": reply.output_text or "", "response_id": reply.id or "", "status": reply.status,
            "reasoning": str(reply.reasoning.summary) if reply.reasoning and reply.reasoning.summary else "",
            "summaries": summaries, "input_tokens": reply.usage.input_tokens if reply.usage else 0,
            "output_tokens": reply.usage.output_tokens if reply.usage else 0}


def streamed(client, arguments):
    """The copilot's turn; ends up in the shape of one that is not streamed."""
    text, calls, usage = "", {}, None
    for chunk in client.chat.completions.create(**arguments):
        usage = chunk.usage or usage
        for choice in chunk.choices:
            text += choice.delta.content or ""
            for part in choice.delta.tool_calls or []:
                call = calls.setdefault(part.index, {"id": "", "name": "", "arguments": ""})
                call["id"] += part.id or ""
                call["name"] += part.function.name or ""
                call["arguments"] += part.function.arguments or ""
    return {"response": text, "reasoning": None, "tool_calls": list(calls.values()),
            "prompt_tokens": usage.prompt_tokens if usage else 0,
            "completion_tokens": usage.completion_tokens if usage else 0}


KINDS = {"chat": chat, "embedding": embedding, "codex": codex, "streamed": streamed}


def result_of(wanted):
    arguments = wanted["call"]
    kind = arguments.pop("kind")
    try:
        with OpenAI(base_url=wanted["base_url"], api_key=wanted["api_key"]) as client:
            return KINDS[kind](client, arguments)
    except openai.APIError as error:
        name = next((name for cls, name in ERRORS.items() if isinstance(error, cls)), type(error).__name__)
        return {"ok": False, "error": {"kind": name, "message": str(error)}}


for line in sys.stdin:
    print(json.dumps(result_of(json.loads(line))), flush=True)
