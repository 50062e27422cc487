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
import sys
from decimal import Decimal

CATALOGUE = pathlib.Path("../shared/catalog/models.jsonl")
TARGET = pathlib.Path("gateway/src/main/resources/dev/tollgate/ledger/prices.tsv")

# One letter for each part of a Pricing.
LETTERS = {
    ("input", "token"): "i",
    ("output", "token"): "o",
    ("cache_read", "token"): "r",
    ("cache_write", "token"): "w",
    ("input_audio", "token"): "a",
    ("output_reasoning", "token"): "g",
    ("output_audio", "token"): "b",
    ("input", "request"): "q",
    ("input_image", "token"): "m",
    ("output_image", "token"): "n",
    ("input", "image"): "p",
    ("output", "image"): "p",
    ("input", "character"): "c",
    ("output", "character"): "c",
    ("input", "second"): "s",
    ("output", "second"): "s",
    ("input", "query"): "u",
}
TIERED = {
    "input_cost_per_token": "i",
    "output_cost_per_token": "o",
    "cache_read_input_token_cost": "r",
}


def number(text):
    value = Decimal(str(text)).normalize()
    if value < 0 or not value.is_finite():
        raise ValueError(f"not a price: {text}")
    return "0" if value == 0 else str(value)


def prices(model):
    """Base prices as 'i=1.5E-7', those above a threshold as '200000i=3E-7'."""
    found = []
    for price in model["prices"]:
        letter = LETTERS.get((price["what"], price["per"]))
        # Batch, flex and priority are other services; a cache of an hour has a price of its own.
        if letter is None or "tier" in price or "ttl" in price:
            continue
        above = price.get("above_tokens", 0)
        if above and letter not in "iorw":
            continue
        found.append((above, letter, number(price["usd"])))
    for step in model.get("tiered", []):
        if "range" not in step:
            continue
        above = int(Decimal(str(step["range"][0])))
        for name, letter in TIERED.items():
            if name in step:
                found.append((above, letter, number(step[name])))
        reasoning = step.get("output_cost_per_reasoning_token")
        if reasoning is not None and above == 0:
            found.append((0, "g", number(reasoning)))
    base = {letter for above, letter, _ in found if above == 0}
    # A unit that has a price in and one out is charged once, by the latter: LiteLLM's rule.
    for letter in "pcs":
        ours = [one for one in found if one[1] == letter]
        found = [one for one in found if one[1] != letter] + ours[-1:]
    if not base & set("ioqpcsu"):
        return ""
    return ";".join(
        f"{above or ''}{letter}={usd}" for above, letter, usd in sorted(set(found))
    )


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
    lines = sorted((line(json.loads(text)).encode() for text in raw.splitlines()), key=lambda one: one.split(b"\t")[0])
    digest = hashlib.sha256(raw).hexdigest()
    header = (
        f"# Prices and facts of {len(lines)} models, as of {date}; from catalog/models.jsonl, SHA-256 {digest}.\n"
        "# Made by gateway/src/main/prices/generate.py; the last column is where a model's facts are from.\n"
        "# model\tprovider\tmode\tmax_input_tokens\tmax_output_tokens\tsupports\tprices in USD\tsource\n"
    )
    TARGET.write_bytes(header.encode() + b"\n".join(lines) + b"\n")
    print(f"{TARGET}: {len(lines)} models, {TARGET.stat().st_size} bytes")


if __name__ == "__main__":
    main()
