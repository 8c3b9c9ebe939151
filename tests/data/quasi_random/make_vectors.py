#!/usr/bin/env python3
"""Makes sequences.json: points of SciPy's Sobol' and Halton sequences, not scrambled.

    python3 -m venv v && v/bin/pip install 'scipy==1.17.1' && v/bin/python make_vectors.py sequences.json

For each sequence: `first` points in a few dimensions, and `far`: of one point with a higher number, some of its
coordinates in the most dimensions that we take.
"""
import json
import sys

import scipy
from scipy.stats import qmc


def far(make, dimensions, index, axes):
    engine = make(dimensions, scramble=False)
    engine.fast_forward(index)
    point = engine.random(1)[0]
    return {"dimensions": dimensions, "index": index, "axes": axes, "values": [float(point[a]) for a in axes]}


def sequence(make, most, axes):
    return {
        "first": make(12, scramble=False).random(64).tolist(),
        "far": [far(make, 12, 1_000, list(range(12))), far(make, 40, 54_321, list(range(40))),
                far(make, most, 123_456, axes)],
    }


def main(path):
    vectors = {
        "scipy": scipy.__version__,
        "sobol": sequence(qmc.Sobol, 3667, [0, 1, 2, 99, 500, 1000, 2000, 3000, 3665, 3666]),
        "halton": sequence(qmc.Halton, 1000, [0, 1, 2, 99, 500, 998, 999]),
    }
    with open(path, "w") as file:
        json.dump(vectors, file, indent=None, separators=(", ", ": "))
        file.write("\n")


if __name__ == "__main__":
    main(sys.argv[1])
