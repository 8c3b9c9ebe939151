#!/usr/bin/env python3
"""Writes tokens.h5: the digits of ../digits/digits.h5 as sequences of 64 tokens, one for each pixel: 0 is white, 16 is
black; the first 800 and 200 rows of the two parts. Their source and licence: ../digits/LICENSE-DATA.md.

Needs h5py and numpy; on Debian: python3-h5py. Sequences of your own, of any lengths, are simplest as JSON lines:

    for ids, label in zip(tokenizer(texts)["input_ids"], labels):
        print(json.dumps({"input_ids": ids, "labels": label}))
"""

import pathlib
import sys

import h5py
import numpy

HERE = pathlib.Path(__file__).resolve().parent
PARTS = {"train": ("train", 800), "eval": ("test", 200)}


def main() -> None:
    target = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else HERE / "tokens.h5"
    with h5py.File(HERE.parent / "digits" / "digits.h5") as digits, h5py.File(target, "w") as file:
        for part, (source, rows) in PARTS.items():
            tokens = numpy.rint(digits[f"x_{source}"][:rows] * 16).astype(numpy.uint8)
            file.create_dataset(f"{part}/input_ids", data=tokens, track_times=False, compression="gzip", shuffle=True)
            file.create_dataset(f"{part}/labels", data=digits[f"y_{source}"][:rows].astype(numpy.uint8), track_times=False)
        file.attrs.update(digits.attrs)
        file.attrs["changes"] = "pixels as tokens, 0 to 16; part of the rows"
    print(f"{target}: " + ", ".join(f"{rows} rows in {part}" for part, (_, rows) in PARTS.items()))


if __name__ == "__main__":
    main()
