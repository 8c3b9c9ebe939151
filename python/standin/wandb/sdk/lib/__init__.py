"""wandb.sdk.lib, as far as frameworks import it."""


class RunDisabled:
    """What wandb.init returned in old releases with mode disabled; here it is a Run."""
