#!/usr/bin/env python3
"""Makes the gateway's price file from the catalogue of models.

Run from the repository's root: python3 gateway/src/main/prices/generate.py [YYYY-MM-DD]

Reads ../shared/catalog/models.jsonl (one JSON object a model: model, provider, mode, context_tokens,
max_output_tokens, prices, tiered, supports, source) and writes
gateway/src/main/resources/dev/tollgate/ledger/prices.tsv: one line a model, sorted by the bytes of its name, so that
the gateway finds a model by bisection and parses only that line. The date is when the facts were looked at.
"""

import datetime
import hashlib
import json
import pathlib
import re
import sys
from decimal import Decimal

CATALOGUE = pathlib.Path("../shared/catalog/models.jsonl")
TARGET = pathlib.Path("gateway/src/main/resources/dev/tollgate/ledger/prices.tsv")

# One letter for each item of a Pricing (model.Item), one for each tier (ledger.PriceLine).
LETTERS = {
    ("input", "token"): "i",
    ("output", "token"): "o",
    ("cache_read", "token"): "r",
    ("cache_write", "token"): "w",
    ("input_audio", "token"): "a",
    ("input_image", "token"): "m",
    ("cache_read_audio", "token"): "k",
    ("cache_read_image", "token"): "j",
    ("output_reasoning", "token"): "g",
    ("output_audio", "token"): "b",
    ("output_image", "token"): "n",
    ("input", "request"): "q",
    ("input", "image"): "p",
    ("output", "image"): "p",
    ("input", "pixel"): "x",
    ("output", "pixel"): "x",
    ("input", "character"): "c",
    ("output", "character"): "c",
    ("input", "second"): "s",
    ("output", "second"): "s",
    ("input", "query"): "u",
    ("call", "ocr.page"): "y",
}
TIERS = {"batch": "B", "flex": "F", "priority": "P", "ultrafast": "U", "balanced": "L"}
TOKENS = {
    "input_cost_per_token": "i",
    "output_cost_per_token": "o",
    "cache_read_input_token_cost": "r",
    "cache_creation_input_token_cost": "w",
    "output_cost_per_reasoning_token": "g",
}
# What providers charge for tools that they run themselves, whatever the model; a call of file_search, and a container of a
# gigabyte for code (OpenAI's have 1, 4, 16 or 64, in proportion). As of the day that stands behind each.
TOOLS = [
    ("azure", "z=0.033", "https://azure.microsoft.com/en-us/pricing/details/cognitive-services/openai-service/, as of 2026-11-22"),
    ("openai", "l=0.0025;z=0.03", "https://developers.openai.com/api/docs/pricing, as quoted on 2026-07-16"),
]
SEARCHES = {"low": "e", "medium": "d", "high": "f"}
# What a step of tiered_pricing has no price for costs what this does.
INHERITED = {"r": "i", "w": "i", "h": "i", "g": "o"}
OTHER = re.compile(r"(.+?)(?:_above_([0-9]+)k_tokens)?_(ultrafast|balanced)")


def number(text):
    value = Decimal(str(text)).normalize()
    if value < 0 or not value.is_finite():
        raise ValueError(f"not a price: {text}")
    return "0" if value == 0 else str(value)


def prices(model):
    """Prices as 'i=1.5E-7', above a number of tokens '200000i=3E-7', of a tier '200000iP=5E-7'."""
    found = {}

    def put(above, letter, tier, usd):
        # Some units have a price in and one out, of which one is zero: the other one counts.
        if Decimal(str(usd)) or (above, letter, tier) not in found:
            found[above, letter, tier] = number(usd)

    for price in model["prices"]:
        letter = LETTERS.get((price["what"], price["per"]))
        if letter and price.get("ttl") == "1h":
            letter = "h"
        if letter:
            put(price.get("above_tokens", 0), letter, TIERS.get(price.get("tier"), ""), price["usd"])
    for name, value in model.get("other_prices", {}).items():
        if name == "search_context_cost_per_query":
            for size, letter in SEARCHES.items():
                if f"search_context_size_{size}" in value:
                    put(0, letter, "", value[f"search_context_size_{size}"])
            continue
        other = OTHER.fullmatch(name)
        if other and other[1] in TOKENS:
            put(int(other[2] or 0) * 1000, TOKENS[other[1]], TIERS[other[3]], value)
    for step in model.get("tiered", []):
        if "range" not in step:
            continue
        above = int(Decimal(str(step["range"][0])))
        for name, letter in TOKENS.items():
            if name in step:
                put(above, letter, "", step[name])
        for letter, kind in INHERITED.items():
            if above and (above, kind, "") in found and (above, letter, "") not in found:
                put(above, letter, "", found[above, kind, ""])
    if not any((0, letter, "") in found for letter in "ioqpxcsuy"):
        return ""
    return ";".join(f"{above or ''}{letter}{tier}={usd}" for (above, letter, tier), usd in sorted(found.items()))


def line(model):
    fields = [
        model["model"],
        model["provider"] or "",
        model["mode"] or "",
        str(model.get("context_tokens") or ""),
        str(model.get("max_output_tokens") or ""),
        ",".join(sorted(model.get("supports", []))),
        prices(model),
        model.get("source") or "",
    ]
    if any("\t" in field or "\n" in field for field in fields):
        raise ValueError(f"a tab or newline in {model['model']}")
    return "\t".join(fields)


def main():
    if not CATALOGUE.is_file():
        sys.exit(f"{CATALOGUE} is not there: run this from the repository's root, beside the folder 'shared'")
    raw = CATALOGUE.read_bytes()
    date = sys.argv[1] if len(sys.argv) > 1 else datetime.datetime.now(datetime.timezone.utc).date().isoformat()
    models = [line(json.loads(text)) for text in raw.splitlines()]
    tools = ["\t".join([f"tools/{provider}", "tools", "tools", "", "", "", prices, source]) for provider, prices, source in TOOLS]
    lines = sorted((text.encode() for text in models + tools), key=lambda one: one.split(b"\t")[0])
    digest = hashlib.sha256(raw).hexdigest()
    header = (
        f"# Prices and facts of {len(models)} models, as of {date}; from catalog/models.jsonl, SHA-256 {digest}.\n"
        "# Made by gateway/src/main/prices/generate.py; the last column is where a model's facts are from.\n"
        "# model\tprovider\tmode\tmax_input_tokens\tmax_output_tokens\tsupports\tprices in USD\tsource\n"
    )
    TARGET.write_bytes(header.encode() + b"\n".join(lines) + b"\n")
    print(f"{TARGET}: {len(models)} models, {TARGET.stat().st_size} bytes")


if __name__ == "__main__":
    main()
