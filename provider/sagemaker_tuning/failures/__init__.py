"""Why trials failed: their FailureReasons and logs reduced to a few groups, each with a likely cause and its mend."""

from sagemaker_tuning.failures.causes import LikelyCause, likely_cause
from sagemaker_tuning.failures.digest import FailureDigest, FailureGroup, digest_of
from sagemaker_tuning.failures.evidence import Evidence
from sagemaker_tuning.failures.masking import mask_for

__all__ = ["Evidence", "FailureDigest", "FailureGroup", "LikelyCause", "digest_of", "likely_cause", "mask_for"]
