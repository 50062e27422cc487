"""LangChain's `ChatGoogleGenerativeAI`."""
from google.genai.errors import APIError
from langchain_google_genai import ChatGoogleGenerativeAI

from harness import GATEWAY, KEY
from langchain_adapter import asker, leaver

LACKS = {}
ERRORS = dict.fromkeys((400, 401, 403, 422, 429, 500), Exception)  # LangChain wraps some of the SDK's, by chance of its version


def status(error):
    while error is not None and not isinstance(error, APIError):
        error = error.__cause__
    return error.code


def model_of(name, key, think):
    return ChatGoogleGenerativeAI(model=name, api_key=key or KEY, base_url=GATEWAY, max_retries=1, thinking_budget=1024 if think else None,
                                  include_thoughts=True if think else None)


ask, leave = asker(model_of), leaver(model_of)
