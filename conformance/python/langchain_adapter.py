"""What LangChain's chat models share: messages, tools, chunks."""
from langchain_core.messages import AIMessage, HumanMessage, SystemMessage, ToolMessage

from heard import CITY, TIME, WEATHER, Reply, ignore

TOOLS = [{"title": "get_weather", "description": "The weather.", **WEATHER},
         {"title": "get_time", "description": "The time.", **TIME}]
CITY_TITLED = {"title": "City", "description": "A city.", **CITY}


def asker(model_of):
    """`ask` of an adapter; `model_of` takes the model's name, the key, and whether it shall think."""
    def ask(model, prompt, stream=False, key=None, heard=ignore, system=None, tools=False, schema=False, image=None,
            think=False, after=None, **more):
        chat = model_of(model, key, think)
        content = [{"type": "text", "text": prompt}]
        if image:
            content.append({"type": "image_url", "image_url": {"url": image}})
        turns = [SystemMessage(system)] if system else []
        turns.append(HumanMessage(content))
        if after:
            said, results = after[0].turn, after[1]
            turns += [said, *(ToolMessage(result, tool_call_id=call["id"], name=call["name"])
                              for call, result in zip(said.tool_calls, results))]
        if schema:
            chat = chat.with_structured_output(CITY_TITLED, method="json_schema", include_raw=True)
            return reply(chat.invoke(turns)["raw"])
        if tools:
            chat = chat.bind_tools(TOOLS)
        if not stream:
            return reply(chat.invoke(turns))
        whole = None
        for chunk in chat.stream(turns):
            whole = chunk if whole is None else whole + chunk
            if text_of(chunk):
                heard(text_of(chunk))
        return reply(whole)
    return ask


def text_of(message):
    return message.text if isinstance(message.text, str) else message.text()


def reply(message):
    assert isinstance(message, AIMessage), message
    blocks = message.content if isinstance(message.content, list) else []
    usage, ends = message.usage_metadata, message.response_metadata
    calls = [(call["name"], call["args"]) for call in message.tool_calls]
    end = ends.get("stop_reason") or ends.get("finish_reason")
    return Reply(text_of(message),
                 "".join(b.get("thinking", "") for b in blocks if isinstance(b, dict) and b.get("type") == "thinking"), calls,
                 {"end_turn": "stop", "tool_use": "tool", "STOP": "tool" if calls else "stop"}.get(end, end),
                 (usage["input_tokens"], usage["output_tokens"]),
                 (usage.get("input_token_details") or {}).get("cache_read", 0), message)


def leaver(model_of):
    def leave(model, prompt):
        chunks = model_of(model, None, False).stream(prompt)
        while not text_of(next(chunks)):
            pass
        chunks.close()
    return leave
