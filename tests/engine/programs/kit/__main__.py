"""A component provider for the engine's tests, package `kit`: a Pair is two books, built in the provider's process."""

from typing import TypedDict

import pulumi
from pulumi.provider.experimental import component_provider_host


class PairArgs(TypedDict):
    title: pulumi.Input[str]


class Pair(pulumi.ComponentResource):
    titles: pulumi.Output[str]

    def __init__(self, name: str, args: PairArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("kit:index:Pair", name, {}, opts)
        for number in ("one", "two"):
            title = pulumi.Output.concat(args["title"], " ", number)
            options = pulumi.ResourceOptions(parent=self)
            pulumi.CustomResource("shelf:index:Book", f"{name}-{number}", {"title": title}, options)
        self.titles = pulumi.Output.concat(args["title"], " one and two")
        self.register_outputs({"titles": self.titles})


if __name__ == "__main__":
    component_provider_host(name="kit", components=[Pair])
