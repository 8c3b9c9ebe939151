#!/usr/bin/env python3
"""Regenerates optuna4_vectors.json beside this file: what TPESampler of Optuna 4 makes of histories, by its defaults.

    python3 -m venv v && v/bin/pip install optuna==4.9.0 numpy && v/bin/python make_optuna4_vectors.py

The form is that of vectors.json (make_vectors.py), from which spaces and trials come, with {compat: optuna4} for options. Of the case with several
objectives there is the split alone: Optuna 4 has other weights there.
"""
import json
import math
import pathlib
import random

import numpy
import optuna
from optuna.samplers._tpe import sampler as tpe

import make_vectors
from make_vectors import STATES, TrialState, create_trial, distribution, rounded, some_space, some_trial, some_value, text


def scaled(d):
    if hasattr(d, "weights"):
        return {"categories": d.weights.tolist()}
    half = getattr(d, "step", 0) / 2
    low, high = d.low - half, d.high + half
    if "Log" in type(d).__name__:
        low, high = math.log(low), math.log(high)
    return {"mus": ((d.mu - low) / (high - low)).tolist(), "sigmas": (d.sigma / (high - low)).tolist()}


make_vectors.scaled = scaled


def frozen(trial, distributions):
    return create_trial(state=STATES[trial["state"]], params=trial["params"],
                        distributions={k: distributions[k] for k in trial["params"]}, values=trial.get("values"),
                        intermediate_values=dict([trial["last"]]) if "last" in trial else None)


def block(sampler, study, p, below, above, rng):
    name, space = p["name"], {p["name"]: distribution(p)}
    lower = sampler._build_parzen_estimator(study, space, below, handle_below=True)
    upper = sampler._build_parzen_estimator(study, space, above, handle_below=False)
    points = [some_value(rng, p, False) for _ in range(6)]
    acquisition = sampler._compute_acquisition_func(
        {name: numpy.array([space[name].to_internal_repr(x) for x in points])}, lower, upper)
    return {"names": [name], "below": make_vectors.side(lower), "above": make_vectors.side(upper),
            "points": [{name: x} for x in points], "acquisition": [text(a) for a in acquisition.tolist()]}


def case(seed, goals, count):
    rng = random.Random(seed)
    space = some_space(rng)
    sampler = tpe.TPESampler(seed=seed)
    study = optuna.create_study(sampler=sampler, directions=goals)
    trials = [some_trial(rng, space, goals, False) for _ in range(count)]
    distributions = {p["name"]: distribution(p) for p in space}
    for trial in trials:
        study.add_trial(frozen(trial, distributions))
    assert sampler.infer_relative_search_space(study, study.ask()) == {} and not sampler._constant_liar
    known = study.get_trials(states=[TrialState.COMPLETE, TrialState.PRUNED])
    below, above = tpe._split_trials(study, known, sampler._gamma(len(known)), False)
    blocks = [block(sampler, study, p, below, above, rng) for p in space] if len(goals) == 1 else []
    for trial in trials:
        if "values" in trial:
            trial["values"] = [text(v) for v in trial["values"]]
        if "last" in trial:
            trial["last"][1] = text(trial["last"][1])
    return {"goals": goals, "options": {"compat": "optuna4"}, "space": space, "trials": trials,
            "below": [t.number for t in below], "above": [t.number for t in above],
            "blocks": [{k: v if k == "points" else rounded(v) for k, v in b.items()} for b in blocks]}


if __name__ == "__main__":
    cases = [case(9, ["minimize"], 30), case(5, ["maximize"], 110), case(3, ["minimize", "maximize"], 400)]
    head = json.dumps(f"optuna {optuna.__version__}, TPESampler, numpy {numpy.__version__}")
    target = pathlib.Path(__file__).with_name("optuna4_vectors.json")
    target.write_text('{"peer": %s, "cases": [\n%s\n]}\n' %
                      (head, ",\n".join(json.dumps(made, separators=(",", ":")) for made in cases)))
