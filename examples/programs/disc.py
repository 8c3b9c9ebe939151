#!/usr/bin/env python3
"""A network of one hidden layer learns which points of a square lie in a disc. No package is needed.

    winnow run optuna.yaml --command 'python3 disc.py ${args}' --metric loss:minimize --trials 12 ...
    python3 disc.py --lr=0.5                     by hand: prints its reports

disc.sh and disc.cpp are the same program; the three report the same numbers.
"""
import argparse
import json
import math
import os
import socket
import sys


def points(count=240):
    """Spread over [-1, 1]² without chance, so that every language has the same ones: (x, y, 1 in the disc or 0)."""
    for i in range(count):
        x = 2 * ((i * 0.7548776662466927) % 1) - 1
        y = 2 * ((i * 0.5698402909980532) % 1) - 1
        yield x, y, 1 if (x - 0.2) ** 2 + (y + 0.1) ** 2 < 0.4 else 0


class Network:
    """Trained by gradient descent with momentum; every third point is held out for the test."""

    def __init__(self, hidden, activation):
        self.hidden = hidden
        self.relu = activation == "relu"
        # For each unit: two weights, a bias, its weight in the sum; then the sum's bias.
        self.weights = [math.sin(12.9898 * (k + 1)) for k in range(4 * hidden + 1)]
        self.speed = [0.0] * len(self.weights)
        everything = list(points())
        self.held_out = everything[::3]
        self.training = [point for i, point in enumerate(everything) if i % 3 != 0]

    def output(self, x, y):
        """The probability of lying in the disc, and what each unit gave."""
        w = self.weights
        units = []
        total = w[4 * self.hidden]
        for j in range(0, 4 * self.hidden, 4):
            z = w[j] * x + w[j + 1] * y + w[j + 2]
            unit = max(z, 0.0) if self.relu else 2 / (1 + math.exp(-2 * max(min(z, 50), -50))) - 1
            units.append(unit)
            total += w[j + 3] * unit
        return 1 / (1 + math.exp(-max(min(total, 50), -50))), units

    def descend(self, batch, lr, momentum):
        w = self.weights
        slope = [0.0] * len(w)
        for x, y, label in batch:
            guess, units = self.output(x, y)
            error = (guess - label) / len(batch)
            for number, unit in enumerate(units):
                j = 4 * number
                back = error * w[j + 3] * ((1 if unit > 0 else 0) if self.relu else 1 - unit * unit)
                slope[j] += back * x
                slope[j + 1] += back * y
                slope[j + 2] += back
                slope[j + 3] += error * unit
            slope[-1] += error
        for k, s in enumerate(slope):
            self.speed[k] = momentum * self.speed[k] - lr * s
            w[k] += self.speed[k]

    def train_epoch(self, lr, momentum, batch):
        for start in range(0, len(self.training), batch):
            self.descend(self.training[start:start + batch], lr, momentum)

    def test(self):
        loss, right = 0.0, 0
        for x, y, label in self.held_out:
            guess, _ = self.output(x, y)
            chance = guess if label else 1 - guess
            loss -= math.log(max(chance, 1e-12))
            right += 1 if chance > 0.5 else 0
        return loss / len(self.held_out), right / len(self.held_out)


class Winnow:
    """The whole protocol: a JSON line out, a JSON line in."""

    def __init__(self):
        fd = os.environ.get("WINNOW_REPORT_FD")
        self.lines = socket.socket(fileno=int(fd)).makefile("rw") if fd else None

    def report(self, step, **metrics):
        """`continue`, `stop` or `pause`."""
        if self.lines is None:
            print(f"epoch {step}:", metrics)
            return "continue"
        print(json.dumps({"metrics": metrics, "step": step}), file=self.lines, flush=True)
        answer = json.loads(self.lines.readline() or '{"error": "winnow is gone"}')
        if "error" in answer:
            sys.exit(answer["error"])
        return answer["verdict"]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--lr", type=float, default=0.1)
    parser.add_argument("--momentum", type=float, default=0.5)
    parser.add_argument("--hidden", type=int, default=6)
    parser.add_argument("--batch", type=int, default=20)
    parser.add_argument("--activation", choices=["relu", "tanh"], default="tanh")
    parser.add_argument("--epochs", type=int, default=27)
    args = parser.parse_args()

    winnow = Winnow()
    network = Network(args.hidden, args.activation)
    for epoch in range(1, args.epochs + 1):
        network.train_epoch(args.lr, args.momentum, args.batch)
        loss, accuracy = network.test()
        if winnow.report(epoch, loss=loss, accuracy=accuracy) != "continue":
            break


if __name__ == "__main__":
    main()
