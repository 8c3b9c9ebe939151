#!/usr/bin/env python3
"""Regenerates vectors.json beside this file from the parts of Optuna's own TPESampler.

    python3 -m venv v && v/bin/pip install optuna==5.0.0 numpy && v/bin/python make_vectors.py

A case is {goals, options, space, trials, below, above, blocks}. A parameter is {name, kind, ...} with Optuna's arguments. A
trial is {state, params} and, by state, {values, missed, last: [step, value]}; its number is its place. `below` and `above`
are the numbers that _split_trials gives. A block is what is modelled together: {names, below, above, points,
acquisition}, each side {weights, parameters}; a number has mus and sigmas there, brought to [0, 1] (in the logarithm,
where it is one, with Optuna's half step on either side), a category the kernels' weights; the prior's kernel is the last.
The acquisition is log_pdf below minus above, of points that are given as params. Infinite values are texts.

numpy's argsort isn't stable, so that of equal places it is chance which trial has which sigma: here it is made stable.
"""
import json
import math
import pathlib
import random
import warnings

import numpy
import optuna
from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution
from optuna.samplers._tpe import parzen_estimator, sampler as tpe
from optuna.trial import TrialState, create_trial

warnings.simplefilter("ignore")
optuna.logging.set_verbosity(optuna.logging.ERROR)


class StableNumpy:
    def __getattr__(self, name):
        return getattr(numpy, name)

    @staticmethod
    def argsort(a):
        return numpy.argsort(a, kind="stable")


parzen_estimator.np = StableNumpy()

POOL = [
    {"name": "x", "kind": "float", "low": -2.0, "high": 3.0},
    {"name": "lr", "kind": "float", "low": 1e-5, "high": 0.5, "log": True},
    {"name": "n", "kind": "int", "low": 1, "high": 9},
    {"name": "wide", "kind": "int", "low": 0, "high": 5000},
    {"name": "batch", "kind": "int", "low": 16, "high": 256, "step": 16},
    {"name": "units", "kind": "int", "low": 1, "high": 300, "log": True},
    {"name": "drop", "kind": "float", "low": 0.0, "high": 0.5, "step": 0.125},
    {"name": "act", "kind": "categorical", "choices": ["relu", "tanh", "gelu"]},
    {"name": "opt", "kind": "categorical", "choices": ["sgd", "adam"]},
    # present only with sgd
    {"name": "momentum", "kind": "float", "low": 0.0, "high": 0.99, "if": ["opt", "sgd"]},
    {"name": "nesterov", "kind": "categorical", "choices": [True, False], "if": ["opt", "sgd"]},
    # present only with adam
    {"name": "beta", "kind": "float", "low": 0.8, "high": 0.999, "if": ["opt", "adam"]},
]


def distribution(p):
    if p["kind"] == "categorical":
        return CategoricalDistribution(p["choices"])
    of = IntDistribution if p["kind"] == "int" else FloatDistribution
    return of(**{k: v for k, v in p.items() if k in ("low", "high", "log", "step")})


def some_value(rng, p, near):
    if p["kind"] == "categorical":
        return rng.choice(p["choices"])
    u = rng.betavariate(2, 5) if near else rng.random()
    if p.get("log"):
        x = math.exp(math.log(p["low"]) + u * (math.log(p["high"]) - math.log(p["low"])))
        return round(x) if p["kind"] == "int" else min(max(x, p["low"]), p["high"])
    step = p.get("step", 1 if p["kind"] == "int" else None)
    if step is None:
        return p["low"] + u * (p["high"] - p["low"])
    return p["low"] + step * min(int(u * ((p["high"] - p["low"]) / step + 1)), round((p["high"] - p["low"]) / step))


def some_params(rng, space, near=False):
    params = {}
    for p in space:
        if "if" not in p or params[p["if"][0]] == p["if"][1]:
            params[p["name"]] = some_value(rng, p, near)
    return params


def text(value):
    if math.isfinite(value):
        return value
    return "NaN" if math.isnan(value) else ("Infinity" if value > 0 else "-Infinity")


def some_space(rng):
    names = [p["name"] for p in POOL]
    chosen = set(rng.sample(names, rng.choice([1, 2, 3, 5, 8, len(names)])))
    return [p for p in POOL if p["name"] in chosen and ("if" not in p or p["if"][0] in chosen)]


def some_trial(rng, space, goals, constrained):
    trial = {"params": some_params(rng, space, rng.random() < 0.5)}
    kind = rng.choices(["completed", "stopped", "failed", "running"], [70, 15, 5, 10])[0]
    trial["state"] = kind

    def value():  # some tie
        if rng.random() < 0.03:
            return rng.choice([math.inf, -math.inf])
        return round(rng.gauss(0, 1), rng.choice([0, 1, 3, 9]))

    if kind == "completed":
        trial["values"] = [value() for _ in goals]
    if kind == "stopped" and len(goals) == 1 and rng.random() < 0.9:  # Optuna prunes by a single objective only
        trial["last"] = [rng.randrange(6), value() if rng.random() < 0.9 else math.nan]
    if kind in ("completed", "stopped") and constrained and rng.random() < 0.95:
        trial["missed"] = [round(rng.gauss(-0.5, 1), rng.choice([1, 5])) for _ in range(2)]
    return trial


STATES = {"completed": TrialState.COMPLETE, "stopped": TrialState.PRUNED, "failed": TrialState.FAIL,
          "running": TrialState.RUNNING}


