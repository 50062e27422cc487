"""`google-genai` for Python."""
import base64

from google import genai
from google.genai import errors, types

from harness import GATEWAY, KEY
from heard import CITY, TIME, WEATHER, Reply, ignore

OWN = "gemini"
LACKS = {}
ERRORS = {400: errors.ClientError, 401: errors.ClientError, 403: errors.ClientError, 422: errors.ClientError,
          429: errors.ClientError, 500: errors.ServerError}
TOOLS = [types.Tool(function_declarations=[
    types.FunctionDeclaration(name="get_weather", description="The weather.", parameters_json_schema=WEATHER),
    types.FunctionDeclaration(name="get_time", parameters_json_schema=TIME)])]


def client(key, version="v1beta"):
    return genai.Client(api_key=key or KEY, http_options=types.HttpOptions(base_url=GATEWAY, api_version=version))


ordinary = client(KEY)


def status(error):
    assert error.status and error.message, error.details
    return error.code


def request(model, prompt, system=None, tools=False, schema=False, image=None, think=False, after=None):
    parts = [types.Part.from_text(text=prompt)]
    if image:
        kind, data = image.removeprefix("data:").split(";base64,")
        parts.append(types.Part.from_bytes(data=base64.b64decode(data), mime_type=kind))
    contents = [types.Content(role="user", parts=parts)]
    config = types.GenerateContentConfig(
        system_instruction=system, tools=TOOLS if tools else None,
        automatic_function_calling=types.AutomaticFunctionCallingConfig(disable=True))
    if schema:
        config.response_mime_type, config.response_json_schema = "application/json", CITY
    if think:
        config.thinking_config = types.ThinkingConfig(include_thoughts=True, thinking_budget=1024)
    if after:
        said, results = after[0].turn, after[1]
        calls = [part.function_call for part in said.parts if part.function_call]
        contents += [said, types.Content(role="user", parts=[
            types.Part(function_response=types.FunctionResponse(id=call.id, name=call.name, response={"output": result}))
            for call, result in zip(calls, results)])]
    return {"model": model, "contents": contents, "config": config}


def ask(model, prompt, stream=False, key=KEY, heard=ignore, **more):
    using = ordinary if key == KEY else client(key)
    if not stream:
        return reply([using.models.generate_content(**request(model, prompt, **more))])
    chunks = []
    for chunk in using.models.generate_content_stream(**request(model, prompt, **more)):
        chunks.append(chunk)
        heard(text_of(chunk))
    return reply(chunks)


def parts_of(chunk):
    content = chunk.candidates[0].content if chunk.candidates else None
    return content.parts or [] if content else []


def text_of(chunk):
    return "".join(part.text or "" for part in parts_of(chunk) if not part.thought)


def reply(chunks):
    parts = [part for chunk in chunks for part in parts_of(chunk)]
    usage = [chunk.usage_metadata for chunk in chunks if chunk.usage_metadata][-1]
    calls = [(p.function_call.name, p.function_call.args) for p in parts if p.function_call]
    ends = [chunk.candidates[0].finish_reason for chunk in chunks if chunk.candidates and chunk.candidates[0].finish_reason]
    assert ends == [types.FinishReason.STOP], ends
    output = (usage.candidates_token_count or 0) + (usage.thoughts_token_count or 0)
    assert usage.total_token_count == usage.prompt_token_count + output, usage
    return Reply("".join(p.text or "" for p in parts if not p.thought), "".join(p.text or "" for p in parts if p.thought),
                 calls, "tool" if calls else "stop", (usage.prompt_token_count, output),
                 usage.cached_content_token_count or 0, types.Content(role="model", parts=parts))


def leave(model, prompt):
    using = client(KEY)
    events = using.models.generate_content_stream(**request(model, prompt))
    next(iter(events))
    events.close()
    using.close()


def as_it_is(model, prompt):
    """A call of a client that was told the address and the key only."""
    using = client(KEY, None)  # held: it closes its connections when it goes
    return reply([using.models.generate_content(**request(model, prompt))])


def count(model, prompt):
    return ordinary.models.count_tokens(model=model, contents=prompt).total_tokens
