"""wandb.util: the few helpers that scripts use."""
import importlib
import os

from . import _absent

_LETTERS = "0123456789abcdefghijklmnopqrstuvwxyz"


def generate_id(length=8):
    return "".join(_LETTERS[byte % len(_LETTERS)] for byte in os.urandom(length))


def get_module(name, required=None, lazy=True):
    """The module, or None if it isn't there; with `required`, an error of that text instead."""
    try:
        return importlib.import_module(name)
    except ImportError:
        if required:
            from .errors import Error

            raise Error(required) from None
        return None


def __getattr__(name):
    raise AttributeError(_absent.message("util." + name))
