"""The requests: the same bytes for every subject."""

import json
import random

CHAT_BYTES = 928
LARGE_BYTES = 256 * 1024
WHOLE_MODEL = "gpt-4o-mini"
STREAM_MODEL = "gpt-4o"
TRANSLATED_MODEL = "claude"

WORDS = (
    "the gate of a town opens at eight and every cart that comes to it pays its toll before the bar "
    "is lifted so the keeper writes name load and sum in his book counts the coins twice puts them in "
    "the chest and calls the next while merchants wait talk about weather roads prices and news"
).split()


def chat(model, size, stream=False, messages=2):
    """A chat completion request of exactly so many bytes."""
    words = random.Random(size)
    roles = ["system", *("user" if i % 2 == 0 else "assistant" for i in range(messages - 1))]
    body = {
        "model": model,
        "messages": [{"role": role, "content": ""} for role in roles],
        "temperature": 0.7,
        "max_tokens": 256,
        "user": "bench-user-0001",
    }
    if stream:
        body["stream"] = True
    room = size - len(_bytes(body))
    for i, message in enumerate(body["messages"]):
        share = room - (room // messages) * (messages - 1) if i == 0 else room // messages
        text = []
        length = 0
        while length < share:
            text.append(words.choice(WORDS))
            length += len(text[-1]) + 1
        message["content"] = " ".join(text)[:share].ljust(share, ".")
    encoded = _bytes(body)
    assert len(encoded) == size, f"{len(encoded)} bytes instead of {size}"
    return encoded


def _bytes(body):
    return json.dumps(body, separators=(",", ":")).encode()


def write_all(folder):
    """The bodies as files, for programs that read them."""
    files = {
        "whole": chat(WHOLE_MODEL, CHAT_BYTES),
        "stream": chat(STREAM_MODEL, CHAT_BYTES, stream=True),
        "large": chat(WHOLE_MODEL, LARGE_BYTES, messages=17),
        "translated": chat(TRANSLATED_MODEL, CHAT_BYTES),
        "translated_large": chat(TRANSLATED_MODEL, LARGE_BYTES, messages=17),
    }
    paths = {}
    for name, body in files.items():
        paths[name] = folder / f"{name}.json"
        paths[name].write_bytes(body)
    return paths
