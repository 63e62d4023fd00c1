from __future__ import annotations

import pytest
from botocore import xform_name
from sagemaker_tuning.names import camel, snake
from sagemaker_tuning.spec import FIELDS
from strategies import request_shape


def test_snake_names_are_botocores() -> None:
    api_names = {step for field in FIELDS.values() for step in field.api_path.replace("[]", "").split(".")}
    api_names = {name.removesuffix("{key}").removesuffix("{value}") for name in api_names}
    assert len(api_names) > 100
    assert {name: snake(name) for name in api_names} == {name: xform_name(name) for name in api_names}
    assert set(request_shape().members) <= api_names


@pytest.mark.parametrize(
    ("api_name", "snake_name", "camel_name"),
    [
        ("S3Uri", "s3_uri", "s3Uri"),
        ("VolumeSizeInGB", "volume_size_in_gb", "volumeSizeInGb"),
        ("VolumeKmsKeyId", "volume_kms_key_id", "volumeKmsKeyId"),
        ("S3DataDistributionType", "s3_data_distribution_type", "s3DataDistributionType"),
    ],
)
def test_irregular_names(api_name: str, snake_name: str, camel_name: str) -> None:
    assert (snake(api_name), camel(snake(api_name))) == (snake_name, camel_name)
