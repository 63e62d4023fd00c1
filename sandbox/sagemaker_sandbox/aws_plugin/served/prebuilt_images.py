"""`aws.sagemaker.get_prebuilt_ecr_image`: the registry path of SageMaker's own images.

Source: AWS's list of ECR paths; the framework images of scikit-learn and XGBoost share one account in each region.
"""

from __future__ import annotations

from sagemaker_sandbox.aws_plugin.aws import Aws
from sagemaker_sandbox.aws_plugin.resource import Values

__all__ = ["prebuilt_ecr_image"]

_REPOSITORIES = ("sagemaker-scikit-learn", "sagemaker-xgboost")
_ACCOUNTS = {
    "af-south-1": "510948584623",
    "ap-east-1": "651117190479",
    "ap-northeast-1": "354813040037",
    "ap-northeast-2": "366743142698",
    "ap-northeast-3": "867004704886",
    "ap-south-1": "720646828776",
    "ap-southeast-1": "121021644041",
    "ap-southeast-2": "783357654285",
    "ca-central-1": "341280168497",
    "eu-central-1": "492215442770",
    "eu-north-1": "662702820516",
    "eu-south-1": "978288397137",
    "eu-west-1": "141502667606",
    "eu-west-2": "764974769150",
    "eu-west-3": "659782779980",
    "me-south-1": "801668240914",
    "sa-east-1": "737474898029",
    "us-east-1": "683313688378",
    "us-east-2": "257758044811",
    "us-west-1": "746614075791",
    "us-west-2": "246618743249",
}


def prebuilt_ecr_image(aws: Aws, args: Values) -> Values:
    repository, region = args["repositoryName"], args.get("region", aws.region)
    if repository not in _REPOSITORIES:
        raise ValueError(
            f"repositoryName: the offline aws stand-in knows no image {repository!r}; "
            f"it knows {', '.join(_REPOSITORIES)}. Pass the image's registry path instead."
        )
    if region not in _ACCOUNTS:
        raise ValueError(
            f"region: the offline aws stand-in knows no account of {repository} in {region!r}; "
            f"it knows {', '.join(_ACCOUNTS)}. Pass the image's registry path instead."
        )
    account, tag = _ACCOUNTS[region], args.get("imageTag", "1")
    suffix = args.get("dnsSuffix", aws.dns_suffix)
    return {
        "id": account,
        "registryId": account,
        "registryPath": f"{account}.dkr.ecr.{region}.{suffix}/{repository}:{tag}",
        "repositoryName": repository,
        "imageTag": tag,
        "region": region,
        "dnsSuffix": suffix,
    }
