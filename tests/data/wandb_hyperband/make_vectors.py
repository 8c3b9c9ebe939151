#!/usr/bin/env python3
"""Regenerates the hyperband vectors beside this file by asking W&B's own engine, the package `sweeps` 0.3.0.

    python3 -m venv v && v/bin/pip install sweeps==0.3.0 && v/bin/python make_vectors.py

(0.3.0 is the first release with `strict`; up to 0.2.0 bands were counted from 0, so that band 3 was the 4th value.)

`snapshots.json`: {name, goal, options, bands, runs, stop}; `bands` are those below 2^53, each once; a run is {state,
values}, and `stop` holds the places of the runs that the engine would stop, all values being known. `live.json`: {name, goal, options, events}; an event is
[run, value, stops] for a report after which the engine was asked about that run, [run, state] for a run's end. Values
that JSON lacks are the texts NaN, Infinity, -Infinity.
"""
import json
import math
import pathlib
import random
import re

from sweeps import RunState, SweepRun
from sweeps.hyperband_stopping import hyperband_stop_runs

OPTIONS = [
    {"min_iter": 1}, {"min_iter": 2, "eta": 2}, {"min_iter": 3, "eta": 3}, {"min_iter": 3, "eta": 1.5},
    {"min_iter": 1, "eta": 1.2}, {"min_iter": 2, "eta": 4.5}, {"max_iter": 18, "eta": 3, "s": 2},
    {"max_iter": 9, "s": 2}, {"max_iter": 10, "eta": 2, "s": 5}, {"max_iter": 15, "eta": 1.7, "s": 3},
    {"max_iter": 12, "eta": 2, "s": 2, "min_iter": 1}, {"min_iter": 2, "s": 4},
]


def ask(goal, options, runs):
    """The places of the runs that are to stop, and the bands that were used."""
    config = {"method": "random", "metric": {"name": "m", "goal": goal}, "parameters": {"a": {"values": [1]}},
              "early_terminate": {"type": "hyperband", **options}}
    asked = [SweepRun(name=str(i), state=run["state"], history=[{"m": v} for v in run["values"]])
             for i, run in enumerate(runs)]
    silent = SweepRun(name="silent", state="running", history=[])  # changes nothing, and is told the bands
    stopped = [int(run.name) for run in hyperband_stop_runs([*asked, silent], config)]
    bands = {int(band) for band in re.findall(r"(\d+) = ", silent.early_terminate_info["lines"][0])}
    return stopped, sorted(band for band in bands if band < 2**53)


def text(value):
    if math.isfinite(value):
        return value
    return "NaN" if math.isnan(value) else ("Infinity" if value > 0 else "-Infinity")


def draw(rng):
    kind = rng.random()
    if kind < 0.06:
        return rng.choice([math.nan, math.inf, -math.inf])
    return rng.randint(-4, 6) / 2 if kind < 0.5 else round(rng.uniform(-5, 5), 3)


def snapshot(name, goal, options, runs):
    stop, bands = ask(goal, options, runs)
    return {"name": name, "goal": goal, "options": options, "bands": bands,
            "runs": [{"state": run["state"], "values": [text(v) for v in run["values"]]} for run in runs], "stop": stop}


def named_snapshots():
    def runs(*histories):
        return [{"state": state, "values": values} for state, values in histories]

    example = runs(("finished", [10, 9]), ("running", [10, 10]), ("running", [10, 8, 8]), ("running", [10, 7, 7]),
                   ("finished", [10, 6, 6]))
    options = {"max_iter": 5, "eta": 2, "s": 2}
    yield snapshot("the engine's own example", "minimize", options, example)
    yield snapshot("the same, not strict", "minimize", {**options, "strict": False}, example)
    ties = runs(*[("running", [1.0, 1.0, 1.0])] * 4)
    yield snapshot("ties survive", "minimize", {"min_iter": 1}, ties)
    yield snapshot("49 runs and eta 49: r*n is just below 1", "minimize", {"min_iter": 1, "eta": 49},
                   runs(*[("running", [float(i)]) for i in range(49)]))
    yield snapshot("values that aren't finite don't count", "maximize", {"min_iter": 2, "eta": 2},
                   runs(("running", [math.nan, 5.0]), ("running", [1.0, math.inf, 2.0]), ("failed", [3.0, 3.0]),
                        ("running", [0.5, -math.inf, math.nan, 0.5])))
    yield snapshot("alone at a band", "minimize", {"min_iter": 2}, runs(("running", [1.0, 9.0]), ("running", [0.0])))
    yield snapshot("no value at all", "minimize", {"min_iter": 1}, runs(("running", []), ("running", [1.0])))
    for name, bands in [("min 3, eta 3", {"min_iter": 3, "eta": 3}), ("max 18, eta 3, s 2", {"max_iter": 18, "s": 2}),
                        ("max 9, eta 3, s 2", {"max_iter": 9, "s": 2}),
                        ("min 30, eta 1.5", {"min_iter": 30, "eta": 1.5})]:
        yield snapshot("bands of " + name, "minimize", bands, runs(("running", [1.0])))


def random_snapshots(rng):
    states = ["running", "running", "running", "finished", "failed", "killed", "crashed"]
    for number in range(72):
        options = {**OPTIONS[number % len(OPTIONS)], "strict": number // len(OPTIONS) % 2 == 0}
        runs = [{"state": rng.choice(states), "values": [draw(rng) for _ in range(rng.randint(0, 20))]}
                for _ in range(rng.randint(1, 14))]
        yield snapshot(f"random {number}", rng.choice(["minimize", "maximize"]), options, runs)


def live(rng, number):
    options = {**OPTIONS[number % len(OPTIONS)], "strict": number // len(OPTIONS) % 2 == 0}
    goal = rng.choice(["minimize", "maximize"])
    runs, events = [], []
    while len(events) < 90:
        running = [i for i, run in enumerate(runs) if run["state"] == RunState.running.value]
        if len(running) < 4:
            runs.append({"state": RunState.running.value, "values": []})
            continue
        i = rng.choice(running)
        if rng.random() < 0.02:
            runs[i]["state"] = rng.choice(["finished", "failed"])
            events.append([i, runs[i]["state"]])
            continue
        value = draw(rng) if rng.random() < 0.3 else round(5 * 0.8 ** len(runs[i]["values"]) + rng.random() + i % 5, 3)
        runs[i]["values"].append(value)
        stops = i in ask(goal, options, runs)[0]
        events.append([i, text(value), stops])
        if stops:
            runs[i]["state"] = RunState.killed.value
    return {"name": f"live {number}", "goal": goal, "options": options, "events": events}


def write(name, cases):
    path = pathlib.Path(__file__).parent / f"{name}.json"
    lines = ",\n".join(json.dumps(case, allow_nan=False) for case in cases)
    path.write_text('{"made_with": "sweeps 0.3.0", "cases": [\n' + lines + "\n]}\n")


rng = random.Random(20)
write("snapshots", [*named_snapshots(), *random_snapshots(rng)])
write("live", [live(rng, number) for number in range(24)])
