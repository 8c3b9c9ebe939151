"""wandb.sdk.lib.config_util: the error that frameworks catch."""
from ...errors import ConfigError

__all__ = ["ConfigError"]
