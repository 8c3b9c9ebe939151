#!/usr/bin/env python3
"""Writes digits.h5: 1,797 handwritten digits of 8 x 8 pixels, split into 80 % training and 20 % test rows.

Needs scikit-learn (which carries the data), h5py and numpy; on Debian: python3-sklearn python3-h5py. The split is
stratified and its seed fixed, so the file holds the same rows whoever makes it.
"""

import pathlib
import sys

import h5py
import numpy
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

ABOUT = {
    "title": "Optical Recognition of Handwritten Digits (test part)",
    "source": "https://archive.ics.uci.edu/dataset/80/optical+recognition+of+handwritten+digits",
    "license": "CC BY 4.0, https://creativecommons.org/licenses/by/4.0/",
    "citation": "Alpaydin, E. & Kaynak, C. (1998). Optical Recognition of Handwritten Digits [Dataset]. "
    "UCI Machine Learning Repository. https://doi.org/10.24432/C50P49",
    "changes": "pixels divided by 16, so that they lie in [0, 1]; split into training and test rows",
}


def main() -> None:
    target = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else pathlib.Path(__file__).with_name("digits.h5")
    digits = load_digits()
    x = (digits.data / 16).astype(numpy.float32)
    y = digits.target.astype(numpy.int64)
    x_train, x_test, y_train, y_test = train_test_split(x, y, test_size=0.2, random_state=20, stratify=y)
    with h5py.File(target, "w") as file:
        for name, array in {"x_train": x_train, "y_train": y_train, "x_test": x_test, "y_test": y_test}.items():
            options = {"compression": "gzip", "shuffle": True} if array.ndim == 2 else {}
            file.create_dataset(name, data=array, track_times=False, **options)
        file.attrs.update(ABOUT)
    print(f"{target}: {len(x_train)} training and {len(x_test)} test rows")


if __name__ == "__main__":
    main()
