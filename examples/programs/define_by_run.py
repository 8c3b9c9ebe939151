#!/usr/bin/env python3
"""Define-by-run without a package: the training loop is here, `winnow asktell` is at the other end of a pipe.

    python3 define_by_run.py DIR           run it again after Ctrl-C, a crash or a reboot: it goes on

One JSON object a line goes out, one comes back. `suggest` asks for a value while the trial runs, with a distribution as
Optuna writes it. Which parameters there are may depend on values drawn before: here plain descent has a momentum,
and the other optimizer has a decay.
"""
import json
import math
import os
import subprocess
import sys

from disc import Network

HERE = os.path.dirname(os.path.abspath(__file__))


class Desk:
    """`winnow asktell`, started here."""

    def __init__(self, directory):
        command = ["winnow", "asktell", os.path.join(HERE, "define_by_run.yaml"), "--dir", directory]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def ask(self, op, **request):
        print(json.dumps({"op": op, **request}), file=self.process.stdin, flush=True)
        answer = json.loads(self.process.stdout.readline() or '{"error": "winnow is gone"}')
        if "error" in answer:
            sys.exit(answer["error"])
        return answer


class Trial:
    """What Optuna's trial is to an objective."""

    def __init__(self, desk, number):
        self.desk, self.number = desk, number

    def suggest(self, name, **distribution):
        return self.desk.ask("suggest", trial=self.number, name=name, distribution=distribution)["value"]

    def suggest_float(self, name, low, high, log=False):
        return self.suggest(name, type="float", low=low, high=high, log=log)

    def suggest_int(self, name, low, high):
        return self.suggest(name, type="int", low=low, high=high)

    def suggest_categorical(self, name, choices):
        return self.suggest(name, type="categorical", choices=choices)

    def goes_on(self, step, **metrics):
        return self.desk.ask("report", trial=self.number, step=step, metrics=metrics)["verdict"] == "continue"


class Decaying(Network):
    """Divides each weight's rate by the root of its squared slopes, which fade by `decay` (RMSProp)."""

    def descend(self, batch, lr, momentum):
        before = list(self.weights)
        self.speed = [0.0] * len(before)
        super().descend(batch, 1, 0)
        self.squares = getattr(self, "squares", [0.0] * len(before))
        for k, slope in enumerate(self.speed):
            self.squares[k] = momentum * self.squares[k] + (1 - momentum) * slope * slope
            self.weights[k] = before[k] + lr * slope / (math.sqrt(self.squares[k]) + 1e-8)


def objective(trial, epochs):
    lr = trial.suggest_float("lr", 0.003, 1, log=True)
    hidden = trial.suggest_int("hidden", 2, 12)
    if trial.suggest_categorical("optimizer", ["descent", "rmsprop"]) == "descent":
        network, memory = Network(hidden, "tanh"), trial.suggest_float("momentum", 0, 0.95)
    else:
        network, memory = Decaying(hidden, "tanh"), trial.suggest_float("decay", 0.8, 0.999)
    for epoch in range(1, epochs + 1):
        network.train_epoch(lr, memory, 20)
        loss, accuracy = network.test()
        if not trial.goes_on(epoch, loss=loss, accuracy=accuracy):
            return False  # the verdict has closed the trial
    return True


def main():
    desk = Desk(sys.argv[1] if len(sys.argv) > 1 else "define-by-run")
    while "trial" in (given := desk.ask("ask")):
        if objective(Trial(desk, given["trial"]), given["params"]["epochs"]):
            desk.ask("tell", trial=given["trial"], state="complete")
    print(json.dumps(desk.ask("best")))


if __name__ == "__main__":
    main()
