"""FailureReason texts: what is the error in them, and which of them are the same failure."""

from __future__ import annotations

import pytest
from sagemaker_tuning.failures.reasons import error_of, exit_code_of, last_traceback, normalized, without_command

# The forms are those of sagemaker-training-toolkit; names and values are made up.
SCRIPT = (
    "AlgorithmError: ExecuteUserScriptError:\nExitCode 1\n"
    "ErrorMessage \"ValueError: could not convert string to float: 'abc'\"\n"
    'Command "/opt/conda/bin/python train.py --eta 0.25 --note {"a": "b"} --token hush", exit code: 1'
)
FRAMEWORK = (
    "AlgorithmError: framework error:\nTraceback (most recent call last):\n"
    '  File "/miniconda3/lib/python3.7/site-packages/sagemaker_containers/_trainer.py", line 84, in train\n'
    "    entrypoint()\nFileNotFoundError: [Errno 2] No such file or directory: 'train.csv'\n, exit code: 1"
)

ERRORS = {
    "a script's last words": (SCRIPT, "ValueError: could not convert string to float: 'abc'"),
    "a framework's traceback": (FRAMEWORK, "FileNotFoundError: [Errno 2] No such file or directory: 'train.csv'"),
    "several lines of a message": (
        'AlgorithmError: ExecuteUserScriptError:\nExitCode 1\nErrorMessage "raise EnvironmentError(msg)\n'
        ' OSError: no such model"\nCommand "/opt/conda/bin/python3.8 train.py", exit code: 1',
        "OSError: no such model",
    ),
    "a command that is cut off": (
        'AlgorithmError: ExecuteUserScriptError:\nErrorMessage "KeyError: 1"\nCommand "/opt/conda/bin/python train',
        "KeyError: 1",
    ),
    "a command and nothing else": (
        'AlgorithmError: ExecuteUserScriptError:\nCommand "/miniconda3/bin/python -m train --C 0.00038335633948752675"',
        "",
    ),
    "an exit code and nothing else": ("AlgorithmError: , exit code: 139", ""),
    "an older form of the same": ("AlgorithmError: Exit Code: 1", ""),
    "the service's own words": (
        "ClientError: Data download failed:Insufficient disk space",
        "Data download failed:Insufficient disk space",
    ),
    "a long text": ("ClientError: " + "x" * 300, "x" * 199 + "…"),
}


@pytest.mark.parametrize(("reason", "error"), ERRORS.values(), ids=ERRORS)
def test_the_error_is_found_in(reason: str, error: str) -> None:
    assert error_of(reason) == error


@pytest.mark.parametrize("text", ["hush", "--eta", "train.py"])
def test_a_command_line_is_never_shown(text: str) -> None:
    assert text not in without_command(SCRIPT) + normalized(SCRIPT) + error_of(SCRIPT)


EXIT_CODES = {
    SCRIPT: 1,
    "AlgorithmError: Exit Code: 139": 139,
    "AlgorithmError: , exit code: -9": -9,
    "ClientError": None,
}


@pytest.mark.parametrize(("reason", "code"), EXIT_CODES.items(), ids=map(str, EXIT_CODES.values()))
def test_the_exit_code(reason: str, code: int | None) -> None:
    assert exit_code_of(reason) == code


ALIKE = {
    "numbers": ("KeyError: 17 of 0.25, 1,024 and 3e-05", "KeyError: 18 of 0.5, 2,048 and 1e-4"),
    "ARNs": (
        "not authorized on arn:aws:s3:::a/b because",
        "not authorized on arn:aws-cn:iam::123456789012:role/x because",
    ),
    "S3 URIs": ("failed: s3://bucket-1/a.csv: NoSuchKey", "failed: s3://other/b/c: NoSuchKey"),
    "paths": ("No such file: '/opt/ml/input/data/a.csv'", "No such file: '/tmp/b'"),
    "times": ("2026-11-21 14:01:02,123 ERROR lost", "2026-11-22T03:04:05Z ERROR lost"),
    "ids": (
        "request 3fa85f64-5717-4562-b3fc-2c963f66afa6 failed at 0x7f35491b3d10",
        "request 00000000-5717-4562-b3fc-2c963f66afa6 failed at 0x7f0000000000",
    ),
    "training jobs": ("job churn-001-0a1b2c3d is late", "job churn-117-ffffffff is late"),
    "line breaks": ("a\n  b", "a b"),
    "commands": (SCRIPT, SCRIPT.replace("0.25", "0.5").replace("hush", "other")),
}


@pytest.mark.parametrize(("one", "other"), ALIKE.values(), ids=ALIKE)
def test_failures_are_alike_whatever_their(one: str, other: str) -> None:
    assert normalized(one) == normalized(other)


DIFFERENT = {
    "exit codes": ("AlgorithmError: , exit code: 1", "AlgorithmError: , exit code: 137"),
    "error numbers": ("OSError: [Errno 2] gone", "OSError: [Errno 28] gone"),
    "errors": ("ValueError: 1", "KeyError: 1"),
    "names with a number in them": ("no column x1", "no column x2"),
    "instance types": ("no ml.m5.large", "no ml.p3.2xlarge"),
}


@pytest.mark.parametrize(("one", "other"), DIFFERENT.values(), ids=DIFFERENT)
def test_failures_are_told_apart_by_their(one: str, other: str) -> None:
    assert normalized(one) != normalized(other)


LOG = """\
loading
Traceback (most recent call last):
  File "/opt/ml/code/load.py", line 3, in read
    return json.loads(text)
KeyError: 'label'

During handling of the above exception, another exception occurred:

Traceback (most recent call last):
  File "/opt/ml/code/train.py", line 12, in <module>
    main()
  File "/opt/conda/lib/python3.10/site-packages/pandas/io/parsers.py", line 912, in read_csv
    raise ParserError("bad row")
pandas.errors.ParserError: bad row
2026-11-21 14:01:02,123 sagemaker-training-toolkit ERROR    Reporting training FAILURE
""".splitlines()


def test_the_last_traceback_points_into_the_users_own_code() -> None:
    traceback = last_traceback(LOG)
    assert traceback is not None
    assert (traceback.error, traceback.place) == ("pandas.errors.ParserError: bad row", "train.py, line 12")
    assert LOG[traceback.start] == "Traceback (most recent call last):"


def test_a_traceback_without_its_end_says_nothing() -> None:
    assert last_traceback(LOG[:-2]) is None
    assert last_traceback(["all is well"]) is None
