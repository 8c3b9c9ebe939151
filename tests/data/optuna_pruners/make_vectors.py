#!/usr/bin/env python3
"""Regenerates the vectors beside this file by asking Optuna's own pruners after every report.

    python3 -m venv v && v/bin/pip install optuna==5.0.0 scipy numpy && v/bin/python make_vectors.py

A file holds the cases of one pruner; a case is {goal, sweep, options, events}, `sweep` being the study's name. An event is
[trial, step, value] for a report after which the trial goes on, [trial, step, value, 1] for one after which it is pruned
(the study is told PRUNED), [trial, "c"] for a trial that the study is told COMPLETE, [trial, "f"] for FAIL. What isn't told
stays running. Values that JSON lacks are the texts NaN, Infinity, -Infinity.

Steps rise within a trial, with gaps; trials run side by side, some start late, some of the values tie.
"""
import json
import math
import pathlib
import random
import warnings

import numpy
import optuna
import scipy
from optuna import pruners
from optuna.trial import TrialState

CASES = 200
EVENTS = 70


def text(value):
    if math.isfinite(value):
        return value
    return "NaN" if math.isnan(value) else ("Infinity" if value > 0 else "-Infinity")


def some(rng, **choices):
    """Options drawn from lists; about a third of them are left out, and so have their defaults."""
    return {key: rng.choice(values) for key, values in choices.items() if rng.random() < 0.7}


def by_rank(rng):
    return some(rng, n_startup_trials=[0, 1, 2, 3], n_warmup_steps=[0, 1, 2, 4], interval_steps=[1, 2, 3],
                n_min_trials=[1, 2, 3])


def percentile(rng):
    # Half of them with few startup trials: else hardly any trial is judged.
    return {"percentile": rng.choice([0, 10, 25, 33.3, 50, 66.6, 75, 90, 100]), "n_startup_trials": 2, **by_rank(rng)}


def median(rng):
    return {"n_startup_trials": 2, **by_rank(rng)}


def threshold(rng):
    low, high = sorted(round(rng.gauss(0, 1.5), 1) for _ in range(2))
    bounds = rng.choice([{"lower": low}, {"upper": high}, {"lower": low, "upper": high}])
    return {**bounds, **some(rng, n_warmup_steps=[0, 1, 3, 6], interval_steps=[1, 2, 4])}


def successive_halving(rng):
    options = some(rng, min_resource=["auto", 1, 2, 3], reduction_factor=[2, 3, 4], min_early_stopping_rate=[0, 0, 1])
    if options.get("min_resource", "auto") != "auto" and rng.random() < 0.3:
        options["bootstrap_count"] = rng.choice([1, 2])
    return options


def hyperband(rng):
    options = some(rng, min_resource=[1, 1, 2, 3], max_resource=["auto", 9, 16, 27, 243], reduction_factor=[2, 3, 4])
    if options.get("max_resource", "auto") != "auto" and rng.random() < 0.3:
        options["bootstrap_count"] = rng.choice([1, 2])
    return options


def patient(rng):
    wrapped = rng.choice([None, None, "threshold", "percentile", "median", "successive_halving"])
    options = {"patience": rng.choice([0, 1, 2, 4]), **some(rng, min_delta=[0.0, 0.1, 0.5])}
    if wrapped is None:
        return options
    inner = PRUNERS[wrapped][1](rng)
    if wrapped == "successive_halving":
        inner["min_resource"] = rng.choice([1, 2])
    return {"wrapped": {"type": "optuna_" + wrapped, **inner}, **options}


def wilcoxon(rng):
    return some(rng, p_threshold=[0.1, 0.2, 0.3, 0.05, 0.0, 1.0], n_startup_steps=[0, 2, 3, 5])


def make_patient(wrapped=None, **options):
    if wrapped is not None:
        wrapped = dict(wrapped)
        wrapped = PRUNERS[wrapped.pop("type").removeprefix("optuna_")][0](**wrapped)
    return pruners.PatientPruner(wrapped, **options)


