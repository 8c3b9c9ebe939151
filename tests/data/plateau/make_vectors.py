#!/usr/bin/env python3
"""Makes plateau.json: what Ray Tune's TrialPlateauStopper decides on random histories.

    python3 -m venv v && v/bin/pip install 'ray[tune]==2.60.0' && v/bin/python make_vectors.py plateau.json

A history is a list of [trial, value, stops]; a trial reports no more after it was stopped. "NaN", "Infinity" and
"-Infinity" stand for such values.
"""
import json
import math
import random
import sys

import ray
from ray.tune.stopper import TrialPlateauStopper


def text(value):
    if math.isnan(value):
        return "NaN"
    return value if math.isfinite(value) else ("Infinity" if value > 0 else "-Infinity")


def history(seed):
    rng = random.Random(seed)
    goal = rng.choice(["maximize", "minimize"])
    options = {"std": rng.choice([0.001, 0.01, 0.05]), "num_results": rng.choice([2, 3, 4, 7, 12]),
               "grace_period": rng.choice([0, 1, 4, 10])}
    if rng.random() < 0.5:
        options["metric_threshold"] = rng.choice([0, 0.3, 0.5, 0.8])
    stopper = TrialPlateauStopper("m", mode="max" if goal == "maximize" else "min", **options)
    trials = {n: (rng.random(), rng.choice([0, 0.001, 0.005, 0.02, 0.1]), rng.choice([0.3, 0.6, 0.9])) for n in range(6)}
    at, events = dict.fromkeys(trials, 0), []
    odd = rng.random() < 0.2
    while trials and len(events) < 120:
        trial = rng.choice(list(trials))
        height, noise, speed = trials[trial]
        at[trial] += 1
        value = height * (1 - speed ** at[trial]) + rng.gauss(0, noise)
        value = round(value if goal == "maximize" else 1 - value, 4)
        if odd and rng.random() < 0.05:
            value = rng.choice([math.nan, math.inf, -math.inf])
        stops = bool(stopper(str(trial), {"m": value}))
        events.append([trial, text(value), int(stops)])
        if stops:
            del trials[trial]
    return {"goal": goal, "options": options, "events": events}


def main():
    cases = [history(seed) for seed in range(220)]
    with open(sys.argv[1], "w") as out:
        data = {"peer": f"Ray Tune {ray.__version__}, TrialPlateauStopper", "cases": cases}
        out.write(json.dumps(data, separators=(",", ":")).replace('{"goal"', '\n{"goal"') + "\n")


sys.exit(main())
