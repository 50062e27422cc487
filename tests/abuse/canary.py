#!/usr/bin/env python3
"""An ordinary client in a process of its own, with a provider of its own: is it served while others misbehave?

Prints its provider's port; reads `GATEWAY_PORT KEY` from its input; calls ten times a second, alternately on a connection
that it keeps and on a new one, whole and streamed, until its input ends; then prints what it saw as JSON.
"""
import asyncio
import json
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
import kit

PAUSE_SECONDS = 0.1
ANSWER_SECONDS_MAX = 20
CHAT = {"model": "canary", "messages": [{"role": "user", "content": "still there?"}]}


async def call(port, key, number, kept):
    """One call; what was wrong with it, or None."""
    streamed = number % 2 == 0
    connection = kept if number % 4 < 2 else kit.Connection(port)
    try:
        async with asyncio.timeout(ANSWER_SECONDS_MAX):
            reply = await connection.request("POST", "/v1/chat/completions", json.dumps({**CHAT, "stream": streamed}).encode(), {
                "authorization": "Bearer " + key, "content-type": "application/json"})
    except TimeoutError:
        return "no answer in %d s" % ANSWER_SECONDS_MAX
    except (OSError, kit.Broken) as e:
        return repr(e)
    finally:
        if connection is not kept:
            connection.close()
    good = reply.status == 200 and reply.complete and (not streamed or reply.body.endswith(b"data: [DONE]\n\n"))
    return None if good else "%d %r" % (reply.status, reply.body[-200:])


async def main():
    provider = await kit.Provider().start()
    print(provider.port, flush=True)
    port, key = sys.stdin.readline().split()
    ended = asyncio.create_task(asyncio.to_thread(sys.stdin.read))
    seconds, failures, number = [], [], 0
    kept = kit.Connection(int(port))
    while not ended.done():
        began = time.monotonic()
        wrong = await call(int(port), key, number, kept)
        seconds.append(time.monotonic() - began)
        if wrong:
            failures.append("call %d after %.2f s: %s" % (number, seconds[-1], wrong))
        number += 1
        await asyncio.sleep(PAUSE_SECONDS)
    slowest = seconds.index(max(seconds))
    seconds.sort()
    print(json.dumps({"calls": number, "failures": failures[:5], "failed": len(failures), "slowest": slowest,
                      "p50": seconds[len(seconds) // 2], "p99": seconds[len(seconds) * 99 // 100], "max": seconds[-1]}), flush=True)


if __name__ == "__main__":
    asyncio.run(main())