PRUNERS = {
    "percentile": (pruners.PercentilePruner, percentile),
    "median": (pruners.MedianPruner, median),
    "threshold": (pruners.ThresholdPruner, threshold),
    "successive_halving": (pruners.SuccessiveHalvingPruner, successive_halving),
    "hyperband": (pruners.HyperbandPruner, hyperband),
    "patient": (make_patient, patient),
    "wilcoxon": (pruners.WilcoxonPruner, wilcoxon),
}


class Values:
    """What trials report; some histories have ties, NaN or infinities."""

    def __init__(self, rng):
        self.rng = rng
        self.ties = rng.random() < 0.4
        self.nan = rng.choice([0, 0, 0.05, 0.2])
        self.infinite = rng.choice([0, 0, 0.03])

    def draw(self, level):
        kind = self.rng.random()
        if kind < self.nan:
            return math.nan
        if kind < self.nan + self.infinite:
            return self.rng.choice([math.inf, -math.inf])
        value = level + self.rng.gauss(0, 0.7)
        return round(value * 2) / 2 if self.ties else round(value, 2)


def final(values):
    """What a trial's objective returns: the mean of what it reported, as the pruner by Wilcoxon's test wants it."""
    return sum(values) / len(values) if values else 0.0


def history(name, seed):
    rng = random.Random(f"{name} {seed}")
    make, draw_options = PRUNERS[name]
    options = draw_options(rng)
    goal, sweep = rng.choice(["minimize", "maximize"]), f"sweep-{seed}"
    study = optuna.create_study(study_name=sweep, direction=goal, pruner=make(**options),
                                sampler=optuna.samplers.RandomSampler(seed=0))
    values, events, running = Values(rng), [], []
    side_by_side, gaps = rng.choice([1, 3, 5]), rng.choice([[1], [1, 1, 2, 5], [1, 4, 9, 30]])
    ends = rng.choice([0.05, 0.12, 0.25])
    if name == "wilcoxon":  # it compares steps that two trials share
        gaps = rng.choice([[1], [1], [1, 1, 1, 2]])
    while len(events) < EVENTS:
        while len(running) < side_by_side:
            start = rng.choice([0, 1, 1, 1, 7]) - 1
            running.append((study.ask(), [start], [], rng.gauss(0, 0.7)))
        one = rng.choice(running)
        trial, steps, reported, level = one
        if rng.random() < ends and (reported or rng.random() < 0.1):
            failed = rng.random() < 0.25 or math.isnan(final(reported))
            failed = failed or (name == "wilcoxon" and not reported)  # it has no mean
            study.tell(trial, None if failed else final(reported), state=TrialState.FAIL if failed else None)
            events.append([trial.number, "f" if failed else "c"])
            running.remove(one)
            continue
        steps.append(steps[-1] + (rng.choice(gaps) if reported else 1))
        reported.append(values.draw(level))
        trial.report(reported[-1], steps[-1])
        event = [trial.number, steps[-1], text(reported[-1])]
        if trial.should_prune():
            event.append(1)
            study.tell(trial, state=TrialState.PRUNED)
            running.remove(one)
        events.append(event)
    return {"goal": goal, "sweep": sweep, "options": options, "events": events}


def main():
    here = pathlib.Path(__file__).parent
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    warnings.simplefilter("ignore")
    for name in PRUNERS:
        cases = [history(name, seed) for seed in range(CASES)]
        head = {"peer": f"Optuna {optuna.__version__}, numpy {numpy.__version__}, scipy {scipy.__version__}"}
        lines = ",\n".join(json.dumps(case, allow_nan=False, separators=(",", ":")) for case in cases)
        (here / f"{name}.json").write_text(json.dumps(head)[:-1] + ', "cases": [\n' + lines + "\n]}\n")


if __name__ == "__main__":
    main()
