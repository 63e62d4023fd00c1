"""The offline endpoint: one local HTTP server for every AWS client.

SageMaker's tuning, training and tag operations are the sandbox's own and run real trials; S3, IAM, STS, EC2 and the
rest are moto's.

    sandbox       the context that starts and ends all of it
    application   which request is whose; calls keeps the log of them
    protocol      the wire, by botocore's model; constraints checks what the model states
    operations    one function for each operation; rules, rewriting, listing, tags, surroundings serve it
    scheduler     what happens over time; tuner is one tuning job while it runs
    jobs, store   the records and where they are kept; progress moves them on, views shows them
    command       runs a command against a sandbox and leaves nothing behind
"""

from .sandbox import Sandbox

__all__ = ["Sandbox"]
