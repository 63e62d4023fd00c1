"""A deployment engine in Python that runs unchanged Pulumi programs and providers offline.

It speaks Pulumi's own gRPC protocol and keeps its state in Pulumi's own deployment format, so that the Pulumi CLI can
take a stack over at any time. It serves tests and demos; it is not a product for production, and its first line of
output says so.

How the modules lie over each other, lowest first:

    properties, paths, diffs      values of resource properties, and what differs between two of them
    state, secrets, project       the deployment format, its encryption, Pulumi.yaml and Pulumi.<stack>.yaml
    backend, journal              where states live, and how one is kept valid while steps run
    plugins, provider, registry   provider processes, their protocol, and the provider resources of a stack
    planner, deletions, steps     which steps a registration needs, and carrying one out
    monitor, program              the two gRPC servers that a program talks to, and the program's process
    deployment                    preview, up, refresh and destroy
    display, cli                  what a person sees and types
"""
