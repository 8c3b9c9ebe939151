#!/usr/bin/env python3
"""Regenerates vectors.json beside this file by driving HpBandSter 0.7.4's BOHB, which is what Ray Tune's TuneBOHB runs.

    python3 -m venv v && v/bin/pip install hpbandster==0.7.4 'ConfigSpace<0.8' 'numpy<2' && v/bin/python make_vectors.py

Each case: the options, of each coordinate how many choices it has (0: a number in [0, 1]), and results in order, [budget,
point, loss] (null: the run crashed). Then the model that HpBandSter takes: its budget (null: it has none), the bandwidths
of the good and the bad points, and at other points their densities [point, good, bad].

Left out are models in which a group of points lacks a choice (statsmodels then counts fewer choices than there are), or
whose bandwidth of a choice is larger than (choices - 1) / choices (its kernel would prefer the other choices, or be below
0), or whose last bad point is as bad as the first that is left out (numpy takes either).
"""
import json
import pathlib
import warnings

import ConfigSpace
import numpy as np
from hpbandster.optimizers.config_generators.bohb import BOHB

warnings.simplefilter("ignore")
HERE = pathlib.Path(__file__).parent


class Job:
    def __init__(self, budget, config, loss):
        self.kwargs = {"budget": budget, "config": config}
        self.result = None if loss is None else {"loss": loss}
        self.exception = None


def space_of(kinds, seed):
    space = ConfigSpace.ConfigurationSpace(seed=seed)
    for i, kind in enumerate(kinds):
        name = f"p{i:02}"
        if kind == "log":
            space.add_hyperparameter(ConfigSpace.UniformFloatHyperparameter(name, 1e-4, 1, log=True))
        elif kind == "float":
            space.add_hyperparameter(ConfigSpace.UniformFloatHyperparameter(name, -1, 3))
        elif kind == "integer":
            space.add_hyperparameter(ConfigSpace.UniformIntegerHyperparameter(name, 1, 8))
        else:
            space.add_hyperparameter(ConfigSpace.CategoricalHyperparameter(name, [f"c{k}" for k in range(kind)]))
    return space


def usable(model, levels):
    for kde in (model["good"], model["bad"]):
        for i, count in enumerate(levels):
            if count and (len(np.unique(kde.data[:, i])) < count or kde.bw[i] > (count - 1) / count):
                return False
    return True


def case(kinds, budgets, options, seed):
    """budgets: {budget: number of results}."""
    np.random.seed(seed + 10000)  # not the stream that the space draws from
    space = space_of(kinds, seed)
    bohb = BOHB(space, **options)
    results = []
    for budget, count in budgets.items():
        for _ in range(count):
            config = space.sample_configuration()
            point = [float(x) for x in config.get_array()]
            parts = [0.002 * x if n else (x - 0.3) ** 2 for x, n in zip(point, bohb.vartypes)]
            loss = round(float(sum(parts)) + 0.3 * np.random.rand() / budget, 6)
            if np.random.rand() < 0.1:
                loss = None
            results.append([budget, point, loss])
            bohb.new_result(Job(budget, config.get_dictionary(), loss))
    levels = [int(n) for n in bohb.vartypes]
    expected = None
    if bohb.kde_models:
        budget = max(bohb.kde_models)
        model = bohb.kde_models[budget]
        last = len(model["good"].data) + len(model["bad"].data)
        losses = sorted(bohb.losses[budget])
        if not usable(model, levels) or losses[last - 1 : last] == losses[last : last + 1]:
            return None
        points = []
        for _ in range(8):
            x = [int(np.random.randint(n)) if n else round(float(np.random.rand()), 6) for n in levels]
            points.append([x, float(model["good"].pdf(x)), float(model["bad"].pdf(x))])
        expected = {
            "budget": budget,
            "good": [float(b) for b in model["good"].bw],
            "bad": [float(b) for b in model["bad"].bw],
            "points": points,
        }
    return {"options": options, "levels": levels, "results": results, "model": expected}


def main():
    wanted = [
        (["float", "log"], {1: 5}, {}),
        (["float", "log"], {1: 6}, {}),
        (["float", "log"], {1: 60, 3: 20, 9: 5}, {}),
        (["float", "log"], {1: 60, 3: 20, 9: 7}, {"top_n_percent": 30}),
        (["float", "log", "integer"], {1: 100, 3: 33}, {"min_points_in_model": 12}),
        (["float", 2], {1: 40}, {}),
        (["float", 2, "log", 3], {1: 90, 3: 30}, {"min_bandwidth": 0.05}),
        ([2, 3], {1: 50}, {}),
        (["float"] * 8, {1: 200, 3: 70, 9: 20}, {}),
        (["float", "log", "integer", 2, 3, 2], {2: 300, 6: 100, 18: 13}, {"top_n_percent": 20}),
    ]
    cases = []
    for kinds, budgets, options in wanted:
        found = (case(kinds, budgets, options, seed) for seed in range(1, 500))
        usable_ones = [one for _, one in zip(range(3), (one for one in found if one is not None))]
        assert len(usable_ones) == 3, kinds
        cases += usable_ones
    text = json.dumps({"hpbandster": "0.7.4", "cases": cases}, separators=(",", ":"))
    (HERE / "vectors.json").write_text(text.replace('{"options"', '\n{"options"') + "\n")


main()
