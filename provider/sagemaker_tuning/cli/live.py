"""The options of commands that ask AWS, and the one way in which they do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from sagemaker_tuning.observed import Observed, normalize

if TYPE_CHECKING:
    from sagemaker_tuning.gateway import TuningGateway

__all__ = ["Billing", "Profile", "Region", "describe", "live_gateway"]

Region = Annotated[str | None, typer.Option(help="AWS region; else the environment's or the profile's.")]
Billing = Annotated[
    bool,
    typer.Option("--billing", "--describe", help="Ask what each trial was billed for: one call more for each."),
]
Profile = Annotated[str | None, typer.Option(help="AWS profile; else the environment's.")]


def describe(name: str, region: str | None, profile: str | None) -> Observed:
    """The job as AWS has it now, with its tags. Errors: NotFound if there is none of this name."""
    gateway = live_gateway(region, profile)
    document = gateway.describe(name)
    return normalize(document, gateway.list_tags(document["HyperParameterTuningJobArn"]))


def live_gateway(region: str | None, profile: str | None) -> TuningGateway:
    """The service as the options and the environment say."""
    # Imported here: the other commands never need it, nor the settings' reading of the environment.
    from sagemaker_tuning.gateway import gateway_for
    from sagemaker_tuning.settings import Settings

    return gateway_for(Settings.from_environment().at(region=region, profile=profile))
