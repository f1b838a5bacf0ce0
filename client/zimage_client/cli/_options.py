"""Options that several commands have."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from zimage_schemas import IMAGE_SIZES, MODELS, OUTPUT_FORMATS

OUT: dict[str, Any] = {
    "type": click.Path(file_okay=False, path_type=Path),
    "default": Path(),
    "metavar": "DIRECTORY",
    "help": "Where the pictures go (default: here).",
}
_ACCELERATIONS = sorted(
    {each for model in MODELS.values() for each in model.request.schema["properties"]["acceleration"]["enum"]}
)
Command = Callable[..., Any]


def _all(*options: Callable[[Command], Command]) -> Callable[[Command], Command]:
    def decorate(command: Command) -> Command:
        for option in reversed(options):
            command = option(command)
        return command

    return decorate


connection_options = _all(
    click.option(
        "--gateway", metavar="URL", help="Default: PIXAZO_GATEWAY_URL, and without that the live gateway."
    ),
    click.option("--json", "as_json", is_flag=True, help="A JSON object a line, for scripts."),
)

patience_options = _all(
    click.option(
        "--poll-interval",
        type=click.FloatRange(min=0, min_open=True),
        metavar="SECONDS",
        help="Least time from poll to poll; at most it is twice that (default: 5).",
    ),
    click.option(
        "--timeout",
        type=click.FloatRange(min=0),
        default=600.0,
        show_default=True,
        metavar="SECONDS",
        help="How long to wait for a job's end.",
    ),
)

request_options = _all(
    click.option("--model", type=click.Choice(list(MODELS)), default="turbo", show_default=True),
    click.option(
        "--size", "image_size", type=click.Choice(IMAGE_SIZES), default="square_1_1", show_default=True
    ),
    click.option("--images", "num_images", type=int, help="How many pictures, 1 to 4."),
    click.option("--steps", "num_inference_steps", type=int, help="1 to 50 with turbo, 10 to 100 with base."),
    click.option("--guidance", "guidance_scale", type=float, help="1 to 20, base only."),
    click.option("--format", "output_format", type=click.Choice(OUTPUT_FORMATS)),
    click.option("--acceleration", type=click.Choice(_ACCELERATIONS)),
    click.option(
        "--safety-checker/--no-safety-checker", "enable_safety_checker", default=None, help="Default: on."
    ),
)
