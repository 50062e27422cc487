"""Medians, the table, the floors."""

import statistics

from harness.rounds import STREAM_INTERVALS_MS, STREAM_LEVELS

FOREIGN_SHARE_MAX = 0.05
LEVEL = STREAM_LEVELS[0]


def series(results, subject, measure, figure):
    """One figure in every round; rounds in which it was not measured are left out."""
    rounds = results["subjects"].get(subject, {}).get("rounds", [])
    return [r[measure][figure] for r in rounds if r.get(measure, {}).get(figure) is not None]


def added(results, subject, measure, figure):
    """What a subject adds to the direct way, round by round."""
    mine, direct = series(results, subject, measure, figure), series(results, "direct", measure, figure)
    return [a - b for a, b in zip(mine, direct)] if len(mine) == len(direct) else []


def ratio(results, subject, other, measure, figure):
    mine, theirs = series(results, subject, measure, figure), series(results, other, measure, figure)
    return [a / b for a, b in zip(mine, theirs) if b] if len(mine) == len(theirs) else []


def compared(results, measure, other):
    """CPU per request of one measure of Tollgate's by that of another, round by round."""
    mine, theirs = series(results, "tollgate", measure, "cpu_us"), series(results, "tollgate", other, "cpu_us")
    return [a / b for a, b in zip(mine, theirs) if b]


def rows(results):
    """The table's rows: (title, function from a subject's name to its values, digits)."""
    def of(measure, figure, factor=1):
        return lambda subject: [factor * value for value in series(results, subject, measure, figure)]

    def over(measure, figure):
        return lambda subject: [] if subject == "direct" else added(results, subject, measure, figure)

    def fact(*path):
        def values(subject):
            found = results["subjects"].get(subject, {})
            for name in path:
                found = (found or {}).get(name)
            return found if isinstance(found, list) else [] if found is None else [found]
        return values

    def load_core(measure):
        return lambda subject: [100 * meter["load_core_busy_share"]
                                for meter in series(results, subject, measure, "meter")]

    table = [
        ("requests/s, closed loop", of("whole", "rps"), 0),
        ("CPU µs per request", of("whole", "cpu_us"), 1),
        ("  load core busy meanwhile, %", load_core("whole"), 0),
        ("paced calls: rate per second", of("paced", "rate"), 0),
        ("  p50 ms", of("paced", "p50_ms"), 3),
        ("  p99 ms", of("paced", "p99_ms"), 3),
        ("  added p50 ms", over("paced", "p50_ms"), 3),
        ("  added p99 ms", over("paced", "p99_ms"), 3),
        ("  CPU µs per request", of("paced", "cpu_us"), 1),
    ]
    for level in STREAM_LEVELS:
        measure = f"streams_{level}"
        table += [
            (f"{level:,} streams at {STREAM_INTERVALS_MS[level]} ms: events/s", of(measure, "events_per_second"), 0),
            ("  load core busy meanwhile, %", load_core(measure), 0),
            ("  added time to first event, p50 ms", over(measure, "first_p50_ms"), 3),
            ("  CPU µs per event", of(measure, "cpu_us_per_event"), 1),
            ("  event delay p99 ms", of(measure, "delay_p99_ms"), 2),
            ("  added event delay, p50 ms", over(measure, "delay_p50_ms"), 3),
            ("  added event delay, p99 ms", over(measure, "delay_p99_ms"), 2),
        ]
    return table + [
        ("256 KB prompt: requests/s", of("large", "rps"), 0),
        ("  CPU µs per request", of("large", "cpu_us"), 0),
        ("translated to Messages and back: CPU µs per request", of("translated", "cpu_us"), 1),
        ("  256 KB prompt: CPU µs per request", of("translated_large", "cpu_us"), 0),
        ("resident MB, idle", fact("idle_mb"), 0),
        ("resident MB, after the load", fact("after_mb"), 0),
        ("start to first 200, ms", lambda s: [1000 * v for v in fact("starts", "default")(s)], 0),
        ("  without the AOT cache, ms", lambda s: [1000 * v for v in fact("starts", "without AOT")(s)], 0),
        ("errors", lambda s: [errors(results, s)] if s in results["subjects"] else [], 0),
    ]