def frozen(trial, distributions):
    return create_trial(
        state=STATES[trial["state"]], params=trial["params"],
        distributions={k: distributions[k] for k in trial["params"]}, values=trial.get("values"),
        intermediate_values=dict([trial["last"]]) if "last" in trial else None,
        constraints={str(i): v for i, v in enumerate(trial["missed"])} if "missed" in trial else None)


def scaled(d):
    if isinstance(d, parzen_estimator._BatchedCategoricalDistributions):
        return {"categories": d.weights.tolist()}
    low, high = d.adapted_low, d.adapted_high
    return {"mus": ((d.mu - low) / (high - low)).tolist(), "sigmas": (d.sigma / (high - low)).tolist()}


def side(mpe):
    mixture = mpe._mixture_distribution
    return {"weights": mixture.weights.tolist(),
            "parameters": [scaled(d) for d in mixture.distributions]}


def block(sampler, study, names, space, below, above, rng):
    by_name = {p["name"]: p for p in space}
    search_space = {name: distribution(by_name[name]) for name in names}
    lower = sampler._build_parzen_estimator(study, search_space, below, handle_below=True)
    upper = sampler._build_parzen_estimator(study, search_space, above, handle_below=False)
    points = [{n: some_value(rng, by_name[n], False) for n in names} for _ in range(6)]
    drawn = lower.sample(numpy.random.RandomState(rng.randrange(1 << 30)), 6)
    for i in range(6):
        points.append({n: search_space[n].to_external_repr(drawn[n][i].item()) for n in names})
    internal = {n: numpy.array([search_space[n].to_internal_repr(p[n]) for p in points]) for n in names}
    acquisition = sampler._compute_acquisition_func(internal, lower, upper)
    return {"names": names, "below": side(lower), "above": side(upper), "points": points,
            "acquisition": [text(a) for a in acquisition.tolist()]}


def case(seed):
    rng = random.Random(seed)
    space = some_space(rng)
    goals = [rng.choice(["minimize", "maximize"]) for _ in range(rng.choice([1, 1, 1, 2, 3, 4]))]
    options = {key: rng.choice(values) for key, values in
               dict(multivariate=[True, False], constant_liar=[True, False], group=[True, False],
                    prior_weight=[0.5, 2.0], consider_magic_clip=[False],
                    consider_endpoints=[True]).items() if rng.random() < 0.3}
    if options.get("multivariate") is False:
        options.pop("group", None)
    if any(p["kind"] != "float" or "step" in p for p in space):
        options.pop("consider_magic_clip", None)  # equal places have sigmas of 1e-12 there, of the range here
    if rng.random() < 0.15:
        options["gamma"] = "hyperopt"
    if rng.random() < 0.15:
        options["weights"] = "uniform"
    given = dict(options)
    if "gamma" in given:
        given["gamma"] = tpe.hyperopt_default_gamma
    if "weights" in given:
        given["weights"] = numpy.ones
    sampler = tpe.TPESampler(seed=seed, **given)
    study = optuna.create_study(sampler=sampler, directions=goals)
    constrained = rng.random() < 0.3
    trials = [some_trial(rng, space, goals, constrained) for _ in range(rng.choice([3, 12, 12, 30, 30, 30, 60, 60, 110, 270]))]
    distributions = {p["name"]: distribution(p) for p in space}
    for trial in trials:
        study.add_trial(frozen(trial, distributions))

    asked = study.ask()
    states = [TrialState.COMPLETE, TrialState.PRUNED] + ([TrialState.RUNNING] if sampler._constant_liar else [])
    known = [t for t in study.get_trials(states=states) if t.number != asked.number]
    ended = sum(t.state != TrialState.RUNNING for t in known)
    default = tpe.default_gamma if len(goals) == 1 else tpe.default_gamma_multiobjective
    below, above = tpe._split_trials(study, known, given.get("gamma", default)(ended))

    joint = sampler.infer_relative_search_space(study, asked)
    if options.get("group"):
        sets = [sorted(s) for s in sampler._search_space_group.search_spaces]
    else:
        sets = [sorted(joint)] if joint else []
    for p in space:
        if not any(p["name"] in s for s in sets):
            sets.append([p["name"]])
    blocks = [block(sampler, study, s, space, below, above, rng) for s in sets]
    for trial in trials:
        if "values" in trial:
            trial["values"] = [text(v) for v in trial["values"]]
        if "last" in trial:
            trial["last"][1] = text(trial["last"][1])
    return {"goals": goals, "options": options, "space": space, "trials": trials, "below": [t.number for t in below],
            "above": [t.number for t in above], "blocks": blocks}


def rounded(value):
    """Twelve digits are more than the tests compare."""
    if isinstance(value, float):
        return float(f"{value:.12g}")
    if isinstance(value, dict):
        return {k: rounded(v) for k, v in value.items()}
    if isinstance(value, list):
        return [rounded(v) for v in value]
    return value


if __name__ == "__main__":
    cases = []
    for seed in range(50):
        made = case(seed)
        # Points must stay what they are: of steps and choices.
        made["blocks"] = [{k: v if k == "points" else rounded(v) for k, v in b.items()} for b in made["blocks"]]
        cases.append(json.dumps(made, separators=(",", ":")))
    head = json.dumps(f"optuna {optuna.__version__}, TPESampler, numpy {numpy.__version__}")
    target = pathlib.Path(__file__).with_name("vectors.json")
    target.write_text('{"peer": %s, "cases": [\n%s\n]}\n' % (head, ",\n".join(cases)))
