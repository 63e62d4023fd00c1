"""Faults by rule: what goes wrong in the sandbox, when, and how often; so that a test can see what its subject does.

A document, as YAML or JSON, is a seed and a list of rules:

    seed: 7                                    # of the rules with a probability
    rules:
      - fault: throttling                      # "Rate exceeded", as the service called says it
        call: sagemaker:Create*                  # service:Operation of any AWS service, with * and ?
        first: 2                               # or nth: 3, every: 5, probability: 0.1; none of these: each call
      - fault: server_error                    # status 500, or 503 and so on
        call: "s3:PutObject"
        status: 503
        every: 4
      - fault: connection_reset                # the client gets no answer
        call: sagemaker:CreateHyperParameterTuningJob
        takes_effect: true                     # but the job is created; false (the default): it is not
        nth: 1
      - fault: slow                            # the answer comes so much later
        call: "*"
        seconds: 2
        probability: 0.05
      - fault: access_denied
        call: iam:PassRole
        after: iam:CreateRole                  # only for ten seconds after each CreateRole;
        for_seconds: 10                        # without `after`, after the rule was made
      - fault: role_propagation                # so long SageMaker cannot assume a new role
        seconds: 8
      - fault: object_propagation              # so long new objects are "No S3 objects found" to a new job
        seconds: 5
      - fault: instance_quota                  # more instances of a type at a time are ResourceLimitExceeded
        instance_type: ml.m5.large
        instances: 4
      - fault: trial_crash                     # a trial's processes are killed, as for want of memory
        training_job: "*-002-*"
        after_seconds: 1                       # of its training
      - fault: spot_interruption               # a managed spot trial loses its instance, and starts again
        training_job: "*"
        every: 3
        after_seconds: 2

Calls are counted for each rule, those that it could strike and no others, so the same calls in the same order meet
the same faults. What trials' runners read and store for them is no client's call, and never struck.

Given as a file (`--faults FILE`), to `Sandbox(faults=...)`, or by HTTP to `/_sandbox/faults`: POST adds a document's
rules to those there are, GET shows each with the calls seen and struck so far, DELETE ends them all.
"""

from .faults import Faults
from .rules import FaultPlan, FaultPlanError, load_plan

__all__ = ["FaultPlan", "FaultPlanError", "Faults", "load_plan"]
