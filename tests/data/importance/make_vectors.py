#!/usr/bin/env python3
"""Regenerates vectors.json beside this file from Optuna's PedAnovaImportanceEvaluator.

    python3 -m venv v && v/bin/pip install optuna==5.0.0 && v/bin/python make_vectors.py

A case is {name, goal, options, space, trials, importances, shares}. A parameter is {name, kind, …} with Optuna's arguments; one
with `if` is there where that parameter has that value. A trial is {params, value}; with `domains` it has those in place of
the space's. `importances` are what evaluate gives, `shares` what get_param_importances does.
"""
import json
import math
import pathlib
import random
import warnings

import optuna
from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution
from optuna.importance import PedAnovaImportanceEvaluator, get_param_importances
from optuna.trial import create_trial

warnings.simplefilter("ignore")
optuna.logging.set_verbosity(optuna.logging.ERROR)

POOL = [
    {"name": "x", "kind": "float", "low": -5.0, "high": 5.0},
    {"name": "lr", "kind": "float", "low": 1e-5, "high": 0.1, "log": True},
    {"name": "units", "kind": "int", "low": 8, "high": 512, "log": True},
    {"name": "two", "kind": "int", "low": 3, "high": 4, "log": True},
    {"name": "layers", "kind": "int", "low": 1, "high": 6},
    {"name": "wide", "kind": "int", "low": -49, "high": 49},
    {"name": "even", "kind": "int", "low": 2, "high": 20, "step": 2},
    {"name": "drop", "kind": "float", "low": 0.0, "high": 0.5, "step": 0.1},
    {"name": "fine", "kind": "float", "low": 0.0, "high": 1.0, "step": 0.004},
    {"name": "act", "kind": "categorical", "choices": ["relu", "tanh", "gelu", "silu"]},
    {"name": "flag", "kind": "categorical", "choices": [True, False]},
    {"name": "momentum", "kind": "float", "low": 0.5, "high": 0.99, "if": ["flag", True]},
    {"name": "width", "kind": "int", "low": 16, "high": 256, "log": True, "if": ["act", "tanh"]},
]


def distribution(p):
    if p["kind"] == "categorical":
        return CategoricalDistribution(p["choices"])
    of = IntDistribution if p["kind"] == "int" else FloatDistribution
    return of(**{k: v for k, v in p.items() if k in ("low", "high", "log", "step")})


def some_value(rng, p):
    if p["kind"] == "categorical":
        return rng.choice(p["choices"])
    u = rng.random() if rng.random() < 0.6 else rng.betavariate(2, 6)
    if p.get("log"):
        x = math.exp(math.log(p["low"]) + u * (math.log(p["high"]) - math.log(p["low"])))
        return round(x) if p["kind"] == "int" else min(max(x, p["low"]), p["high"])
    step = p.get("step", 1 if p["kind"] == "int" else None)
    if step is None:
        return p["low"] + u * (p["high"] - p["low"])
    steps = round((p["high"] - p["low"]) / step)
    x = p["low"] + step * min(int(u * (steps + 1)), steps)
    return x if p["kind"] == "int" else round(x, 9)


def some_params(rng, space):
    params = {}
    for p in space:
        if "if" not in p or params[p["if"][0]] == p["if"][1]:
            params[p["name"]] = some_value(rng, p)
    return params


def loss(rng, params, space):
    total = 0.0
    for i, p in enumerate(space):
        if p["name"] not in params:
            continue
        value = params[p["name"]]
        if p["kind"] == "categorical":
            u = p["choices"].index(value) / 3
        elif p.get("log"):
            u = math.log(value / p["low"]) / math.log(p["high"] / p["low"])
        else:
            u = (value - p["low"]) / (p["high"] - p["low"])
        total += (u - 0.3) ** 2 / (i + 1)
    return total + rng.gauss(0, 0.05)


def study_of(case):
    study = optuna.create_study(direction=case["goal"])
    usual = {p["name"]: p for p in case["space"]}
    for trial in case["trials"]:
        domains = {**usual, **{p["name"]: p for p in trial.get("domains", [])}}
        study.add_trial(create_trial(params=trial["params"], value=trial["value"],
                                     distributions={k: distribution(domains[k]) for k in trial["params"]}))
    return study


def evaluated(case):
    study = study_of(case)
    evaluator = PedAnovaImportanceEvaluator(**case["options"])
    case["importances"] = evaluator.evaluate(study)
    case["shares"] = get_param_importances(study, evaluator=evaluator)
    return case


def case(seed, names, trials, goal="minimize", digits=9, **options):
    rng = random.Random(seed)
    space = [p for p in POOL if p["name"] in names]
    listed = []
    for _ in range(trials):
        params = some_params(rng, space)
        value = round(loss(rng, params, space), digits)
        listed.append({"params": params, "value": value if goal == "minimize" else -value})
    return {"goal": goal, "options": options, "space": space, "trials": listed}


def with_other_domains(made):
    """Every third trial has x by a wider range and layers by another one."""
    x, layers = {"name": "x", "kind": "float", "low": -9.0, "high": 9.0}, {"name": "layers", "kind": "int", "low": 0, "high": 9}
    for trial in made["trials"][::3]:
        trial["domains"] = [x, layers]
        trial["params"]["x"] *= 1.5
    made["trials"][1]["domains"] = [{"name": "layers", "kind": "int", "low": 1, "high": 60}]
    return made


EVERY = [p["name"] for p in POOL]
CASES = {
    "two trials": case(1, ["x", "act"], 2),
    "nine trials": case(2, EVERY, 9),
    "floats": case(3, ["x", "lr", "drop", "fine"], 60),
    "integers": case(4, ["units", "two", "layers", "wide", "even"], 80),
    "categories": case(5, ["act", "flag"], 40),
    "all kinds": case(6, EVERY, 150),
    "to be maximised": case(7, EVERY, 100, goal="maximize"),
    "ties": case(8, ["x", "lr", "layers", "act"], 70, digits=1),
    "a wide target": case(9, EVERY, 90, target_quantile=0.37),
    "within a region": case(10, EVERY, 120, target_quantile=0.2, region_quantile=0.6),
    "against the uniform": case(11, EVERY, 110, evaluate_on_local=False),
    "a uniform region": case(12, EVERY, 60, target_quantile=0.05, region_quantile=0.5, evaluate_on_local=False),
    "one of a kind": case(13, ["act", "width", "flag", "momentum"], 12),
    "other domains": with_other_domains(case(14, ["x", "layers", "act"], 90)),
}

if __name__ == "__main__":
    cases = [{"name": name, **evaluated(made)} for name, made in CASES.items()]
    out = {"optuna": optuna.__version__, "cases": cases}
    text = json.dumps(out).replace('{"name": "', '\n{"name": "').replace('{"params"', '\n {"params"')
    pathlib.Path(__file__).with_name("vectors.json").write_text(text + "\n")
