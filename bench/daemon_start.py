#!/usr/bin/env python3
"""How soon winnowd answers in a state directory with many finished sweeps, and what it costs at rest.

Usage: bench/daemon_start.py [-n SWEEPS] [--trials N] [--dir DIR]

Runs one sweep of so many trials, puts as many directories of it there (the ledger is one file with many names), starts
the daemon three times, and prints each time, in JSON: seconds from its start to its first answer and to its first page
of 100 sweeps, milliseconds of a page after that (median and 99th percentile of 200), bytes of memory (RSS), and percent
of a core while nobody asks.
"""
import argparse
import http.client
import json
import os
import pathlib
import signal
import socket
import statistics
import subprocess
import tempfile
import time

BIN = pathlib.Path(__file__).resolve().parent.parent / "build/release/bin"
SWEEP = """name: many
method: random
seed: 1
run_cap: %d
metric: {name: loss, goal: minimize}
parameters: {x1: {min: -5.0, max: 10.0}, x2: {min: 0.0, max: 15.0}}
trainer: {type: landscape, function: branin, steps: 3}
"""


class Owner(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__("localhost")
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.connect(str(self.path))


def ask(state, path, connection=None):
    connection = connection or Owner(state / "socket")
    connection.request("GET", path)
    return json.loads(connection.getresponse().read())


def first_answer(state, path, process):
    while process.poll() is None:
        try:
            return ask(state, path)
        except OSError:
            time.sleep(0.002)
    raise SystemExit("winnowd ended")


def cpu_seconds(pid):
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def rss(pid):
    return int(pathlib.Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def fill(state, sweeps, trials):
    file = state / "sweep.yaml"
    file.write_text(SWEEP % trials)
    model = state / "model"
    subprocess.run([BIN / "winnow", "run", file, "--dir", model, "--quiet"], check=True, stdout=subprocess.DEVNULL)
    for number in range(sweeps):
        root = state / "sweeps" / f"many-{number:06}"
        root.mkdir(parents=True)
        os.link(model / "ledger.db", root / "ledger.db")
        ledger = (root / "ledger.db").stat()
        summary = {"ledger": f"{ledger.st_mtime_ns}.{ledger.st_size}", "id": root.name, "name": "many", "state": "finished", "why": "run_cap reached", "weight": 1.0,
                   "priority": 0, "slots": 0, "created": 1.8e9 + number, "seq": 6 * trials,
                   "trials": {"queued": 0, "running": 0, "paused": 0, "stopped": 0, "completed": trials, "failed": 0},
                   "reports": 3 * trials, "resource": 3.0 * trials,
                   "best": {"trial": 7, "value": 0.4, "fallback": False, "params": {"x1": 3.1, "x2": 2.3}}}
        (root / "summary.json").write_text(json.dumps(summary))


def measure(state):
    began = time.monotonic()
    process = subprocess.Popen([BIN / "winnowd", "--dir", state, "--listen", "127.0.0.1:0"], stderr=subprocess.DEVNULL)
    try:
        first_answer(state, "/healthz", process)
        answered = time.monotonic() - began
        page = ask(state, "/api/v1/sweeps")
        listed = time.monotonic() - began
        assert len(page["sweeps"]) == 100, page
        connection, times = Owner(state / "socket"), []
        for _ in range(200):
            start = time.monotonic()
            ask(state, "/api/v1/sweeps", connection)
            times.append(1000 * (time.monotonic() - start))
        before = cpu_seconds(process.pid)
        time.sleep(5)
        idle = 100 * (cpu_seconds(process.pid) - before) / 5
        return {"answers_s": round(answered, 3), "first_page_s": round(listed, 3),
                "page_ms": round(statistics.median(times), 3), "page_p99_ms": round(sorted(times)[197], 3),
                "rss_mib": round(rss(process.pid) / 2**20, 1), "idle_percent": round(idle, 2)}
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("-n", type=int, default=10_000)
    parser.add_argument("--trials", type=int, default=1_000)
    parser.add_argument("--dir", default=None, help="where the throw-away state directory is made")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=args.dir) as folder:
        state = pathlib.Path(folder)
        fill(state, args.n, args.trials)
        for _ in range(3):
            print(json.dumps(measure(state)), flush=True)


if __name__ == "__main__":
    main()
