"""What Ray Tune draws: draws.json.

    python3 -m venv ray && ray/bin/pip install 'ray[tune]==2.60.0' && ray/bin/python record.py > draws.json
"""
import json

import numpy as np
import ray
from ray import tune

N = 100_000

REAL = ["tune.uniform(0, 1)", "tune.uniform(-3.5, 12)", "tune.loguniform(1e-4, 1e-1)", "tune.loguniform(1, 1024)",
        "tune.randn()", "tune.randn(10, 0.5)"]
DISCRETE = ["tune.randint(0, 10)", "tune.randint(-4, 3)", "tune.lograndint(1, 20)", "tune.lograndint(8, 40)",
            "tune.qrandint(1, 10)", "tune.qrandint(0, 12, 3)", "tune.qrandint(-10, 10, 4)", "tune.qrandint(1, 10, 3)",
            "tune.qlograndint(1, 10, 1)", "tune.qlograndint(8, 64, 8)", "tune.qlograndint(5, 50, 10)",
            "tune.choice(['a', 'b', None, 2])", "tune.qrandn(0, 1, 0.5)", "tune.qrandn(5, 2, 1)"]
# Ray's code halves the mass of the ends; Winnow's doesn't.
DIFFERENT = ["tune.quniform(0, 1, 0.25)", "tune.quniform(-0.5, 0.5, 0.1)", "tune.quniform(2, 10, 2)",
             "tune.qloguniform(1, 8, 1)", "tune.qloguniform(0.5, 4, 0.5)"]


def draws(call):
    return eval(call).sample(size=N, random_state=np.random.default_rng(6))


def counts(values):
    seen = {}
    for value in values:
        value = value.item() if isinstance(value, np.generic) else value
        key = json.dumps(value + 0.0 if isinstance(value, float) else value)  # no negative zero
        seen[key] = seen.get(key, 0) + 1
    return [[json.loads(key), seen[key]] for key in sorted(seen)]


def quantiles(values):
    ordered = sorted(float(value) for value in values)
    return [ordered[min(round(i * N / 200), N - 1)] for i in range(201)]


print(json.dumps({
    "package": "ray " + ray.__version__,
    "draws": N,
    "quantiles": {call: quantiles(draws(call)) for call in REAL},
    "counts": {call: counts(draws(call)) for call in DISCRETE},
    "different": {call: counts(draws(call)) for call in DIFFERENT},
}))
