"""wandb.integration: the callbacks that wandb brings for frameworks, as far as the stand-in has them."""
from .. import _absent


def __getattr__(name):
    raise AttributeError(_absent.message("integration." + name))
