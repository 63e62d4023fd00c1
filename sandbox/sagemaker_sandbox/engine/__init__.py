"""A deployment engine in Python that runs unchanged Pulumi programs and providers offline.

It speaks Pulumi's own gRPC protocol and keeps its state in Pulumi's own deployment format, so that the Pulumi CLI can
take a stack over at any time. It serves tests and demos; it is not a product for production, and its first line of
output says so.

How the modules lie over each other, lowest first:

    urns, properties, paths, diffs    names, values of properties, and what differs between two of them
    state, secrets, project           the deployment format, its encryption, Pulumi.yaml and Pulumi.<stack>.yaml
    backend, stack, journal           where states live, and how one is kept valid while steps run
    plugins, provider*, registry      provider processes, their protocol, and the provider resources of a stack
    goals, old_states, planner        what a program asks for, and which steps that needs
    steps, deletions                  carrying one step out, and the order of deletions
    monitor, engine_service, serving  the gRPC services that programs and providers talk to
    program, host                     the program's process, and what runs inside the processes we start
    deployment, narrator, events      preview, up, refresh and destroy, and telling of them
    display, cli                      what a person sees and types
"""
