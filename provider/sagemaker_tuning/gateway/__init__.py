"""The typed front of the AWS calls that this package makes; the only room that imports boto3.

    protocol        the calls, as everybody else sees them
    calls           the same over boto3, one client per service and settings
    clients         how a client is built: region, credentials, assumed roles, endpoints, retries
    translation     which error of this package stands for an error of AWS

Leaves to its callers what to do about an error: `is_transient` and `propagation_cause` only say what kind it is.
boto3 is imported by the first call, so that a preview which needs no call never pays for it.
"""

from sagemaker_tuning.gateway.calls import Gateway, gateway_for
from sagemaker_tuning.gateway.protocol import Document, TuningGateway
from sagemaker_tuning.gateway.translation import is_transient, propagation_cause

__all__ = ["Document", "Gateway", "TuningGateway", "gateway_for", "is_transient", "propagation_cause"]
