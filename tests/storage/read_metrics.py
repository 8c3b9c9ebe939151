"""Reads a metrics file as a user would, with h5py. Prints one JSON object, or fails with a message.

read_metrics.py dump FILE            opens it plainly: sizes, the last row of each table, the wide tables
read_metrics.py swmr FILE            the same, opened with swmr=True
read_metrics.py watch FILE ROWS      opens it with swmr=True and waits until reports has grown past ROWS, checking at
                                     every look that the tables agree with each other
"""

import json
import math
import sys
import time

import h5py


def look(file):
    """The sizes of the tables; what refers is read before what it refers to."""
    applied, reports, names = file["applied"], file["reports"], file["names"]
    for table in (applied, reports, names):
        table.refresh()
    rows = reports[:]
    names.refresh()
    if len(rows):
        assert rows["name_id"].max() < len(names), "a report names a metric that isn't there"
        assert (rows["value"] == rows["step"] * 0.5).all(), "a report's value isn't the one that was written"
    assert all(name for name in names[:]), "a name is empty"
    return int(applied[0]), len(rows)


def watch(path, goal):
    with h5py.File(path, "r", swmr=True) as file:
        grew, (applied, rows) = 0, look(file)
        deadline = time.time() + 60
        while rows < goal:
            assert time.time() < deadline, f"only {rows} rows came"
            now_applied, now_rows = look(file)
            assert now_applied >= applied and now_rows >= rows, "the file shrank"
            grew += now_rows > rows
            applied, rows = now_applied, now_rows
        return {"rows": rows, "applied": applied, "grew": grew}


def plain(value):
    """As strict JSON has it: texts, numbers, and a text for a number that isn't finite."""
    if isinstance(value, bytes):
        return value.decode()
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    return value


def dump(path, swmr):
    with h5py.File(path, "r", swmr=swmr) as file:
        result = {"applied": int(file["applied"][0]), "names": [plain(n) for n in file["names"][:].tolist()]}
        texts = file["texts"][:].tobytes()
        for name in ("trials", "params", "reports", "verdicts"):
            table = file[name]
            result[name] = [dict(zip(table.dtype.names, map(plain, row))) for row in table[:].tolist()]
        for row in result["params"]:
            row["text"] = texts[row["text_offset"] : row["text_offset"] + row["text_length"]].decode()
        wide = {}
        if "wide" in file:
            file["wide"].visititems(
                lambda name, item: wide.update({name: [plain(v) for v in item[:].tolist()]})
                if isinstance(item, h5py.Dataset)
                else None
            )
        result["wide"] = wide
        return result


if __name__ == "__main__":
    mode, path = sys.argv[1:3]
    print(json.dumps(watch(path, int(sys.argv[3])) if mode == "watch" else dump(path, mode == "swmr")))
