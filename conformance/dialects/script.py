"""What the fake provider answers, in no dialect's words: a dialect reads an `Ask`, and writes an `Answer`."""
import json
import re
from dataclasses import dataclass, field

PROMPT_TOKENS, COMPLETION_TOKENS = 11, 7
CACHED_TOKENS, CACHE_WRITE_TOKENS, THOUGHT_TOKENS = 4, 2, 3  # parts of those above, for the models `cached` and `thinks`
CREATED = 1700000000
SUFFIX = " \u00fc\U0001f30d"  # a two-byte and a four-byte character, to be split or damaged by anyone careless
SCHEMA_REPLY = {"city": "Z\u00fcrich", "population": 436000}
THOUGHT = "First I look, \u00fc then I answer."
PROOF = "cHJvb2Ygb2YgdGhvdWdodA=="  # the signature or the encrypted content of the thought
DONE = "I am done."
TOOL_CALLS = [
    {"id": "call_weather", "name": "get_weather", "arguments": '{"city": "Z\u00fcrich", "days": 2}'},
    {"id": "call_time", "name": "get_time", "arguments": '{"zone": "Europe/Zurich"}'},
]
EXTRA = {"x_provider": {"note": "kept", "list": [1, 2.5, None, "\u00fc"]}}
TASK = re.compile(r"Create the file (\S+) with the content (\S+), then say done")
AGENT_TOOLS = [  # how command line agents offer to write a file: the tool, the arguments
    ("Write", lambda path, text: {"file_path": path, "content": text}),
    ("exec_command", lambda path, text: {"cmd": "printf %s " + text + " > " + path}),
    ("shell_command", lambda path, text: {"command": "printf %s " + text + " > " + path}),
    ("Bash", lambda path, text: {"command": "printf %s " + text + " > " + path, "description": "Write the file"}),
    ("shell", lambda path, text: {"command": ["bash", "-c", "printf %s " + text + " > " + path]}),
]


def dumps(value):
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def pieces(text, size=5):
    return [text[i:i + size] for i in range(0, len(text), size)]


def text_of(content):
    """The text of a string, or of a list of parts in any dialect."""
    if isinstance(content, str):
        return content
    return "".join(part.get("text") or "" for part in content or [] if isinstance(part, dict))


def script_of(model):
    """The script that a model's name asks for: all of it, or what is behind the last dot."""
    return model.rsplit(".", 1)[-1]


@dataclass
class Ask:
    """What a request says. Kept beside its bytes, so that a client can ask what arrived whatever the dialect is."""

    model: str
    system: str = ""
    users: list = field(default_factory=list)  # each user turn's text
    images: list = field(default_factory=list)  # data URLs or addresses
    tools: list = field(default_factory=list)  # names
    forced: str = ""  # the tool that has to be called
    calls: list = field(default_factory=list)  # [id, name, arguments] of earlier turns
    results: list = field(default_factory=list)  # [id or name, text] of the last turn
    schema: bool = False
    thinks: object = None  # how thinking is asked for, in the dialect's words
    proofs: list = field(default_factory=list)  # of thoughts in earlier turns
    thoughts: list = field(default_factory=list)
    output_tokens_max: object = None


@dataclass
class Answer:
    text: object = None
    calls: list = field(default_factory=list)
    thought: object = None
    usage: dict = field(default_factory=dict)


def answer(ask):
    script = script_of(ask.model)
    thought = THOUGHT if script in ("thinks", "agent") else None
    usage = {"input": PROMPT_TOKENS, "output": COMPLETION_TOKENS, "thought": THOUGHT_TOKENS if thought else 0,
             "cached": CACHED_TOKENS if script == "cached" else 0, "written": CACHE_WRITE_TOKENS if script == "cached" else 0}
    if script == "agent":
        text, calls = agent(ask)
    elif ask.results:
        text, calls = "The tool said: " + ask.results[-1][1] + SUFFIX, []
    elif ask.forced and ask.forced not in [c["name"] for c in TOOL_CALLS]:  # a schema in a tool's clothes
        text, calls = None, [{"id": "call_schema", "name": ask.forced, "arguments": dumps(SCHEMA_REPLY)}]
    elif ask.tools:
        text, calls = None, TOOL_CALLS
    elif ask.schema:
        text, calls = dumps(SCHEMA_REPLY), []
    else:
        text, calls = "Echo: " + (ask.users[-1] if ask.users else "") + SUFFIX, []
    return Answer(text, calls, thought, usage)


def agent(ask):
    """A coding agent's model: writes the file with a tool that is offered, then says that it is done."""
    if ask.results:
        return DONE, []
    task = TASK.search("\n".join(ask.users))
    if task:
        for name, arguments in AGENT_TOOLS:
            if name in ask.tools:
                return None, [{"id": "call_write", "name": name, "arguments": dumps(arguments(*task.groups()))}]
    return "Nothing to do.", []
