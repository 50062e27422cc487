"""LangChain's `ChatAnthropic`."""
import anthropic
from langchain_anthropic import ChatAnthropic

from harness import GATEWAY, KEY
from langchain_adapter import asker, leaver

LACKS = {}
ERRORS = {400: anthropic.BadRequestError, 401: anthropic.AuthenticationError, 403: anthropic.PermissionDeniedError,
          422: anthropic.UnprocessableEntityError, 429: anthropic.RateLimitError, 500: anthropic.InternalServerError}


def status(error):
    return error.status_code


def model_of(name, key, think):
    return ChatAnthropic(model=name, api_key=key or KEY, base_url=GATEWAY, max_tokens=4096, max_retries=0,
                         thinking={"type": "enabled", "budget_tokens": 1024} if think else None)


ask, leave = asker(model_of), leaver(model_of)
