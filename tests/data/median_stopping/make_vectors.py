#!/usr/bin/env python3
"""Regenerates vectors.json beside this file by driving Ray Tune's own MedianStoppingRule.

    python3 -m venv v && v/bin/pip install 'ray[tune]' && v/bin/python make_vectors.py

A case is {goal, options, events}; an event [trial, resource, value, Ray's verdict]. NaN is the text NaN. Left out is what
Winnow does otherwise on purpose (docs/algorithms/median_stopping.md): first values of NaN, infinite values, and Ray's
second count of a completed trial's last result. Values are 64ths, so that sums are the same in any order.
"""
import json
import math
import pathlib
import random

import numpy
import ray
from ray.tune.schedulers import MedianStoppingRule


class Trial:
    def __init__(self, number):
        self.trial_id = str(number)
        self.status = "RUNNING"


class Controller:
    @staticmethod
    def get_live_trials():
        return []


def case(seed):
    rng = random.Random(seed)
    goal = rng.choice(["minimize", "maximize"])
    options = {"grace_period": rng.choice([0, 1, 2, 4]), "min_samples_required": rng.choice([1, 2, 3, 5])}
    hard = rng.random() < 0.8
    options["hard_stop"] = hard
    rule = MedianStoppingRule(time_attr="t", metric="m", mode=goal[:3], min_time_slice=math.inf, **options)
    trials, at, out, events = {}, {}, set(), []
    while len(events) < 60:
        number = rng.randrange(2 + len(out) + len(events) // 6)
        if number in out:
            continue
        if number not in trials:
            trials[number] = Trial(number)
            rule.on_trial_add(None, trials[number])
        if rng.random() < 0.02:  # ends, or fails: Ray keeps its results
            out.add(number)
            continue
        first = number not in at
        at[number] = at.get(number, 0) + rng.choice([1, 1, 1, 2, 3])
        value = rng.randrange(-64, 65) / 64 if first or rng.random() < 0.97 else math.nan
        verdict = rule.on_trial_result(Controller, trials[number], {"t": at[number], "m": value})
        if verdict == "STOP":
            out.add(number)
        events.append([number, at[number], "NaN" if math.isnan(value) else value, verdict.lower()])
    return {"goal": goal, "options": options, "events": events}


cases = [case(seed) for seed in range(250)]
text = ",\n".join(json.dumps(one, separators=(",", ":")) for one in cases)
peer = f"Ray Tune {ray.__version__}, MedianStoppingRule, numpy {numpy.__version__}"
pathlib.Path(__file__).with_name("vectors.json").write_text(f'{{"peer": {json.dumps(peer)}, "cases": [\n{text}\n]}}\n')
