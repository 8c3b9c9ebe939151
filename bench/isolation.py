#!/usr/bin/env python3
"""What a process for each trial costs: the same sweeps with `isolation: thread` and `process`, in turns.

    bench/isolation.py [--winnow build/release/bin/winnow] [--folder DIR] [-n 3] [--json FILE]

throughput  64 trials of about a second (LibTorch, digits) on 2 slots, whole runs of `winnow`
start       from a trial's start to its first report, one epoch: medians of those 64 trials; the difference is the hand-out, and what a new
            process does once (its page faults, LibTorch's first call of each operation)
cold        from `winnow run` to the first trial's start, with LibTorch to load
round trip  between two reports of one trial that does nothing (landscape), median of 4,000; durability: relaxed, so that no sync is in it
memory      of a worker that trains: its own (private dirty), and with what it shares
"""
import argparse
import json
import os
import pathlib
import shutil
import sqlite3
import statistics
import subprocess
import tempfile
import threading
import time

STARTED, REPORTED = 5, 6

TRIALS = """name: isolation
seed: 3
method: random
metric: {{name: eval/accuracy, goal: maximize}}
parameters:
  learning_rate: {{distribution: log_uniform_values, min: 0.001, max: 0.1}}
run_cap: {trials}
slots: 2
isolation: {isolation}
checkpoints: {{last: 0, best: 0}}
trainer: {{type: classifier, data: {data}, epochs: {epochs}, hidden: 128, layers: 2, batch_size: 32}}
"""

REPORTS = """name: reports
seed: 3
metric: {{name: loss, goal: minimize}}
parameters:
  asymptote: {{min: 0.0, max: 1.0}}
  rate: {{min: 0.1, max: 2.0}}
run_cap: 1
slots: 1
durability: relaxed
checkpoints: {{last: 0, best: 0}}
isolation: {isolation}
trainer: {{type: landscape, function: learning_curve, steps: 4000, delay: 0.000001}}
"""


def events(run):
    ledger = sqlite3.connect(f"file:{run}/ledger.db?mode=ro", uri=True)
    return ledger.execute("select kind, time, trial from events order by seq").fetchall()


class Worker(threading.Thread):
    """Looks at the memory of the workers that train, until it is told to end: the most, in MiB."""

    def __init__(self):
        super().__init__()
        self.ends, self.own, self.whole = threading.Event(), 0, 0

    def run(self):
        while not self.ends.wait(0.2):
            for process in pathlib.Path("/proc").glob("[0-9]*"):
                try:
                    if not (process / "comm").read_text().startswith("wnw-trial"):
                        continue
                    fields = dict(line.split(":") for line in (process / "smaps_rollup").read_text().splitlines()[1:])
                    self.own = max(self.own, int(fields["Private_Dirty"].split()[0]) / 1024)
                    self.whole = max(self.whole, int(fields["Rss"].split()[0]) / 1024)
                except (OSError, KeyError, ValueError):
                    continue


def run(winnow, folder, text):
    sweep, target = folder / "sweep.yaml", folder / "run"
    shutil.rmtree(target, ignore_errors=True)
    sweep.write_text(text)
    begin, clock = time.time(), time.perf_counter()
    subprocess.run([winnow, "run", sweep, "--dir", target, "--quiet"], check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - clock, begin, events(target)


def starts(rows):
    begun, waits = {}, []
    for kind, when, trial in rows:
        if kind == STARTED:
            begun[trial] = when
        elif kind == REPORTED and trial in begun:
            waits.append((when - begun.pop(trial)) * 1e3)
    return waits


def main():
    here = pathlib.Path(__file__).resolve().parent
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--winnow", default=here.parent / "build/release/bin/winnow")
    parser.add_argument("--folder", help="where the runs are written [a temporary one]")
    parser.add_argument("-n", type=int, default=3, help="runs of each")
    parser.add_argument("--trials", type=int, default=64)
    parser.add_argument("--json", help="also write the figures to this file")
    args = parser.parse_args()
    figures = {kind: {"seconds": [], "start_ms": [], "cold_ms": [], "report_us": []} for kind in ("thread", "process")}
    with tempfile.TemporaryDirectory(dir=args.folder) as name:
        folder = pathlib.Path(name)
        data = here.parent / "examples/digits/digits.h5"
        parts = {"data": data, "trials": args.trials}
        took, _, rows = run(args.winnow, folder, TRIALS.format(isolation="thread", epochs=20, **(parts | {"trials": 2})))
        epochs = max(1, round(20 / (max(row[1] for row in rows) - min(row[1] for row in rows if row[0] == STARTED))))
        print(f"{epochs} epochs are about a second", flush=True)
        for _ in range(args.n):
            for isolation, found in figures.items():
                look = Worker()
                look.start()
                took, begin, rows = run(args.winnow, folder, TRIALS.format(isolation=isolation, epochs=epochs, **parts))
                look.ends.set()
                look.join()
                found["seconds"].append(took)
                found["start_ms"] += starts(rows)
                found["cold_ms"].append((next(row[1] for row in rows if row[0] == STARTED) - begin) * 1e3)
                if isolation == "process":
                    found["own_mib"], found["rss_mib"] = look.own, look.whole
                _, _, rows = run(args.winnow, folder, REPORTS.format(isolation=isolation))
                times = [row[1] for row in rows if row[0] == REPORTED]
                found["report_us"].append(statistics.median(b - a for a, b in zip(times, times[1:])) * 1e6)
                print(isolation, f"{took:.2f} s", flush=True)
    thread, process = figures["thread"], figures["process"]
    print(f"{'':12}{'thread':>10}{'process':>10}")
    for key in ("seconds", "start_ms", "cold_ms", "report_us"):
        print(f"{key:12}{statistics.median(thread[key]):10.2f}{statistics.median(process[key]):10.2f}")
    ratio = statistics.median(b / a for a, b in zip(thread["seconds"], process["seconds"]))
    print(f"throughput: {100 * (ratio - 1):.1f} % more time; a worker has {process['own_mib']:.0f} MiB of its own, {process['rss_mib']:.0f} in all")
    if args.json:
        pathlib.Path(args.json).write_text(json.dumps(figures, indent=1))


if __name__ == "__main__":
    main()
