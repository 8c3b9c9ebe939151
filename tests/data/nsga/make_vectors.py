#!/usr/bin/env python3
"""Makes selection.json and crossover.json: what Optuna's NSGAIISampler and NSGAIIISampler decide.

    python3 -m venv v && v/bin/pip install 'optuna==5.0.0' && v/bin/python make_vectors.py .

selection.json: pools of [losses, penalty] ("Infinity" and "-Infinity" stand for such values), their ranks, the crowding
distances of rank 0, and which `size` survive, in order: by crowding, and by niches (with shuffles that change nothing).
crossover.json: parents in the unit cube, the random numbers in the order in which they are drawn, and the child. Of
undx `normals` are those across, in the coordinates of the space, then the one along.
"""
import json
import math
import os
import random
import sys
import warnings

import numpy as np
import optuna
from optuna.samplers import nsgaii
from optuna.samplers._nsgaiii._elite_population_selection_strategy import NSGAIIIElitePopulationSelectionStrategy
from optuna.samplers.nsgaii import PolynomialMutation
from optuna.samplers.nsgaii._elite_population_selection_strategy import (
    NSGAIIElitePopulationSelectionStrategy, _calc_crowding_distance, _rank_population)
from optuna.trial import TrialState

warnings.simplefilter("ignore")
optuna.logging.set_verbosity(optuna.logging.ERROR)


class NoShuffle:
    class rng:
        @staticmethod
        def shuffle(items):
            pass


class Draws:
    """Records what it gives."""

    def __init__(self, seed):
        self.source, self.uniforms, self.normals = random.Random(seed), [], []

    def rand(self, n=None):
        if n is None:
            self.uniforms.append(self.source.random())
            return self.uniforms[-1]
        return np.array([self.rand() for _ in range(n)])

    def normal(self, mean, sigma, size=None):
        if size is None:
            self.normals.append(self.source.gauss(0, 1))
            return mean + sigma * self.normals[-1]
        return np.array([self.normal(mean, sigma) for _ in range(size)])


class Study:
    def __init__(self, objectives):
        self.directions = [optuna.study.StudyDirection.MINIMIZE] * objectives

    def _is_multi_objective(self):
        return len(self.directions) > 1


def trial(number, losses, penalty):
    attributes = {} if penalty is None else {"constraints:c": penalty}
    t = optuna.trial.create_trial(state=TrialState.COMPLETE, values=losses, system_attrs=attributes)
    t.number = number
    return t


def text(x):
    return x if math.isfinite(x) else ("Infinity" if x > 0 else "-Infinity")


def selection(seed):
    rng = random.Random(seed)
    objectives, n = rng.choice([1, 2, 2, 3, 3, 4]), rng.choice([4, 10, 25, 60])
    digits = rng.choice([0, 1, 1, 6])
    constrained, infinite = rng.random() < 0.4, rng.random() < 0.25
    pool = []
    for i in range(n):
        losses = [round(rng.random() * 10, digits) for _ in range(objectives)]
        if infinite and rng.random() < 0.2:
            losses[rng.randrange(objectives)] = rng.choice([math.inf, -math.inf, math.inf])
        penalty = None
        if constrained:
            penalty = rng.choice([-1.0, 0.0, 0.5, 1.25, rng.random()])
        pool.append(trial(i, losses, penalty))
    study, size = Study(objectives), rng.randint(2, n)
    ranks = [0] * n
    fronts = _rank_population(pool, study.directions, is_constrained=constrained)
    for rank, front in enumerate(fronts):
        for t in front:
            ranks[t.number] = rank
    first = [t.number for t in fronts[0]]
    distances = _calc_crowding_distance(list(fronts[0]))
    crowded = NSGAIIElitePopulationSelectionStrategy(population_size=size)(study, list(pool))
    niched = NSGAIIIElitePopulationSelectionStrategy(population_size=size, rng=NoShuffle())(study, list(pool))
    return {"pool": [[[text(x) for x in t.values], max(0.0, *t.constraints.values()) if t.constraints else 0.0]
                     for t in pool],
            "ranks": ranks, "first": first, "distances": [text(float(distances[i])) for i in first], "size": size,
            "crowded": [t.number for t in crowded], "niched": [t.number for t in niched]}


def options_of(kind, rng):
    if kind == "blxalpha":
        return {"alpha": rng.choice([0.5, 0.2, 1.0])}
    if kind in ("sbx", "vsbx"):
        options = {"uniform_crossover_prob": rng.choice([0.5, 0.2]), "use_child_gene_prob": rng.choice([0.5, 0.9])}
        return {**options, "eta": rng.choice([1.0, 5.0])} if rng.random() < 0.5 else options
    if kind == "spx":
        return {"epsilon": 1.5} if rng.random() < 0.5 else {}
    if kind == "undx":
        return {"sigma_xi": 0.4, "sigma_eta": 0.3} if rng.random() < 0.5 else {}
    return {"swapping_prob": rng.choice([0.5, 0.1])}


def crossover(seed):
    rng = random.Random(seed)
    kind = rng.choice(["uniform", "blxalpha", "sbx", "spx", "undx", "vsbx"])
    names = {"uniform": "Uniform", "blxalpha": "BLXAlpha", "sbx": "SBX", "spx": "SPX", "undx": "UNDX", "vsbx": "VSBX"}
    options = options_of(kind, rng)
    made = getattr(nsgaii, names[kind] + "Crossover")(**options)
    n, study = rng.choice([1, 2, 5, 8]), Study(rng.choice([1, 2]))
    parents = np.array([[rng.random() for _ in range(n)] for _ in range(made.n_parents)])
    if rng.random() < 0.2:
        parents[1][0] = parents[0][0]
    draws = Draws(seed)
    child = made.crossover(parents, draws, study, np.array([[0.0, 1.0]] * n))
    normals = draws.normals
    if kind == "undx":
        basis = made._orthonormal_basis_vector_to_psl(parents, n)
        across = sum((eta * axis for eta, axis in zip(normals, basis)), np.zeros(n))
        normals = [float(x) for x in across] + [normals[-1]]
    return {"type": kind, "options": options, "several_objectives": study._is_multi_objective(),
            "parents": parents.tolist(), "uniforms": draws.uniforms, "normals": normals, "child": child.tolist()}


def mutation(seed):
    draws, rng = Draws(seed), random.Random(seed)
    eta, gene = rng.choice([20.0, 5.0]), rng.random()
    value = PolynomialMutation(eta=eta).mutation(gene, draws, Study(1), np.array([0.0, 1.0]))
    return {"eta": eta, "gene": gene, "uniform": draws.uniforms[0], "mutated": float(value)}


def write(path, **lists):
    with open(path, "w") as file:
        file.write(f'{{"peer": "Optuna {optuna.__version__}, numpy {np.__version__}"')
        for name, items in lists.items():
            file.write(f', "{name}": [\n' + ",\n".join(json.dumps(i, separators=(",", ":")) for i in items) + "\n]")
        file.write("}\n")


def main(folder):
    write(os.path.join(folder, "selection.json"), pools=[selection(seed) for seed in range(120)])
    write(os.path.join(folder, "crossover.json"), crossovers=[crossover(seed) for seed in range(150)],
          mutations=[mutation(seed) for seed in range(30)])


if __name__ == "__main__":
    main(sys.argv[1])
