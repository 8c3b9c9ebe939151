#!/usr/bin/env python3
"""Makes weights.json: with what weights Optuna's BruteForceSampler draws, on random histories.

    python3 -m venv v && v/bin/pip install 'optuna==5.0.0' && v/bin/python make_vectors.py weights.json

The space: a in 0, 1, 2; then, if a is 1, b in 0 … 3; then c of x, y. A history is a list of [params, state]; a running
trial may have asked for less. `params` are those that the trial in question has, `weights` those of the next one's
values, in order; null: nothing is open, and the draw is uniform.
"""
import itertools
import json
import random
import sys
import warnings

import optuna
from optuna.samplers import BruteForceSampler
from optuna.samplers._brute_force import _TreeNode
from optuna.trial import TrialState, create_trial

warnings.simplefilter("ignore")
DISTRIBUTIONS = {"a": optuna.distributions.IntDistribution(0, 2), "b": optuna.distributions.IntDistribution(0, 3),
                 "c": optuna.distributions.CategoricalDistribution(["x", "y"])}
STATES = {"completed": TrialState.COMPLETE, "stopped": TrialState.PRUNED, "failed": TrialState.FAIL,
          "running": TrialState.RUNNING}
ALL = [{"a": a, **({"b": b} if a == 1 else {}), "c": c}
       for a, b, c in itertools.product(range(3), range(4), "xy") if a == 1 or b == 0]


class Recorder:
    def choice(self, values, p):
        self.weights = [float(x) for x in p]
        return values_first(values)


class values_first:
    def __init__(self, values):
        self.value = values[0]

    def item(self):
        return self.value


def next_of(params):
    return "a" if not params else "b" if params == {"a": 1} else "c"


def trial(params, state):
    values = {"value": 0.0} if state == "completed" else {}
    return create_trial(state=STATES[state], params=params, distributions={n: DISTRIBUTIONS[n] for n in params}, **values)


def case(seed):
    rng = random.Random(seed)
    history = []
    for params in rng.choices(ALL, k=rng.randint(0, 16)):
        state = rng.choice(["completed", "completed", "stopped", "failed", "running", "running"])
        if state == "running":
            params = dict(itertools.islice(params.items(), rng.randint(0, len(params))))
        history.append([params, state])
    whole = rng.choice(ALL)
    params = dict(itertools.islice(whole.items(), rng.randint(0, len(whole) - 1)))
    avoid = rng.random() < 0.5
    name = next_of(params)
    tree = _TreeNode()
    distribution = DISTRIBUTIONS[name]
    categorical = name == "c"
    tree.expand(name, (0, 1, 1) if categorical else (distribution.low, distribution.high, 1))
    BruteForceSampler._populate_tree(tree, [trial(*past) for past in history], params)
    weights = None
    if tree.is_any_expandable(not avoid):
        recorder = Recorder()
        tree.sample_child(recorder, not avoid)
        weights = recorder.weights
    return {"avoid_premature_stop": avoid, "history": history, "params": params, "name": name, "weights": weights}


def main(path):
    cases = [case(seed) for seed in range(300)]
    with open(path, "w") as file:
        file.write(f'{{"peer": "Optuna {optuna.__version__}, BruteForceSampler", "cases": [\n')
        file.write(",\n".join(json.dumps(c, separators=(",", ":")) for c in cases))
        file.write("\n]}\n")


if __name__ == "__main__":
    main(sys.argv[1])
