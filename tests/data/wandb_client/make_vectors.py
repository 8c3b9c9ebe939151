#!/usr/bin/env python3
"""Regenerates `history.json` beside this file by running the real client, the package `wandb` 0.31.0, offline.

    python3 -m venv v && v/bin/pip install wandb==0.31.0 && v/bin/python make_vectors.py

A case is {calls, rows, step, summary}. A call is [data, step, commit] as wandb.log takes them. `rows` is the history that the
client wrote, `step` what run.step said after each call, `summary` the one at the end, with the metrics that
`definitions` ([name, summary]) defined. Names are logged once a step only: of a name logged twice in one step wandb
keeps the last value, and the stand-in reports the first.
"""
import glob
import json
import os
import pathlib
import random
import struct
import tempfile

import wandb
from wandb.proto import wandb_internal_pb2

DEFINITIONS = [["low", "min"], ["all", "min,max,mean,first,last"], ["g/*", "max"], ["g/none", "none"], ["last", "last"]]


def records(path):
    """The records of a .wandb file: after a head of 7 bytes blocks of 32 KiB as in LevelDB's log."""
    data = pathlib.Path(path).read_bytes()
    at, whole = 7, b""
    while at + 7 <= len(data):
        left = 32768 - at % 32768
        if left < 7:
            at += left
            continue
        _, length, kind = struct.unpack("<IHB", data[at:at + 7])
        whole += data[at + 7:at + 7 + length]
        at += 7 + length
        if kind in (1, 4):  # full, last
            yield whole
            whole = b""


def history(folder):
    rows = []
    for data in records(glob.glob(folder + "/wandb/offline-run-*/run-*.wandb")[0]):
        record = wandb_internal_pb2.Record()
        record.ParseFromString(data)
        if record.WhichOneof("record_type") == "history":
            row = {".".join(item.nested_key) or item.key: json.loads(item.value_json) for item in record.history.item}
            rows.append([row.pop("_step"), {key: value for key, value in row.items() if not key.startswith("_")}])
    return rows


def plain(value):
    return {key: plain(value[key]) for key in value.keys() if not key.startswith("_")} if hasattr(value, "keys") else value


def calls(rng):
    """Random calls; now and then a step is given, some of them too low."""
    at, made, names = 0, [], 0
    explicit = rng.random() < 0.6
    for _ in range(rng.randint(3, 14)):
        step = None
        if explicit and rng.random() < 0.6:
            step = max(0, at + rng.choice([-2, -1, 0, 0, 0, 1, 1, 2, 5]))
            at = max(at, step)
        commit = rng.choice([None, None, None, True, False])
        data = {}
        for _ in range(rng.randint(1, 2)):
            names += 1
            data["m{}".format(names)] = rng.choice([rng.randint(-5, 5), round(rng.uniform(-1, 1), 3)])
        if rng.random() < 0.3:
            names += 1
            data["n{}".format(names)] = {"a": {"b": rng.randint(0, 9)}, "t": "text"}
        made.append([data, step, commit])
    return made


def defined(rng):
    """Rows for the summary: the same names again and again."""
    return [[{name: rng.randint(-9, 9) for name in ("low", "all", "g/a", "g/none", "last", "free")}, None, None]
            for _ in range(6)]


def play(made):
    with tempfile.TemporaryDirectory() as folder:
        run = wandb.init(mode="offline", dir=folder, settings=wandb.Settings(silent=True, x_disable_stats=True,
                                                                            x_disable_meta=True, console="off"))
        for name, summary in DEFINITIONS:
            run.define_metric(name, summary=summary)
        steps = []
        for data, step, commit in made:
            run.log(data, step=step, commit=commit)
            steps.append(run.step)
        run.log({}, step=run.step + 1)  # ends the last row, so that the summary has it
        run.summary.get("a")
        summary = plain(run.summary)
        run.finish()
        wandb.teardown()  # the file is whole when its writer has ended
        rows = [row for row in history(folder) if row[1]]
        return {"calls": made, "rows": rows, "step": steps, "summary": summary}


def main():
    os.environ["WANDB_SILENT"] = "true"
    rng = random.Random(6)
    cases = [play(calls(rng)) for _ in range(60)] + [play(defined(rng)) for _ in range(6)]
    path = pathlib.Path(__file__).parent / "history.json"
    lines = ",\n".join(json.dumps(case) for case in cases)
    path.write_text('{{"made_with": "wandb {}", "definitions": {}, "cases": [\n{}\n]}}\n'.format(
        wandb.__version__, json.dumps(DEFINITIONS), lines))


if __name__ == "__main__":
    main()
