#!/usr/bin/env python3
"""Regenerates the ASHA vectors beside this file by driving Ray Tune's own AsyncHyperBandScheduler.

    python3 -m venv v && v/bin/pip install 'ray[tune]' && v/bin/python make_vectors.py

A case is {name, why, goal, options, events}. An event is [trial, resource, value, Ray's verdict] for a report,
[trial, "done"] for a trial that ended by itself, [trial, "failed"] for one that failed. Values that JSON lacks are the
texts NaN, Infinity, -Infinity. In `differing.json` a report has a fifth field, the verdict of Winnow's own rule, written
here by hand. `agreeing.json` holds histories on which both rules agree, `ray_only.json` those for `compat: ray` alone.

As Ray's controller does, a trial that is stopped is also reported as completed, with its last result.
"""
import json
import math
import pathlib
import random

import numpy
import ray
from ray.tune.schedulers import AsyncHyperBandScheduler

GO, STOP = "continue", "stop"


class Trial:
    def __init__(self, number):
        self.trial_id = str(number)


class RayTune:
    """One scheduler and its trials; `report` returns Ray's verdict."""

    def __init__(self, goal, options):
        self.scheduler = AsyncHyperBandScheduler(time_attr="t", metric="m", mode=goal[:3], **options)
        self.trials, self.last = {}, {}

    def report(self, number, t, value):
        if number not in self.trials:
            self.trials[number] = Trial(number)
            self.scheduler.on_trial_add(None, self.trials[number])
        self.last[number] = {"t": t, "m": value}
        verdict = self.scheduler.on_trial_result(None, self.trials[number], self.last[number])
        if verdict == "STOP":
            self.done(number)
        return verdict.lower()

    def done(self, number):
        self.scheduler.on_trial_complete(None, self.trials[number], self.last[number])

    def failed(self, number):
        self.scheduler.on_trial_error(None, self.trials[number])


def text(value):
    if math.isfinite(value):
        return value
    return "NaN" if math.isnan(value) else ("Infinity" if value > 0 else "-Infinity")


def play(name, why, goal, options, events):
    """Adds Ray's verdict to each report: after the value, before the verdict that was written by hand, if any."""
    peer, played = RayTune(goal, options), []
    for event in events:
        number, what = event[0], event[1]
        if what in ("done", "failed"):
            getattr(peer, what)(number)
            played.append([number, what])
        else:
            verdict = peer.report(number, what, event[2])
            played.append([number, what, text(event[2]), verdict, *event[3:]])
    return {"name": name, "why": why, "goal": goal, "options": options, "events": played}


def value_of(rng, kinds):
    kind = rng.random()
    if "nan" in kinds and kind < 0.15:
        return math.nan
    if "inf" in kinds and kind < 0.3:
        return math.inf if rng.random() < 0.5 else -math.inf
    if "ties" in kinds:
        return rng.randrange(8) / 8
    return round(rng.gauss(0, 1), 4)


def history(name, seed, kinds=()):
    """Trials side by side; with `skips` in kinds they jump over steps and end early, else they take every step.

    Unlike a real sweep's, a stopped trial is simply not heard of again.
    """
    rng = random.Random(seed)
    grace, eta = rng.choice([1, 1, 2, 3]), rng.choice([2, 3, 4, 2.5])
    options = {"max_t": rng.choice([9, 16, 27, 50, 81, 100]), "grace_period": grace, "reduction_factor": eta}
    goal = rng.choice(["minimize", "maximize"])
    peer, events, at = RayTune(goal, options), [], {n: 0 for n in range(40)}
    while at and len(events) < 160:
        number = rng.choice(list(at)[:8])
        if "skips" in kinds and at[number] and rng.random() < 0.08:
            how = rng.choice(["done", "done", "failed"])
            getattr(peer, how)(number)
            events.append((number, how))
            del at[number]
            continue
        at[number] += rng.choice([1, 1, 2, 7, 20]) if "skips" in kinds else 1
        value = value_of(rng, kinds)
        events.append((number, at[number], value))
        if peer.report(number, at[number], value) == STOP:
            del at[number]
    return play(name, "seeded history, " + (", ".join(kinds) or "plain"), goal, options, events)


ETA2 = {"max_t": 16, "grace_period": 1, "reduction_factor": 2}
ETA3 = {"max_t": 27, "grace_period": 1, "reduction_factor": 3}
NAN, INF = math.nan, math.inf

