#!/usr/bin/env python3
"""Regenerates vectors.json beside this file by driving the Python package `cmaes` 0.13.1 (CMA, SepCMA, CMAwM), which is
what Optuna's CmaEsSampler goes by.

    python3 -m venv v && v/bin/pip install cmaes==0.13.1 scipy && v/bin/python make_vectors.py

`cases`: `kind` (full, separable, lr_adapt, margin), mean, sigma, popsize, for `margin` the points of each coordinate (0:
continuous), and generations: the solutions [x, loss] in the order told (a loss of null is infinite), for `margin` which point each x means (-1:
continuous), and the state after: mean, sigma, covariance (the upper triangle by rows, or the diagonal), the learning
rates or the margin's stretches, and whether the package would stop. `z` and `at`: a standard normal vector, and
mean + sigma * C^(1/2) z with the symmetric root of the last covariance.

`flat`: [dimensions, popsize, generations of a constant objective until the package stops]. `linear`: the same for the
sum of the coordinates, without bounds, in solutions that lie 1, 2, … popsize sigmas down from the mean.
"""
import json
import pathlib

import cmaes
import numpy as np

HERE = pathlib.Path(__file__).parent
LOSSES = {
    "sphere": lambda x: float(np.sum((x - 0.3) ** 2)),
    "rosenbrock": lambda x: float(np.sum(100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2)),
    "rastrigin": lambda x: float(10 * len(x) + np.sum((5 * x) ** 2 - 10 * np.cos(10 * np.pi * x))),
}


def numbers(array):
    return [float(f"{x:.15g}") for x in np.asarray(array, dtype=float).ravel()]


def upper(matrix):
    return numbers(matrix[np.triu_indices(len(matrix))])


def make(kind, mean, sigma, popsize, points):
    if kind == "separable":
        return cmaes.SepCMA(mean=mean.copy(), sigma=sigma, population_size=popsize)
    if kind == "margin":
        bounds = np.tile([0.0, 1.0], (len(mean), 1))
        steps = np.array([1 / (n - 1) if n else 0.0 for n in points])
        return cmaes.CMAwM(mean=mean.copy(), sigma=sigma, bounds=bounds, steps=steps, population_size=popsize)
    return cmaes.CMA(mean=mean.copy(), sigma=sigma, population_size=popsize, lr_adapt=kind == "lr_adapt")


def state_of(kind, optimizer):
    inner = optimizer._cma if kind == "margin" else optimizer
    covariance = numbers(inner._C) if kind == "separable" else upper((inner._C + inner._C.T) / 2)
    state = {"mean": numbers(inner._mean), "sigma": float(inner._sigma), "covariance": covariance}
    if kind == "lr_adapt":
        state["rates"] = [float(inner._eta_mean), float(inner._eta_Sigma)]
    if kind == "margin":
        state["stretch"] = numbers(optimizer._A[optimizer._discrete_idx])
    state["stop"] = bool(optimizer.should_stop())
    return state


def encoded(optimizer, x, points):
    values = optimizer._encode_discrete_params(x[optimizer._discrete_idx])
    all_points = np.full(len(points), -1)
    all_points[optimizer._discrete_idx] = np.rint(values * (np.array(points)[optimizer._discrete_idx] - 1))
    return [int(i) for i in all_points]


def case(rng, kind, dimensions, objective, generations=12, popsize=None, sigma=1 / 6, points=()):
    mean = np.round(rng.uniform(0.2, 0.8, dimensions), 4)
    optimizer = make(kind, mean, sigma, popsize, points)
    inner = optimizer._cma if kind == "margin" else optimizer
    inner._rng.seed(int(rng.integers(1 << 30)))
    recorded = []
    for g in range(generations):
        solutions, meant = [], []
        for _ in range(optimizer.population_size):
            x = np.round(inner._sample_solution(), 5)
            meant.append(encoded(optimizer, x, points) if kind == "margin" else None)
            at = np.where(np.array(meant[-1]) >= 0, meant[-1], x) if kind == "margin" else x
            solutions.append((x, LOSSES[objective](at)))
        if g == 3:  # some that failed to give a number, and a tie
            solutions[0] = (solutions[0][0], np.inf)
            solutions[1] = (solutions[1][0], solutions[2][1])
        told = [[numbers(x), float(f"{y:.15g}")] for x, y in solutions]
        optimizer.tell([(np.array(x), y) for x, y in told])
        entry = {"solutions": [[x, y if np.isfinite(y) else None] for x, y in told], "after": state_of(kind, optimizer)}
        if kind == "margin":
            entry["points"] = meant
        recorded.append(entry)
    z = rng.standard_normal(dimensions)
    if kind == "separable":
        at = inner._mean + inner._sigma * np.sqrt(inner._C) * z
    else:
        lengths, axes = np.linalg.eigh(inner._C)
        at = inner._mean + inner._sigma * (axes @ (np.sqrt(lengths) * (axes.T @ z)))
    return {
        "kind": kind,
        "objective": objective,
        "mean": numbers(mean),
        "sigma": sigma,
        "popsize": optimizer.population_size,
        "points": list(points),
        "generations": recorded,
        "z": numbers(z),
        "at": numbers(at),
    }


def stops_after(dimensions, popsize, solutions_of):
    optimizer = cmaes.CMA(mean=np.full(dimensions, 0.5), sigma=0.25, population_size=popsize)
    while not optimizer.should_stop():
        optimizer.tell(solutions_of(optimizer))
    return [dimensions, popsize, optimizer.generation]


def flat(optimizer):
    return [(optimizer.ask(), 1.0) for _ in range(optimizer.population_size)]


def linear(optimizer):
    steps = range(optimizer.population_size)
    return [(optimizer._mean - optimizer._sigma * (k + 1), -float(k)) for k in steps]


def main():
    rng = np.random.default_rng(3)
    cases = []
    for kind in ("full", "separable", "lr_adapt"):
        for dimensions in (2, 5, 10):
            cases.append(case(rng, kind, dimensions, "rosenbrock"))
        cases.append(case(rng, kind, 5, "sphere", popsize=5, sigma=0.4))
        cases.append(case(rng, kind, 3, "rastrigin", popsize=20, generations=20))
    for points in ((3, 0), (2, 0, 11, 0, 5), (2, 2, 3, 4, 101, 0, 0, 7, 1000, 3)):
        cases.append(case(rng, "margin", len(points), "rosenbrock", points=points))
        cases.append(case(rng, "margin", len(points), "sphere", points=points, generations=20))
    cases.append(case(rng, "margin", 4, "rastrigin", points=(2, 3, 2, 3), popsize=9, generations=20, sigma=0.5))
    vectors = {
        "cmaes": cmaes.__version__,
        "cases": cases,
        "flat": [stops_after(n, p, flat) for n, p in ((1, 4), (2, 6), (5, 8), (10, 30))],
        "linear": [stops_after(n, p, linear) for n, p in ((2, 6), (5, 8))],
    }
    text = json.dumps(vectors, separators=(",", ":"))
    (HERE / "vectors.json").write_text(text.replace('{"kind"', '\n{"kind"').replace('{"solutions"', '\n {"solutions"') + "\n")


main()
