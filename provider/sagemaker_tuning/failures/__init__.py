"""Why trials failed: their FailureReasons and logs reduced to a few groups, each with a likely cause and its mend."""

from sagemaker_tuning.failures.causes import LikelyCause, likely_cause
from sagemaker_tuning.failures.digest import FailureDigest, FailureGroup, digest_of
from sagemaker_tuning.failures.evidence import Evidence, may_have_failures
from sagemaker_tuning.failures.masking import Mask, SecretPath, mask_for, masked

__all__ = [
    "Evidence",
    "FailureDigest",
    "FailureGroup",
    "LikelyCause",
    "Mask",
    "SecretPath",
    "digest_of",
    "likely_cause",
    "mask_for",
    "masked",
    "may_have_failures",
]
