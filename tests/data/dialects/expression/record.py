"""Python's own results for expressions: a line each, expression, tab, result as JSON or `refused`.

Run with CPython 3.11: python3 record.py > values.tsv. What spaces are made of in scripts stands in listings.txt and, for
numpy, in numpy.txt: python3 record.py listings.txt > listings.tsv (and the same with numpy).
"""
import itertools
import json
import math
import pathlib
import random
import sys



def plain(value):
    """What JSON can hold: tuples and numpy's become lists and numbers."""
    if hasattr(value, "tolist"):
        return plain(value.tolist())
    if isinstance(value, (list, tuple)):
        return [plain(element) for element in value]
    return value


def listing(text, names):
    try:
        value = plain(eval(text, names))
    except Exception:
        return "refused"
    if isinstance(value, int) and not -(2**63) <= value < 2**64:
        return "refused"
    return json.dumps(value, ensure_ascii=False)


if sys.argv[1:]:
    names = {"math": math, "itertools": itertools}
    if "numpy" in sys.argv[1]:
        import numpy

        names["np"] = numpy
    for text in pathlib.Path(sys.argv[1]).read_text().splitlines():
        print(text + "\t" + listing(text, names))
    sys.exit()

random.seed(6)
INTEGERS = ["0", "1", "2", "3", "7", "10", "1_000", "64", "0x1F", "0o17", "0b101", "9223372036854775807", "12345678901"]
REALS = ["0.5", ".5", "1.", "1e-4", "2.5E+3", "1_0.2_5", "0.1", "3.0", "1e300", "7.25", "1e16", "0.3"]
OPERATIONS = ["+", "-", "*", "/", "//", "%", "**"]


def expression(depth):
    if depth == 0 or random.random() < 0.3:
        return random.choice(INTEGERS if random.random() < 0.6 else REALS)
    shape = random.random()
    if shape < 0.15:
        return random.choice("-+") + expression(depth - 1)
    if shape < 0.3:
        return "(" + expression(depth - 1) + ")"
    space = random.choice(["", " "])
    return expression(depth - 1) + space + random.choice(OPERATIONS) + space + expression(depth - 1)


def too_large(text):
    """Powers that would take Python forever."""
    return text.count("**") > 1 or any(len(part) > 6 for part in text.split("**")[1:])


def result(text):
    try:
        value = eval(text)
    except (ArithmeticError, ValueError):
        return "refused"
    if isinstance(value, complex) or (isinstance(value, float) and not math.isfinite(value)):
        return "refused"
    if isinstance(value, int) and not -(2**63) <= value < 2**64:
        return "refused"
    return json.dumps(value)


rows = set()
while len(rows) < 800:
    text = expression(3)
    if not too_large(text):
        rows.add(text)
TEXTS = [r"'a\tb'", r'"it\'s"', r"'\x41\u00e9\U0001F600'", r"'\101\q'", "'é'", "''", r"'\\'", "True", "None",
         "[1, 2.0, 'x',]", "(1,)", "()", "(2)", "[[1], (2, 3)]", "{'a': 1, 'b': [None, False]}", "list(range(5))",
         "list(range(10, 0, -3))", "-2**2", "2**-1", "2**3**2", "--1", "10**2*3", "7//-2", "-7%3", "7.5//-2", "-7.5%2",
         "1e-3", "-9223372036854775808", "18446744073709551615", "0", "000", "-0.0", "[]", "1 - -1"]
for text in sorted(rows) + TEXTS:
    print(text + "\t" + result(text))
