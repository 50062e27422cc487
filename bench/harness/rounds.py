"""What is done to each subject: starts, warm-up, and the measures of a round."""

import time
from dataclasses import dataclass

from harness.machine import Meter, resident_megabytes, wait_until_quiet

# Streams that are open at once, and milliseconds from one event to the next. 2,000 streams at 40 ms
# would be 50,000 events a second: more than upstream and load can do on one core, whoever is between.
STREAM_INTERVALS_MS = {500: 40, 2000: 100}
STREAM_LEVELS = tuple(STREAM_INTERVALS_MS)
PACED_CONNECTIONS = 16
QUIET_SECONDS_MAX = 30


@dataclass(frozen=True)
class Lengths:
    """Seconds of each part, and events of a stream.

    Streams are opened over the length of one, so that as many begin at any time, unless `ramp_ms` says less.
    """

    rounds: int
    warm_up: int
    whole: int
    paced: int
    streams: int
    large: int
    starts: int
    idle: int
    events: int
    ramp_ms: int | None = None
    quick: bool = False


FULL = Lengths(
    rounds=5, warm_up=15, whole=8, paced=8, streams=6, large=5, starts=5, idle=5, events=50)
QUICK = Lengths(
    rounds=1, warm_up=2, whole=1, paced=1, streams=2, large=1, starts=1, idle=1, events=20, ramp_ms=500,
    quick=True)


def starts(bench, subject, lengths):
    """Seconds to the first 200 for each variant, interleaved; the default one stays up."""
    found = {variant: [] for variant in subject.variants}
    for _ in range(min(lengths.starts, subject.starts)):
        for variant in reversed(subject.variants):
            subject.stop()
            found[variant].append(round(subject.start(variant), 4))
    return found


def idle_memory(subject, lengths):
    """Megabytes after the first answer, once the start's own work is over."""
    if subject.pid is None:
        return None
    wait_until_quiet(subject.pid, QUIET_SECONDS_MAX)
    time.sleep(lengths.idle)
    return round(resident_megabytes(subject.pid), 1)


def warm_up(bench, subject, lengths):
    seconds = max(1, round(lengths.warm_up * subject.warm_factor))
    whole(bench, subject, seconds)
    large(bench, subject, max(1, seconds // 3))
    if subject.translates:
        translated(bench, subject, seconds)
        translated_large(bench, subject, max(1, seconds // 3))
    paced(bench, subject, max(1, seconds // 3))
    streams(bench, subject, STREAM_LEVELS[0], seconds, lengths)


def measure(bench, subject, lengths):
    """One round of one subject."""
    result = {"paced": paced(bench, subject, lengths.paced)}
    if subject.pid is not None:
        result["whole"] = whole(bench, subject, lengths.whole)
        result["large"] = large(bench, subject, lengths.large)
    if subject.translates:
        result["translated"] = translated(bench, subject, lengths.whole)
        result["translated_large"] = translated_large(bench, subject, lengths.large)
    for level in STREAM_LEVELS[:1] if lengths.quick and subject.slow else STREAM_LEVELS:
        result[f"streams_{level}"] = streams(bench, subject, level, lengths.streams, lengths)
    return result


def whole(bench, subject, seconds):
    return _closed_loop(bench, subject, "whole", subject.connections, seconds)


def large(bench, subject, seconds):
    return _closed_loop(bench, subject, "large", max(2, subject.connections // 8), seconds)


def translated(bench, subject, seconds):
    """The same chat completion, answered by a provider of another dialect."""
    return _closed_loop(bench, subject, "translated", subject.connections, seconds)


def translated_large(bench, subject, seconds):
    return _closed_loop(bench, subject, "translated_large", max(2, subject.connections // 8), seconds)


def _closed_loop(bench, subject, body, connections, seconds):
    from harness.loads import wrk

    meter = _meter(bench, subject)
    found = wrk(bench, subject.whole_port, bench.bodies[body], subject.key, connections, seconds)
    window = meter.reading()
    quiet = subject.pid is None or wait_until_quiet(subject.pid, QUIET_SECONDS_MAX)
    after = meter.reading()
    requests = found["requests"]
    subject.answered += requests
    subject.cut_max += connections
    return found | {
        "rps": requests / (found["duration_us"] / 1e6),
        "cpu_us": (window["cpu_s"] + after["cpu_s"]) * 1e6 / max(1, requests),
        "cpu_us_in_window": window["cpu_s"] * 1e6 / max(1, requests),
        "put_off_s": after["wall_s"],
        "came_to_rest": quiet,
        "errors": found["refused"] + found["broken"],
        "meter": window,
    }


def paced(bench, subject, seconds):
    found = bench.load.paced(
        subject.whole_port, bench.bodies["whole"], subject.key, subject.paced_rate, PACED_CONNECTIONS, seconds,
        _meter(bench, subject))
    _settle(subject)
    latency = found["latency"]
    subject.answered += latency["count"]
    subject.cut_max += found["errors"]
    return {
        "p50_ms": _milliseconds(latency["p50"]),
        "p99_ms": _milliseconds(latency["p99"]),
        "max_ms": _milliseconds(latency["max"]),
        "count": latency["count"],
        "rate": subject.paced_rate,
        "cpu_us": found["meter"]["cpu_s"] * 1e6 / max(1, latency["count"]),
        "errors": found["errors"],
        "meter": found["meter"],
    }


def streams(bench, subject, level, seconds, lengths):
    interval_ms = STREAM_INTERVALS_MS[level]
    bench.upstream.pace(lengths.events, interval_ms)
    ramp_ms = lengths.ramp_ms or lengths.events * interval_ms
    found = bench.load.streams(
        subject.stream_port, bench.bodies["stream"], subject.key, level, ramp_ms, seconds,
        _meter(bench, subject))
    _settle(subject)
    subject.answered += found["answered"]
    subject.cut_max += found["begun"] - found["answered"]
    delay, first, metered = found["delay"], found["first"], found["meter"]
    missing = found["events_missing"] + (lengths.events - found["events_a_stream"]) * found["answered"]
    return {
        "events": delay["count"],
        "events_per_second": delay["count"] / metered["wall_s"],
        "expected_per_second": level * 1000 / interval_ms,
        "cpu_us_per_event": metered["cpu_s"] * 1e6 / max(1, delay["count"]),
        "delay_p50_ms": _milliseconds(delay["p50"]),
        "delay_p99_ms": _milliseconds(delay["p99"]),
        "delay_max_ms": _milliseconds(delay["max"]),
        "first_p50_ms": _milliseconds(first["p50"]),
        "first_p99_ms": _milliseconds(first["p99"]),
        "answered": found["answered"],
        "cut": found["cut"],
        "errors": found["errors"] + missing,
        "meter": metered,
    }


def _meter(bench, subject):
    return Meter(subject.pid, bench.subject_core, bench.load_core)


def _settle(subject):
    if subject.pid is not None:
        wait_until_quiet(subject.pid, QUIET_SECONDS_MAX)


def _milliseconds(nanos):
    return None if nanos is None else nanos / 1e6