DIFFERING = [
    ("FallsThroughToASkippedRung", "Ray judges a later report by a lower rung that the trial had skipped", ETA3, [
        (0, 1, 0.9, GO), (1, 3, 0.5, GO), (1, 4, 0.1, GO)]),
    ("NanIsIgnored", "Ray neither stops a NaN nor counts it; here it ranks worst", ETA2, [
        (0, 1, NAN, STOP), (1, 1, 0.5, GO), (2, 1, NAN, STOP), (3, 1, 0.4, GO)]),
    ("InfinityIsANumber", "to Ray an infinity is a value like another; here it ranks worst", ETA2, [
        (0, 1, INF, STOP), (1, 1, 5.0, GO), (2, 1, 4.0, GO), (3, 1, 4.0, GO), (4, 1, 3.0, STOP)]),
    ("InterpolatingWithAnInfinityStopsNobody", "numpy's percentile next to an infinity is NaN", ETA2, [
        (0, 1, 1.0, GO), (1, 1, 2.0, GO), (2, 1, INF, STOP), (3, 1, -9.0, STOP)]),
    ("LastResultCountsOnCompletion", "Ray records a completed trial's last result in a rung that it had skipped", ETA3, [
        (0, 5, 0.9, GO), (0, "done"), (1, 1, 0.5, GO)]),
    ("LastResultOfAStoppedTrialCounts", "the same where a rung had stopped the trial", ETA2, [
        (0, 1, 0.9, GO), (0, 2, 0.9, GO), (1, 2, 0.1, STOP), (2, 1, 0.6, STOP)]),
    ("LastResultAtMaxTCounts", "a report at max_t is recorded in the highest rung below it", {**ETA3, "max_t": 28}, [
        (0, 28, 0.9, STOP), (1, 27, 0.5, GO)]),
    ("FailedTrialCountsNoMore", "a failure is no completion, so that both rules go on", ETA3, [
        (0, 5, 0.9, GO), (0, "failed"), (1, 1, 0.5, GO)]),
]

AGREEING = [
    ("CutoffIsThePercentileNotTheMean", "an outlier does not drag the cutoff", "maximize", ETA2, [
        (0, 1, 1000.0), (1, 1, 1000.0), (2, 1, 1000.0), (3, 1, 1.0), (4, 1, 500.0), (5, 1, 1000.0)]),
    ("TheGracePeriodIsSparedAndNoLonger", "rungs begin at the grace period, which need not be whole", "maximize",
     {"max_t": 30, "grace_period": 2.5, "reduction_factor": 3}, [
         *((0, t, 100.0 * t) for t in range(1, 11)), *((1, t, 450.0) for t in range(1, 4)),
         (2, 1, 10.0), (2, 2, 10.0), (2, 3, 10.0)]),
    ("ATrialEndsAtMaxTHoweverGood", "and beyond it", "maximize", ETA2, [(0, 15, 1.0), (0, 16, 2.0), (1, 99, 3.0)]),
    ("BetweenTwoValuesTheCutoffIsInterpolated", "0.75 between 1 and 2 for a reduction factor of 4", "minimize",
     {"max_t": 9, "grace_period": 1, "reduction_factor": 4}, [
         (0, 1, 2.0), (1, 1, 1.0), (2, 1, 1.24), (3, 1, 1.9), (4, 1, 0.5)]),
]


def main():
    here = pathlib.Path(__file__).parent
    files = {
        "differing": [play(name, why, "maximize", options, events) for name, why, options, events in DIFFERING],
        "agreeing": [play(*case) for case in AGREEING]
        + [history(f"Plain{seed}", seed) for seed in range(20)]
        + [history(f"Ties{seed}", 100 + seed, ("ties",)) for seed in range(12)],
        "ray_only": [history(f"Skips{seed}", 200 + seed, ("skips",)) for seed in range(12)]
        + [history(f"Nan{seed}", 300 + seed, ("skips", "nan", "ties")) for seed in range(12)]
        + [history(f"Infinite{seed}", 400 + seed, ("skips", "nan", "inf")) for seed in range(12)],
    }
    for name, cases in files.items():
        head = {"peer": f"Ray Tune {ray.__version__}, AsyncHyperBandScheduler, numpy {numpy.__version__}"}
        lines = ",\n".join(json.dumps(case, allow_nan=False) for case in cases)
        (here / f"{name}.json").write_text(json.dumps(head)[:-1] + ', "cases": [\n' + lines + "\n]}\n")


if __name__ == "__main__":
    main()
