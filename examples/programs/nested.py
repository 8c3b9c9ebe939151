#!/usr/bin/env python3
"""The network of disc.py, told all by one JSON file (nested.yaml): nested.py PARAMS.json"""
import json
import sys

from disc import Network, Winnow


class Careful(Network):
    """Looks ahead (Nesterov's momentum), and clips long steps."""

    def __init__(self, model, optimizer, clip):
        super().__init__(model["hidden"], model["activation"])
        self.nesterov = optimizer["nesterov"]
        self.clip = clip

    def descend(self, batch, lr, momentum):
        before = list(self.weights)
        if self.nesterov:
            self.weights = [w + momentum * s for w, s in zip(self.weights, self.speed)]
        super().descend(batch, lr, momentum)
        if self.clip is not None:
            self.speed = [max(min(s, self.clip), -self.clip) for s in self.speed]
        self.weights = [w + s for w, s in zip(before, self.speed)]


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        params = json.load(file)
    optimizer = params["optimizer"]
    network = Careful(params["model"], optimizer, params["clip"])
    winnow = Winnow()
    for epoch in range(1, params["epochs"] + 1):
        network.train_epoch(optimizer["lr"], optimizer["momentum"], params["batch"])
        loss, accuracy = network.test()
        if winnow.report(epoch, loss=loss, accuracy=accuracy) != "continue":
            break


if __name__ == "__main__":
    main()