def errors(results, subject):
    rounds = results["subjects"].get(subject, {}).get("rounds", [])
    return sum(measure.get("errors", 0) for r in rounds for measure in r.values())


def markdown(results):
    """The table: medians, with the least and the most of the rounds where they differ."""
    names = list(results["subjects"])
    labels = [results["subjects"][name]["label"] for name in names]
    lines = [["", *labels]]
    for title, values, digits in rows(results):
        lines.append([title, *(_cell(values(name), digits) for name in names)])
    widths = [max(len(line[i]) for line in lines) for i in range(len(lines[0]))]
    text = []
    for number, line in enumerate(lines):
        cells = [line[0].ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(line[1:], widths[1:]))]
        text.append("| " + " | ".join(cells) + " |")
        if number == 0:
            text.append("|" + "|".join(["-" * (widths[0] + 2), *("-" * (w + 1) + ":" for w in widths[1:])]) + "|")
    return "\n".join(text)


def _cell(values, digits):
    if not values:
        return "-"
    middle = f"{statistics.median(values):,.{digits}f}"
    least, most = f"{min(values):,.{digits}f}", f"{max(values):,.{digits}f}"
    return middle if least == most else f"{middle} ({least} to {most})"


def floors(results):
    """(name, what was found, True | False | None when it was not measured)."""
    def least(name, values, bound, unit=""):
        return _floor(name, values, lambda v: v >= bound, f"≥ {bound}{unit}")

    def most(name, values, bound, unit=""):
        return _floor(name, values, lambda v: v <= bound, f"≤ {bound}{unit}")

    tollgate = results["subjects"].get("tollgate", {})
    found = [
        most("CPU per request, × nginx", ratio(results, "tollgate", "nginx", "whole", "cpu_us"), 2.5),
        least("requests per second, × LiteLLM", ratio(results, "tollgate", "litellm", "whole", "rps"), 100),
        most("added p50", added(results, "tollgate", "paced", "p50_ms"), 0.3, " ms"),
        most(f"p99 of added event delay, {LEVEL} streams",
             added(results, "tollgate", f"streams_{LEVEL}", "delay_p99_ms"), 10, " ms"),
        most("CPU per 256 KB prompt, × nginx", ratio(results, "tollgate", "nginx", "large", "cpu_us"), 2.5),
        most("CPU per translated request, × the same dialect", compared(results, "translated", "whole"), 1.5),
        most("CPU per translated 256 KB prompt, × the same dialect",
             compared(results, "translated_large", "large"), 1.5),
        most("resident when idle", _some(tollgate.get("idle_mb")), 150, " MB"),
        most("start to first 200 with the AOT cache", tollgate.get("starts", {}).get("default", []), 1.0, " s"),
    ]
    for name, subject in results["subjects"].items():
        if subject["must_not_fail"]:
            found.append(most(f"errors, {subject['label']}", [errors(results, name)], 0))
        for fact, (text, holds) in subject.get("checks", {}).items():
            found.append((f"{fact}, {subject['label']}", text, holds))
    return found


def _some(value):
    return [] if value is None else [value]


def _floor(name, values, holds, wanted):
    if not values:
        return name, f"not measured; wanted {wanted}", None
    middle = statistics.median(values)
    return name, f"{middle:,.3g} (wanted {wanted})", holds(middle)


def disturbances(results):
    """Rounds in which something else ran on the subject's core, or the host took a core away."""
    noted = []
    for name, subject in results["subjects"].items():
        for number, measures in enumerate(subject["rounds"], 1):
            for measure, found in measures.items():
                foreign = found["meter"]["foreign_share"] if name != "direct" else 0
                stolen = found["meter"]["stolen_share"]
                if foreign > FOREIGN_SHARE_MAX or stolen > FOREIGN_SHARE_MAX:
                    noted.append(f"round {number}, {name}, {measure}: "
                                 f"others used {foreign:.0%} of the subject's core, the host took {stolen:.0%}")
    return noted
