"""The adapter over pulumi.dynamic: needs no plugin, as the program's own Python runs the provider.

    job, completion                         the resources, in the program's process
    reads, record                           existing jobs in a program
    program                                 what they register for the program's inputs
    job_provider, completion_provider       the providers, in the dynamic host's process
    completion_results                      what a completion gives, on both sides
    properties, failures, secrets, host     between the engine's terms and the core's

Module and class names of the providers are in the state of every stack: they stay as they are.
"""
