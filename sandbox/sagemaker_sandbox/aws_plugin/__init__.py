"""A stand-in for Pulumi's `aws` plugin: it serves to an unchanged pulumi_aws program what the examples use.

The real plugin is a 700 MB download. Offline, this package takes its place: a provider process over boto3, which finds
the endpoint where every AWS client finds it (AWS_ENDPOINT_URL, or the provider's `endpoints`). What it does not serve
it refuses by name, at preview.

    served/     one class for each resource type, one function for each invoke
    resource    what such a class states
    diff        declared inputs against the state: what changes, and what replaces
    provider    Pulumi's provider calls, answered from those classes
    server      the process: gRPC, port on standard output, plain errors
"""

from sagemaker_sandbox.aws_plugin.background import serve_in_background

__all__ = ["serve_in_background"]
