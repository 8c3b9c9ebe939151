#!/usr/bin/env python3
"""Regenerates vectors.json beside this file by driving the Gaussian process behind Optuna's GPSampler.

    python3 -m venv v && v/bin/pip install optuna==5.0.0 torch scipy && v/bin/python make_vectors.py

`models`: points as Optuna normalises them (a number in [0, 1], a categorical's index), which columns are categorical,
standardised values, hyperparameters (inverse squared lengthscales, kernel scale, noise), what the process with these says
at other points, and its log likelihood and log prior. `fits`: the hyperparameters that Optuna's fit ends at with its
tolerance made small. `acquisitions`: the value of each acquisition function, and its gradient, at points, with the normal
samples it was computed from (`samples`, for each process of the objectives and then the constraints, the running trials'
columns first). `boxes`: the decomposition of what a front leaves free.
"""
import json
import pathlib

import numpy as np
import torch
from optuna import __version__ as version
from optuna._gp import acqf, gp, prior
from optuna._gp.qmc import sample_from_normal_sobol
from optuna._gp.search_space import SearchSpace
from optuna.distributions import CategoricalDistribution, FloatDistribution

SEED = 7


def rounded(array):
    return np.round(np.asarray(array, dtype=float), 4)


def draw(rng, count, categorical):
    columns = [rng.randint(0, 3, count) if c else rng.rand(count) for c in categorical]
    return rounded(np.stack(columns, axis=1))


def standardised(values):
    return (values - values.mean(axis=0)) / values.std(axis=0)


def target(rng, points, shift):
    return np.sin(3 * points + shift).sum(axis=1) + 0.1 * rng.randn(len(points))


def model(points, values, categorical, hyper):
    made = gp.GPRegressor(
        is_categorical=torch.tensor(categorical),
        X_train=torch.from_numpy(points),
        y_train=torch.from_numpy(values),
        inverse_squared_lengthscales=torch.tensor(hyper[:-2], dtype=torch.float64),
        kernel_scale=torch.tensor(hyper[-2], dtype=torch.float64),
        noise_var=torch.tensor(hyper[-1], dtype=torch.float64),
    )
    made._cache_matrix()
    return made


def hyperparameters(rng, dimensions):
    return [*rounded(np.exp(rng.randn(dimensions))), float(rounded(rng.uniform(0.5, 2))), float(rounded(rng.uniform(0.001, 0.1)))]


def model_case(rng, count, categorical):
    points, at = draw(rng, count, categorical), draw(rng, 6, categorical)
    values = rounded(standardised(target(rng, points, 0)))
    hyper = hyperparameters(rng, len(categorical))
    made = model(points, values, categorical, hyper)
    mean, variance = made.posterior(torch.from_numpy(at))
    return {
        "categorical": categorical,
        "points": points.tolist(),
        "values": values.tolist(),
        "hyperparameters": hyper,
        "at": at.tolist(),
        "covariance": made.kernel(torch.from_numpy(at)).T.tolist(),
        "mean": mean.tolist(),
        "variance": variance.tolist(),
        "log_likelihood": made.marginal_log_likelihood().item(),
        "log_prior": prior.default_log_prior(made).item(),
    }


def fit_case(rng, count, categorical, noiseless):
    points = draw(rng, count, categorical)
    values = rounded(standardised(target(rng, points, 1)))
    made = gp.fit_kernel_params(
        X=points, Y=values, is_categorical=np.array(categorical), log_prior=prior.default_log_prior,
        minimum_noise=prior.DEFAULT_MINIMUM_NOISE_VAR, deterministic_objective=noiseless, gtol=1e-7)
    return {
        "categorical": categorical,
        "points": points.tolist(),
        "values": values.tolist(),
        "noiseless": noiseless,
        "hyperparameters": [*made.inverse_squared_lengthscales.tolist(), made.kernel_scale.item(), made.noise_var.item()],
        "loss": -(made.marginal_log_likelihood() + prior.default_log_prior(made)).item(),
    }


def space_of(categorical):
    return SearchSpace({
        str(i): CategoricalDistribution(["a", "b", "c"]) if c else FloatDistribution(0, 1)
        for i, c in enumerate(categorical)
    })


