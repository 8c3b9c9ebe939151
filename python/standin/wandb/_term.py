"""Lines for the person who watches: to standard error, each with the prefix that wandb's lines have."""
import sys

_said = set()


def _say(kind, text, repeat):
    if not repeat:
        if (kind, text) in _said:
            return
        _said.add((kind, text))
    print("wandb: " + kind + str(text), file=sys.stderr, flush=True)


def termlog(string="", newline=True, repeat=True, prefix=True):
    _say("", string, repeat)


def termwarn(string, newline=True, repeat=True, prefix=True):
    _say("WARNING ", string, repeat)


def termerror(string, newline=True, repeat=True, prefix=True):
    _say("ERROR ", string, repeat)
