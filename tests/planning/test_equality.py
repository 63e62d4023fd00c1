"""When two values mean the same."""

import pytest
from sagemaker_tuning.planning.equality import exact, float32, name_or_arn, number_text, same_members, same_name

ALGORITHM = "arn:aws:sagemaker:us-east-1:123456789012:algorithm/trees"

CASES = {
    "numbers in text are equal by value": (number_text, "0.10", "0.1", True),
    "a number is equal to its text": (number_text, 1, "1.0", True),
    "an exponent is only another spelling": (number_text, "1e-3", "0.001", True),
    "numbers that differ in the last digit differ": (number_text, "0.10000000000000000001", "0.1", False),
    "text that is no number is compared as text": (number_text, "v1.0", "v1", False),
    "an underscore does not make a number": (number_text, "1_0", "10", False),
    "not-a-number is only equal to its own text": (number_text, "NaN", "nan", False),
    "infinity is not a number here": (number_text, "inf", "Infinity", False),
    "a target metric is equal after widening from single precision": (float32, -3.5415, -3.5415000915527344, True),
    "target metrics that differ in single precision differ": (float32, 0.9, 0.9001, False),
    "a target beyond single precision still compares": (float32, 1e39, 0.5, False),
    "a set has no order": (same_members, ["a", "b"], ["b", "a"], True),
    "a set has no repetitions": (same_members, ["a", "a"], ["a"], True),
    "a missing member is a difference": (same_members, ["a", "b"], ["a"], False),
    "job names have no case": (same_name, "Churn", "churn", True),
    "an algorithm's name is its ARN": (name_or_arn, "trees", ALGORITHM, True),
    "an algorithm's ARN is its name": (name_or_arn, ALGORITHM, "trees", True),
    "another name is not": (name_or_arn, "forest", ALGORITHM, False),
    "two ARNs must be the same": (name_or_arn, ALGORITHM, ALGORITHM.replace("us-east-1", "eu-west-1"), False),
    "an S3 prefix is not the one with a slash": (exact, "s3://bucket/a", "s3://bucket/a/", False),
}


@pytest.mark.parametrize(("equal", "declared", "observed", "expected"), CASES.values(), ids=CASES)
def test_equality(equal, declared, observed, expected):
    assert equal(declared, observed) is expected
    assert equal(observed, declared) is expected
