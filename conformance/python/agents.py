"""Gives a command line agent a task of two turns on each provider: write a file with a tool, then say that it is done.

The agent is the real one, in a home and a folder of its own, with nothing to reach but the gateway.
"""
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from dialects.script import DONE, PROOF

from harness import CLIENT, GATEWAY, KEY, case, main, recorded, same, tag, within

AGENT = sys.argv[1]
AGENT_SECONDS_MAX = 60
PROVIDERS = ("chat", "responses", "messages", "gemini")
CODEX_CONFIG = """
model = "%s"
model_provider = "gateway"
check_for_update_on_startup = false
[analytics]
enabled = false
[model_providers.gateway]
name = "gateway"
base_url = "%s/v1"
env_key = "GATEWAY_KEY"
wire_api = "responses"
request_max_retries = 0
stream_max_retries = 0
"""
CLAUDE_QUIET = {name: "1" for name in (
    "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC", "DISABLE_AUTOUPDATER", "DISABLE_TELEMETRY", "DISABLE_ERROR_REPORTING")}


def codex(home, model, prompt):
    folder = home / "settings"
    folder.mkdir()
    (folder / "config.toml").write_text(CODEX_CONFIG % (model, GATEWAY))
    return (["exec", "--skip-git-repo-check", "--dangerously-bypass-approvals-and-sandbox", prompt],
            {"CODEX_HOME": str(folder), "GATEWAY_KEY": KEY})


def claude(home, model, prompt):
    return (["-p", prompt, "--permission-mode", "acceptEdits"],
            {"ANTHROPIC_BASE_URL": GATEWAY, "ANTHROPIC_AUTH_TOKEN": KEY, "ANTHROPIC_MODEL": model,
             "ANTHROPIC_DEFAULT_HAIKU_MODEL": model, "CLAUDE_CODE_MAX_RETRIES": "0", **CLAUDE_QUIET})


def run(provider):
    with tempfile.TemporaryDirectory(prefix="agent-") as scratch:
        home, work = Path(scratch, "home"), Path(scratch, "work")
        home.mkdir()
        work.mkdir()
        content = tag("task-" + provider)
        prompt = "Create the file %s/hello.txt with the content %s, then say done." % (work, content)
        arguments, settings = (codex if CLIENT == "codex" else claude)(home, "agent-on-" + provider, prompt)
        # A proxy that is not there: whatever is not on loopback cannot be reached.
        env = {"PATH": os.environ["PATH"], "HOME": str(home), "HTTPS_PROXY": "http://127.0.0.1:9",
               "HTTP_PROXY": "http://127.0.0.1:9", "NO_PROXY": "127.0.0.1,localhost", **settings}
        done = subprocess.run([AGENT, *arguments], cwd=work, env=env, stdin=subprocess.DEVNULL, capture_output=True,
                              text=True, timeout=AGENT_SECONDS_MAX)
        output = done.stdout + done.stderr
        same((done.returncode, output[-600:] if done.returncode else ""), (0, ""))
        same((work / "hello.txt").read_text(), content)
        within(DONE, done.stdout)
        check_second_turn(recorded("task-" + provider)["ask"], provider)


def check_second_turn(seen, provider):
    """The provider's newest request carries the tool's call and its result, and the proof of the thought."""
    same(len(seen["results"]), 1)
    same(seen["results"][0][1] != "", True)
    same(len(seen["calls"]), 1)
    same(len(seen["tools"]) > 3, True)
    if provider != "chat":  # which has no proofs
        same(seen["proofs"], [PROOF])


for one in PROVIDERS:
    case("task-on-" + one)(lambda one=one: run(one))
main()
