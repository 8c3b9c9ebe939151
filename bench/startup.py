#!/usr/bin/env python3
"""How soon `winnow` answers: --help, show, and the first answer of asktell, each as a whole process.

    bench/startup.py [--winnow build/release/bin/winnow] [-n 31] [--json FILE]

The run that `show` reads is made first: 64 trials under ASHA over learning curves. Beside them stand the costs that the machine sets:
the start of a program that does nothing, and one fdatasync, since asktell answers only when its ledger is durable.
"""
import argparse
import json
import os
import shutil
import statistics
import subprocess
import tempfile
import time

SWEEP = """name: startup
seed: 3
metric: {name: loss, goal: minimize}
parameters:
  asymptote: {min: 0.0, max: 1.0}
  rate: {min: 0.1, max: 2.0}
scheduler: {type: asha, max_t: 27, grace_period: 1, reduction_factor: 3}
trainer: {type: landscape, function: learning_curve}
run_cap: 64
"""


def timed(action):
    start = time.perf_counter()
    action()
    return (time.perf_counter() - start) * 1e3


def process(*command):
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def first_answer(winnow, sweep, folder):
    run = os.path.join(folder, "asktell")
    shutil.rmtree(run, ignore_errors=True)
    start = time.perf_counter()
    loop = subprocess.Popen([winnow, "asktell", sweep, "--dir", run], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    loop.stdin.write(b'{"op":"ask"}\n')
    loop.stdin.flush()
    answer = json.loads(loop.stdout.readline())
    elapsed = (time.perf_counter() - start) * 1e3
    assert answer["trial"] == 0, answer
    loop.stdin.close()
    loop.wait()
    return elapsed


def fdatasync(folder):
    with open(os.path.join(folder, "sync"), "ab") as file:
        file.write(b"x" * 4096)
        file.flush()
        return timed(lambda: os.fdatasync(file.fileno()))


def main():
    here = os.path.dirname(os.path.abspath(__file__))
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--winnow", default=os.path.join(here, "../build/release/bin/winnow"))
    parser.add_argument("-n", type=int, default=31, help="runs of each")
    parser.add_argument("--json", help="also write the figures to this file")
    args = parser.parse_args()
    figures = {}
    with tempfile.TemporaryDirectory() as folder:
        sweep = os.path.join(folder, "sweep.yaml")
        with open(sweep, "w", encoding="utf-8") as file:
            file.write(SWEEP)
        run = os.path.join(folder, "run")
        process(args.winnow, "run", sweep, "--dir", run, "--quiet")
        measures = {
            "true_ms": lambda: timed(lambda: process("/bin/true")),
            "fdatasync_ms": lambda: fdatasync(folder),
            "help_ms": lambda: timed(lambda: process(args.winnow, "--help")),
            "show_64_trials_ms": lambda: timed(lambda: process(args.winnow, "show", run)),
            "asktell_first_answer_ms": lambda: first_answer(args.winnow, sweep, folder),
        }
        samples = {name: [] for name in measures}
        for _ in range(args.n):  # interleaved, so that a busy moment meets all alike
            for name, measure in measures.items():
                samples[name].append(measure())
        for name, values in samples.items():
            figures[name] = {"median": statistics.median(values), "min": min(values), "max": max(values)}
            print(f"{name:26} median {figures[name]['median']:7.2f}  min {min(values):7.2f}  max {max(values):7.2f}")
    if args.json:
        with open(args.json, "w", encoding="utf-8") as file:
            json.dump(figures, file, indent=2)


if __name__ == "__main__":
    main()