def acquisition_of(kind, space, gprs, values, feasible, thresholds, running, count):
    """The function, and for each process the samples that it takes."""
    objectives = values.shape[1]
    common = {"search_space": space, "n_qmc_samples": count, "qmc_seed": SEED}
    constraints = {"constraints_gpr_list": gprs[objectives:], "constraints_threshold_list": thresholds}
    if objectives == 1:
        best = values[feasible, 0].max() if feasible.any() else -np.inf
        one = {"gpr": gprs[0], "threshold": best}
        if running is None and not thresholds:
            made = acqf.LogEI(search_space=space, **one)
        elif running is None:
            made = acqf.LogCEI(search_space=space, **one, **constraints)
        elif not thresholds:
            made = acqf.qLogEI(**one, **common, normalized_params_of_running_trials=running)
        else:
            made = acqf.qLogCEI(**one, **common, **constraints, normalized_params_of_running_trials=running)
    else:
        known = torch.from_numpy(values[feasible]) if feasible.any() else None
        several = {"gpr_list": gprs[:objectives], **common}
        if running is None and not thresholds:
            made = acqf.LogEHVI(Y_train=known, **several)
        elif running is None:
            made = acqf.LogCEHVI(Y_feasible=known, **several, **constraints)
        elif not thresholds:
            made = acqf.qLogEHVI(Y_train=known, **several, normalized_params_of_running_trials=running)
        else:
            made = acqf.qLogCEHVI(Y_feasible=known, **several, **constraints, normalized_params_of_running_trials=running)
    if running is None:
        shared = sample_from_normal_sobol(dim=objectives, n_samples=count, seed=SEED)
        samples = [shared[:, [min(i, objectives - 1)]] for i in range(len(gprs))]
    else:
        samples = [sample_from_normal_sobol(len(running) + 1, count, SEED + i) for i in range(len(gprs))]
    return made, [s.tolist() for s in samples]


def acquisition_case(rng, objectives, constraints, running, all_infeasible=False, count=8):
    categorical = [False, False, True]
    points, at = draw(rng, 14, categorical), draw(rng, 5, categorical)
    values = standardised(np.stack([target(rng, points, 1.3 * i) for i in range(objectives)], axis=1))
    misses = np.stack([target(rng, points, 2 + i) for i in range(constraints)], axis=1) if constraints else np.empty((14, 0))
    if all_infeasible:
        misses = misses - misses.min(axis=0) + 0.1
    feasible = np.all(misses <= 0, axis=1)
    thresholds = (misses.mean(axis=0) / misses.std(axis=0)).tolist() if constraints else []
    goals = np.concatenate([values, standardised(-misses)], axis=1) if constraints else values
    hyper = [hyperparameters(rng, 3) for _ in range(goals.shape[1])]
    gprs = [model(points, goals[:, i], categorical, h) for i, h in enumerate(hyper)]
    runs = draw(rng, running, categorical) if running else None
    made, samples = acquisition_of("", space_of(categorical), gprs, values, feasible, thresholds, runs, count)
    results = [made.eval_acqf_with_grad(x) for x in at]
    return {
        "points": points.tolist(),
        "values": goals.tolist(),
        "objectives": objectives,
        "feasible": feasible.tolist(),
        "at_least": thresholds,
        "hyperparameters": hyper,
        "running": runs.tolist() if running else [],
        "samples": samples,
        "at": at.tolist(),
        "value": [v for v, _ in results],
        "gradient": [g[:2].tolist() for _, g in results],
    }


def boxes_case(rng, count, objectives):
    values = rounded(rng.randn(count, objectives))
    reference = acqf._get_reference_point(torch.from_numpy(values))
    low, high = acqf._get_non_dominated_box_bounds(torch.from_numpy(values), reference)
    return {
        "values": values.tolist(),
        "reference": (-reference).tolist(),
        "low": low.tolist(),
        "high": [["Infinity" if np.isinf(x) else x for x in row] for row in high.tolist()],
    }


def main():
    rng = np.random.RandomState(0)
    z = [-1e4, -300, -40, -25.5, -24.5, -10, -5.5, -4.5, -1, 0, 1, 6, 40]
    vectors = {
        "optuna": version,
        "standard_log_ei": [[x, acqf.standard_logei(torch.tensor([x], dtype=torch.float64)).item()] for x in z],
        "log_ndtr": [[x, torch.special.log_ndtr(torch.tensor(x, dtype=torch.float64)).item()] for x in z],
        "models": [model_case(rng, n, c) for n, c in
                   [(5, [False]), (12, [False, True]), (20, [False, False, False, True, True])]],
        "fits": [fit_case(rng, n, c, noiseless) for n, c, noiseless in
                 [(10, [False, False], False), (25, [False, False, True], False), (40, [False] * 5, False),
                  (15, [False, False], True)]],
        "acquisitions": [acquisition_case(rng, m, c, r, infeasible)
                         for m in (1, 2, 3) for c in (0, 2) for r in (0, 3) for infeasible in (False, True)
                         if c or not infeasible],
        "boxes": [boxes_case(rng, n, m) for n, m in [(1, 2), (6, 2), (20, 2), (8, 3), (25, 3), (10, 4)]],
    }
    path = pathlib.Path(__file__).with_name("vectors.json")
    path.write_text("{\n" + ",\n".join(f'"{k}": {json.dumps(v)}' for k, v in vectors.items()) + "\n}\n")


if __name__ == "__main__":
    main()
