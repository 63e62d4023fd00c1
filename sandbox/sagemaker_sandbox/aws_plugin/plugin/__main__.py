"""What Pulumi runs when this folder is named in Pulumi.yaml under `plugins.providers`."""

from sagemaker_sandbox.aws_plugin.server import main

main()
