from __future__ import annotations

import subprocess
import sys


def test_the_spec_imports_neither_pulumi_nor_boto() -> None:
    """Nor does it build a validator: pydantic's is built when the first spec is read."""
    program = (
        "import sys, sagemaker_tuning.spec as spec;"
        "print(sorted({name.split('.')[0] for name in sys.modules} & {'pulumi', 'boto3', 'botocore', 'grpc'}),"
        " spec.TuningJobSpec.__pydantic_complete__)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "[] False\n"
