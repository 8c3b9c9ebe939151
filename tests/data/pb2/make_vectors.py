#!/usr/bin/env python3
"""Regenerates vectors.json beside this file by driving Ray Tune's own PB2, its kernel, and scikit-learn's regressor.

    python3 -m venv v && v/bin/pip install 'ray[tune]' scikit-learn pandas && v/bin/python make_vectors.py

`gp`: a kernel, what it makes of points (time first), and the posterior's mean and variance at others by it, with values
of mean 0 and the given noise; the logarithm of the marginal likelihood, and the kernel's that maximises it, as L-BFGS
finds it from where Ray starts it (without noise), with that likelihood.

`histories`: events in order. ["s", trial, time, params, score]: a trial comes to its interval. ["x", trial, donor, time,
score, params, changes, current]: it takes over the donor's state of that time and score with these params, and what
Ray's model goes by then: [time, score before, change per step, params] of each change by time, and the params that
others were given before at the same time. Left out are exploits of a donor none of whose changes is known: Ray forgets
then where the trial goes on from. Parameters lie in [0, 1].
"""
import json
import pathlib
import random

import numpy as np
from ray.tune.schedulers import pb2
from ray.tune.schedulers.pb2_utils import TV_SquaredExp, UCB
from sklearn.gaussian_process import GaussianProcessRegressor


class Trial:
    def __init__(self, number, config):
        self.number, self.config = number, config
        self.evaluated_params = {}

    def __str__(self):
        return f"trial_{self.number}"


def round_all(numbers):
    return [[round(x, 4) for x in row] for row in numbers]


def gp_case(rng, count, dimensions, noise):
    kernel = TV_SquaredExp(rng.uniform(0.3, 3), rng.uniform(0.1, 4), rng.uniform(0.01, 0.4))
    points = np.array(round_all([[rng.random() for _ in range(1 + dimensions)] for _ in range(count)]))
    at = np.array(round_all([[rng.random() for _ in range(1 + dimensions)] for _ in range(4)]))
    values = np.round(np.sin(3 * points.sum(axis=1)) + np.array([rng.gauss(0, 0.2) for _ in range(count)]), 4)
    values -= values.mean()
    model = GaussianProcessRegressor(kernel=kernel, optimizer=None, alpha=noise).fit(points, values)
    mean, deviation = model.predict(at, return_std=True)
    fitted = GaussianProcessRegressor(kernel=TV_SquaredExp(), alpha=noise).fit(points, values)
    bound = [float(UCB(model, model, row[2:], row[:2])) for row in at]
    return {
        "kernel": [kernel.variance, kernel.lengthscale, kernel.epsilon],
        "noise": noise,
        "points": points.tolist(),
        "values": values.tolist(),
        "at": at.tolist(),
        "matrix": kernel(points, at).tolist(),
        "mean": mean.tolist(),
        "variance": (deviation**2).tolist(),
        "bound": bound,
        "log_likelihood": model.log_marginal_likelihood_value_,
        "fitted": [fitted.kernel_.variance, fitted.kernel_.lengthscale, fitted.kernel_.epsilon],
        "fitted_log_likelihood": fitted.log_marginal_likelihood_value_,
    }


class Known(pb2.PB2):
    """Notes what goes into the model in place of asking it."""

    def __init__(self, rng):
        super().__init__(
            time_attr="t", metric="m", mode="max", perturbation_interval=1, hyperparam_bounds={"a": [0, 1], "b": [0, 1]}
        )
        self.seen = None

        def select(points, rates, current, newpoint, bounds, num_f):
            self.seen = (points, rates, current)
            return np.array([round(rng.random(), 4) for _ in bounds])

        pb2._select_config = select

    def take(self, trial, time, score):
        state = type("State", (), {"last_train_time": 0})()
        self._save_trial_state(state, time, {"t": time, "m": score}, trial)


def history(rng, size, rounds, synch):
    known = Known(rng)
    trials = [Trial(n, {"a": round(rng.random(), 4), "b": round(rng.random(), 4)}) for n in range(size)]
    at, scores, counts, events = [0] * size, [0.0] * size, [0] * size, []
    for _ in range(rounds):
        looked = range(size) if synch else rng.sample(range(size), rng.randint(1, size))
        for n in looked:
            at[n] += 2 if synch else rng.randint(1, 3)
            scores[n] = round(rng.random() + at[n] / 10, 4)
            counts[n] += 1
            events.append(["s", n, at[n], list(trials[n].config.values()), scores[n]])
            known.take(trials[n], at[n], scores[n])
        for n in rng.sample(range(size), 2):
            donor = rng.choice([d for d in range(size) if d != n])
            if counts[donor] < 2:
                continue
            known.seen = None
            before = None if known.data["Time"].max() > known.last_exploration_time else known.current
            trials[n].config, _ = known._get_new_config(trials[n], trials[donor])
            points, rates, _ = known.seen
            changes = [[p[0], p[1], r, *p[2:]] for p, r in zip(points.tolist(), rates.tolist())]
            at[n], scores[n], counts[n] = at[donor], scores[donor], 1
            events.append(
                ["x", n, donor, at[n], scores[n], [float(x) for x in trials[n].config.values()], changes,
                 [] if before is None else before.tolist()]
            )  # fmt: skip
    return events


def main():
    rng = random.Random(7)
    gp = [gp_case(rng, count, dimensions, noise) for count in (2, 7, 20) for dimensions, noise in ((2, 1e-2), (4, 1e-4))]
    histories = [history(rng, size, 6, synch) for size in (3, 5) for synch in (False, True) for _ in range(2)]
    out = {"peer": "Ray Tune 2.60 and scikit-learn 1.9", "gp": gp, "histories": histories}
    pathlib.Path(__file__).with_name("vectors.json").write_text(json.dumps(out, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
