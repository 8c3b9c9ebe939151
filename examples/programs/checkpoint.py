#!/usr/bin/env python3
"""The network of disc.py, with a checkpoint: it goes on after a pause (promotion.yaml), a crash or a reboot.

WINNOW_CHECKPOINT_DIR is the trial's own folder and stays from attempt to attempt. WINNOW_RESUME_STEP is set where the
trial goes on after a pause: the step that it paused at. After a crash it isn't set, and only the file tells.
"""
import argparse
import json
import os
import sys

from disc import Network, Winnow


def save(network, epoch, file):
    """Whole or not at all: a crash in the middle leaves the old one."""
    with open(file + ".new", "w", encoding="utf-8") as new:
        json.dump({"epoch": epoch, "weights": network.weights, "speed": network.speed}, new)
        new.flush()
        os.fsync(new.fileno())
    os.replace(file + ".new", file)


def load(network, file):
    """The epoch that it is of, 0 if there is none."""
    if not os.path.exists(file):
        return 0
    with open(file, encoding="utf-8") as saved:
        state = json.load(saved)
    network.weights, network.speed = state["weights"], state["speed"]
    return state["epoch"]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--lr", type=float, required=True)
    parser.add_argument("--momentum", type=float, required=True)
    parser.add_argument("--hidden", type=int, required=True)
    args = parser.parse_args()

    winnow = Winnow()
    network = Network(args.hidden, "tanh")
    file = os.path.join(os.environ.get("WINNOW_CHECKPOINT_DIR", "."), "state.json")
    done = load(network, file)
    paused_at = os.environ.get("WINNOW_RESUME_STEP")
    if paused_at is not None and int(paused_at) != done:
        sys.exit(f"{file} is of epoch {done}, the trial had paused at {paused_at}")
    print("starts after epoch", done)
    for epoch in range(done + 1, 28):
        network.train_epoch(args.lr, args.momentum, 20)
        loss, accuracy = network.test()
        verdict = winnow.report(epoch, loss=loss, accuracy=accuracy)
        print("trained epoch", epoch)
        save(network, epoch, file)  # behind the report: what is saved has been reported
        if verdict != "continue":  # `pause`: leave with 0, and the trial can go on
            return


if __name__ == "__main__":
    main()
