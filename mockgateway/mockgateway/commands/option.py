"""How options of all commands behave."""

from typing import Any

import click


class Option(click.Option):
    """An option that is an environment variable too: --queue-time, MOCKGATEWAY_QUEUE_TIME."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.show_envvar = True
        self.envvar = f"MOCKGATEWAY_{self.name}".upper()
