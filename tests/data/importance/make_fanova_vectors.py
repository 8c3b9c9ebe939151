#!/usr/bin/env python3
"""Regenerates fanova_vectors.json beside this file from Optuna's FanovaImportanceEvaluator.

    python3 -m venv v && v/bin/pip install optuna==5.0.0 scikit-learn==1.9.1 && v/bin/python make_fanova_vectors.py

`histories` are those that vectors.json doesn't have, as there: {name, goal, space, trials}. `importances` has for each history what
get_param_importances gives with each of the seeds: {history, of: {parameter: [share, …]}}. `trees` are single ones of its forests:
{history, names, nodes, total, marginal}; a node is [parameter, at, left, right] or [value] (at: the threshold, or of a one-hot column its
category), total the tree's variance, and marginal those of the parameters by their names.
"""
import json
import pathlib
import warnings

import numpy as np
import optuna
import sklearn
from make_vectors import CASES, POOL, case, study_of
from optuna.importance import FanovaImportanceEvaluator, get_param_importances

warnings.simplefilter("ignore")
optuna.logging.set_verbosity(optuna.logging.ERROR)
SEEDS = range(12)

POOL.append({"name": "nine", "kind": "categorical", "choices": list("abcdefghi")})
POOL.append({"name": "tiny", "kind": "float", "low": 1e-8, "high": 1e-2, "log": True})
OWN = {
    "nine categories": case(21, ["x", "act", "flag", "nine"], 70),
    "far apart": case(22, ["x", "lr", "units", "tiny"], 80),
    "many trials": case(23, ["x", "lr", "layers", "drop", "act"], 400),
}
HISTORIES = {**CASES, **OWN}
TREES = ["floats", "integers", "categories", "all kinds", "ties", "nine categories", "far apart"]


def importances(name):
    study = study_of(HISTORIES[name])
    by_seed = [get_param_importances(study, evaluator=FanovaImportanceEvaluator(seed=seed)) for seed in SEEDS]
    return {"history": name, "of": {k: [float(one[k]) for one in by_seed] for k in sorted(by_seed[0])}}


def trees(name, number):
    study = study_of(HISTORIES[name])
    evaluator = FanovaImportanceEvaluator(n_trees=number, seed=7)
    evaluator.evaluate(study)
    fanova = evaluator._evaluator
    names = list(optuna.search_space.intersection_search_space(study.get_trials()))
    column = {}  # of the encoded columns: the parameter, and which of its columns
    for i, encoded in enumerate(fanova._column_to_encoded_columns):
        column |= {int(c): (i, j) for j, c in enumerate(encoded)}
    is_choice = [isinstance(study.trials[0].distributions[k], optuna.distributions.CategoricalDistribution) for k in names]
    for tree in fanova._trees:
        nodes, t = [], tree._tree
        for i in range(t.node_count):
            if t.feature[i] < 0:
                nodes.append([float(t.value[i].reshape(-1)[0])])
                continue
            parameter, which = column[int(t.feature[i])]
            at = which if is_choice[parameter] else float(t.threshold[i])
            nodes.append([parameter, at, int(t.children_left[i]), int(t.children_right[i])])
        yield {"history": name, "names": names, "nodes": nodes, "total": float(tree.variance),
               "marginal": [float(tree.get_marginal_variance(c)) for c in fanova._column_to_encoded_columns]}


if __name__ == "__main__":
    out = {"optuna": optuna.__version__, "scikit-learn": sklearn.__version__, "numpy": np.__version__,
           "histories": [{"name": name, **made} for name, made in OWN.items()],
           "importances": [importances(name) for name in HISTORIES],
           "trees": [tree for name in TREES for tree in trees(name, 3)]}
    text = json.dumps(out).replace('{"name": "', '\n{"name": "').replace('{"params"', '\n {"params"').replace('{"history"', '\n{"history"')
    pathlib.Path(__file__).with_name("fanova_vectors.json").write_text(text + "\n")
