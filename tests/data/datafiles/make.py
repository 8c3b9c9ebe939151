#!/usr/bin/env python3
"""Writes the data files of tests/torch/dataset_test.cpp beside itself: good ones, and one for each way to be wrong.

Needs h5py and numpy (Debian: python3-h5py).
"""

import pathlib

import h5py
import numpy

HERE = pathlib.Path(__file__).parent


def parts(**changed):
    """Four training and two test rows of three features, two classes."""
    arrays = {
        "x_train": numpy.arange(12, dtype=numpy.float32).reshape(4, 3),
        "y_train": numpy.array([0, 1, 0, 1], dtype=numpy.int64),
        "x_test": numpy.arange(6, dtype=numpy.float32).reshape(2, 3),
        "y_test": numpy.array([1, 0], dtype=numpy.int64),
    }
    arrays.update(changed)
    return {name: array for name, array in arrays.items() if array is not None}


def hdf5(name, arrays):
    with h5py.File(HERE / name, "w") as file:
        for key, array in arrays.items():
            if isinstance(array, str):
                file.create_group(key)
            else:
                file.create_dataset(key, data=array, track_times=False)


def text(name, content):
    (HERE / name).write_bytes(content)


def with_value(array, row, value):
    changed = array.copy()
    changed[row] = value
    return changed


good = parts()
hdf5("good.h5", good)
hdf5("good_images.h5", parts(x_train=numpy.arange(24, dtype=numpy.uint8).reshape(4, 2, 3),
                             x_test=numpy.arange(12, dtype=numpy.uint8).reshape(2, 2, 3),
                             y_train=numpy.array([[0.0], [2.0], [1.0], [1.0]])))
hdf5("good_whole.h5", {"x": numpy.arange(60, dtype=numpy.float64).reshape(20, 3),
                       "y": numpy.array([0] * 10 + [1] * 10, dtype=numpy.int32)})
text("good.csv", b"width,height,kind\r\n1,2.5,0\r\n-3e-2,4,1\r\n\r\n5,6,1\r\n7,8,0\r\n")
text("good_texts.csv", b'1,2,"rose, red"\n3,4,oak\n5,6,"rose, red"\n7,8,oak\n')

hdf5("missing_dataset.h5", parts(y_test=None))
hdf5("x_is_flat.h5", parts(x_train=numpy.arange(4, dtype=numpy.float32)))
hdf5("labels_short.h5", parts(y_train=numpy.array([0, 1, 0])))
hdf5("labels_wide.h5", parts(y_train=numpy.array([[0, 1], [1, 0], [0, 1], [1, 0]])))
hdf5("label_nan.h5", parts(y_train=numpy.array([0, numpy.nan, 0, 1])))
hdf5("label_half.h5", parts(y_train=numpy.array([0, 1, 0.5, 1])))
hdf5("label_negative.h5", parts(y_train=numpy.array([0, 1, 0, -1])))
hdf5("label_huge.h5", parts(y_train=numpy.array([0, 1, 2**64 - 1, 1], dtype=numpy.uint64)))
hdf5("label_unseen.h5", parts(y_test=numpy.array([1, 2])))
hdf5("label_text.h5", parts(y_train=numpy.array([b"a", b"b", b"a", b"b"])))
hdf5("feature_nan.h5", parts(x_train=with_value(good["x_train"], (2, 1), numpy.nan)))
hdf5("test_feature_infinite.h5", parts(x_test=with_value(good["x_test"], (1, 2), numpy.inf)))
hdf5("widths_differ.h5", parts(x_test=numpy.zeros((2, 4), dtype=numpy.float32)))
hdf5("no_rows.h5", parts(x_train=numpy.zeros((0, 3)), y_train=numpy.zeros(0, dtype=numpy.int64)))
hdf5("no_features.h5", parts(x_train=numpy.zeros((4, 0))))
hdf5("group.h5", parts(x_train="group"))
hdf5("too_small_to_split.h5", {"x": numpy.zeros((2, 3)), "y": numpy.array([0, 1])})
with h5py.File(HERE / "too_big.h5", "w") as too_big:  # promised, not stored
    too_big.create_dataset("x", shape=(2**40, 2**10), dtype="f4", chunks=(1024, 1024), track_times=False)
    too_big.create_dataset("y", shape=(2**40,), dtype="i8", chunks=(1024,), track_times=False)
text("cut_short.h5", (HERE / "good.h5").read_bytes()[:600])
text("not_hdf5.h5", b"these are no numbers\n")
text("empty.h5", b"")

text("empty.csv", b"")
text("only_header.csv", b"width,height,kind\n")
text("bad_cell.csv", b"width,height,kind\n1,2,0\n3, four,1\n")
text("missing_cell.csv", b"1,2,0\n3,,1\n")
text("infinite_cell.csv", b"1,2,0\n1e39,2,1\n")
text("ragged.csv", b"1,2,0\n3,4,5,1\n")
text("one_column.csv", b"0\n1\n")
text("label_mixed.csv", b"1,2,0\n3,4,oak\n")
text("label_half.csv", b"1,2,0\n3,4,0.5\n")
text("label_nan.csv", b"1,2,0\n3,4,nan\n")
text("label_negative.csv", b"1,2,0\n3,4,-1\n")
text("open_quote.csv", b'1,2,"oak\n3,4,oak\n')
text("one_row.csv", b"1,2,0\n")
