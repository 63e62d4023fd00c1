"""The container contract as a script sees it: arguments, variables, files; and what its end leaves behind."""

from __future__ import annotations

import json
from typing import Any

import pytest
from training_jobs import BUCKET, SCRIPT_IMAGE, Jobs, channel, training_job

DUMP = """
    import argparse, json, os, pathlib
    parser = argparse.ArgumentParser()
    parser.add_argument("--eta", type=float)
    parser.add_argument("--depth", type=int)
    parser.add_argument("--mode")
    parser.add_argument("-n")
    config = pathlib.Path(os.environ["SM_INPUT_CONFIG_DIR"])
    seen = {
        "arguments": vars(parser.parse_args()),
        "environment": dict(os.environ),
        "files": {path.name: json.loads(path.read_text()) for path in config.iterdir()},
        "train": pathlib.Path(os.environ["SM_CHANNEL_TRAIN"], "part.csv").read_text(),
        "folder": os.getcwd(),
    }
    pathlib.Path(os.environ["SM_MODEL_DIR"], "seen.json").write_text(json.dumps(seen))
"""


def dump(jobs: Jobs, **changes: Any) -> dict[str, Any]:
    """What a script sees."""
    data = jobs.put("data/train/part.csv", "1,2\n")
    run = jobs.script(
        DUMP,
        HyperParameters={"eta": "0.10", "depth": "6", "mode": '"fast"', "n": "x", "_tuning_objective_metric": "auc"},
        InputDataConfig=[channel("train", data.removesuffix("part.csv"), ContentType="text/csv")],
        **changes,
    )
    result = run.result()
    assert result.status == "Completed", result.failure_reason
    assert result.model_artifacts
    seen: dict[str, Any] = json.loads(jobs.archive(result.model_artifacts)["seen.json"])
    return seen


def test_a_script_gets_its_hyperparameters_as_arguments(jobs: Jobs) -> None:
    assert dump(jobs)["arguments"] == {"eta": 0.1, "depth": 6, "mode": "fast", "n": "x"}


def test_a_script_gets_its_channels_as_files(jobs: Jobs) -> None:
    seen = dump(jobs)
    assert seen["train"] == "1,2\n"
    assert seen["environment"]["SM_CHANNEL_TRAIN"].endswith("/opt/ml/input/data/train")
    assert seen["folder"].endswith("/opt/ml/code")


def test_a_script_gets_sagemakers_variables(jobs: Jobs) -> None:
    seen = dump(jobs)["environment"]
    expected = {
        "SM_HP_ETA": "0.1",
        "SM_HP_MODE": "fast",
        "SM_HPS": '{"depth":6,"eta":0.1,"mode":"fast","n":"x"}',
        "SM_USER_ARGS": '["--depth","6","--eta","0.1","--mode","fast","-n","x"]',
        "SM_CHANNELS": '["train"]',
        "SM_HOSTS": '["algo-1"]',
        "SM_CURRENT_HOST": "algo-1",
        "SM_CURRENT_INSTANCE_TYPE": "ml.m5.large",
        "SM_NUM_CPUS": "1",
        "SM_NUM_GPUS": "0",
        "SM_USER_ENTRY_POINT": "train.py",
        "SM_MODULE_NAME": "train",
        "SM_INPUT_DATA_CONFIG": '{"train":{"ContentType":"text/csv","RecordWrapperType":"None",'
        '"S3DistributionType":"FullyReplicated","TrainingInputMode":"File"}}',
        "TRAINING_JOB_NAME": "tune-001-0badcafe",
        "OMP_NUM_THREADS": "1",
    }
    assert {name: seen.get(name) for name in expected} == expected
    folders = {"MODEL": "model", "OUTPUT_DATA": "output/data", "INPUT": "input", "OUTPUT": "output"}
    for name, path in folders.items():
        assert seen[f"SM_{name}_DIR"].endswith(f"/opt/ml/{path}")
    assert json.loads(seen["SM_TRAINING_ENV"])["hyperparameters"] == {"depth": 6, "eta": 0.1, "mode": "fast", "n": "x"}


def test_the_configuration_files_hold_what_the_request_said(jobs: Jobs) -> None:
    files = dump(jobs)["files"]
    assert set(files) == {"hyperparameters.json", "inputdataconfig.json", "resourceconfig.json"}
    assert files["hyperparameters.json"]["eta"] == "0.10"
    assert files["hyperparameters.json"]["_tuning_objective_metric"] == "auc"
    assert files["resourceconfig.json"]["hosts"] == ["algo-1"]
    assert files["resourceconfig.json"]["current_instance_type"] == "ml.m5.large"


def test_instance_groups_reach_the_script(jobs: Jobs) -> None:
    groups = [
        {"InstanceGroupName": "gpu", "InstanceType": "ml.p3.2xlarge", "InstanceCount": 1},
        {"InstanceGroupName": "cpu", "InstanceType": "ml.c5.large", "InstanceCount": 2},
    ]
    seen = dump(jobs, ResourceConfig={"InstanceGroups": groups})["environment"]
    assert seen["SM_CURRENT_INSTANCE_GROUP"] == "gpu"
    assert seen["SM_INSTANCE_GROUPS"] == '["gpu","cpu"]'
    assert seen["SM_IS_HETERO"] == "true"


def test_the_definitions_environment_wins_and_the_hosts_is_not_seen(jobs: Jobs, monkeypatch: Any) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "of the user")
    seen = dump(jobs, Environment={"OMP_NUM_THREADS": "7", "STAGE": "test"})["environment"]
    assert (seen["OMP_NUM_THREADS"], seen["STAGE"]) == ("7", "test")
    assert "AWS_SECRET_ACCESS_KEY" not in seen


def test_a_completed_job_goes_through_its_statuses_in_order(jobs: Jobs) -> None:
    run = jobs.script("print('done')")
    result = run.result()
    assert run.statuses() == ["Starting", "Downloading", "Training", "Uploading"]
    assert (result.status, result.secondary_status, result.exit_code) == ("Completed", "Completed", 0)
    assert result.failure_reason is None
    assert result.training_seconds is not None
    assert result.training_seconds >= 1


def test_metrics_are_read_while_the_script_runs(jobs: Jobs) -> None:
    run = jobs.script(
        """
        import time
        for epoch in range(3):
            print(f"epoch {epoch} loss={1 / (epoch + 1)} auc=0.{epoch}")
        print("ready=1")
        time.sleep(60)
        """,
        metrics=("loss", "auc", "ready"),
    )
    run.wait_for_log("ready")  # it still sleeps
    assert [value for name, value in run.metrics() if name == "auc"] == [0.0, 0.1, 0.2]
    assert [value for name, value in run.metrics() if name == "loss"] == [1.0, 0.5, 1 / 3]
    run.trial.stop()
    run.result()


def test_standard_output_and_error_are_in_the_log_as_the_service_shows_them(jobs: Jobs) -> None:
    run = jobs.script("import sys; print('a\\tb'); print('oops', file=sys.stderr)")
    run.result()
    assert run.trial.log.read_text() == "a#011b\noops\n"


def test_the_model_and_the_output_data_are_uploaded(jobs: Jobs) -> None:
    run = jobs.script(
        """
        import os, pathlib
        pathlib.Path(os.environ["SM_MODEL_DIR"], "deep").mkdir()
        pathlib.Path(os.environ["SM_MODEL_DIR"], "deep", "model.bin").write_bytes(b"weights")
        pathlib.Path(os.environ["SM_OUTPUT_DATA_DIR"], "scores.txt").write_text("0.9")
        """
    )
    output = f"s3://{BUCKET}/output/tune-001-0badcafe/output"
    assert run.result().model_artifacts == f"{output}/model.tar.gz"
    assert jobs.archive(f"{output}/model.tar.gz") == {"deep/model.bin": b"weights"}
    assert jobs.archive(f"{output}/output.tar.gz") == {"scores.txt": b"0.9"}


def test_uncompressed_output_is_uploaded_file_by_file(jobs: Jobs) -> None:
    run = jobs.script(
        "import os, pathlib; pathlib.Path(os.environ['SM_MODEL_DIR'], 'model.bin').write_bytes(b'weights')",
        OutputDataConfig={"S3OutputPath": f"s3://{BUCKET}/output", "CompressionType": "NONE"},
    )
    assert run.result().model_artifacts == f"s3://{BUCKET}/output/tune-001-0badcafe/output/model/"
    assert jobs.keys("output/") == ["output/tune-001-0badcafe/output/model/model.bin"]


def test_a_script_that_fails_gives_its_last_words_and_exit_code(jobs: Jobs) -> None:
    run = jobs.script("raise ValueError('depth is negative')")
    result = run.result()
    assert result.status == "Failed"
    assert result.exit_code == 1
    assert result.failure_reason
    assert result.failure_reason.startswith("AlgorithmError: ExecuteUserScriptError:\nExitCode 1\n")
    assert 'ErrorMessage "ValueError: depth is negative"' in result.failure_reason
    assert result.failure_reason.endswith('train.py", exit code: 1')
    assert result.model_artifacts is None
    assert run.statuses() == ["Starting", "Downloading", "Training", "Uploading"]


def test_the_failure_file_is_the_reason_cut_to_what_the_api_takes(jobs: Jobs) -> None:
    run = jobs.script(
        """
        import os, pathlib, sys
        pathlib.Path(os.environ["SM_OUTPUT_DIR"], "failure").write_text("out of memory " * 200)
        sys.exit(3)
        """
    )
    result = run.result()
    assert result.failure_reason
    assert result.failure_reason.startswith("AlgorithmError: out of memory out of memory")
    assert len(result.failure_reason) == 1024
    assert result.exit_code == 3


def test_a_process_that_is_killed_has_the_signals_exit_code(jobs: Jobs) -> None:
    result = jobs.script("import os; os.kill(os.getpid(), 9)").result()
    assert (result.status, result.exit_code) == ("Failed", 137)


def test_an_image_that_cannot_run_fails_like_one_that_cannot_be_pulled(jobs: Jobs) -> None:
    run = jobs.start(training_job("123456789012.dkr.ecr.us-east-1.amazonaws.com/mine:1", {}, []))
    result = run.result()
    assert result.status == "Failed"
    assert result.failure_reason
    assert result.failure_reason.startswith("ClientError: Cannot pull training image")
    assert "mine:1" in result.failure_reason
    assert run.statuses() == ["Starting"]
    assert result.training_seconds is None


def test_a_shell_script_runs_too(jobs: Jobs) -> None:
    parameters = {
        "sagemaker_program": "run.sh",
        "sagemaker_submit_directory": jobs.code({"run.sh": 'echo "args $@" "score=0.5"'}),
        "eta": "1",
    }
    run = jobs.start(training_job(SCRIPT_IMAGE, parameters, [{"Name": "score", "Regex": "score=(.*)"}]))
    assert run.result().status == "Completed"
    assert run.trial.log.read_text() == "args --eta 1 score=0.5\n"
    assert run.metrics() == [("score", 0.5)]


def test_a_script_may_come_as_a_channel(jobs: Jobs) -> None:
    """So it does where the container has no network to fetch it by."""
    parameters = {
        "sagemaker_program": "run.sh",
        "sagemaker_submit_directory": "/opt/ml/input/data/code/sourcedir.tar.gz",
    }
    source = {"S3DataType": "S3Prefix", "S3Uri": jobs.code({"run.sh": "echo score=0.5"})}
    channel = {"ChannelName": "code", "DataSource": {"S3DataSource": source}}
    run = jobs.start(training_job(SCRIPT_IMAGE, parameters, [], InputDataConfig=[channel], EnableNetworkIsolation=True))
    assert run.result().status == "Completed", run.result().failure_reason
    assert run.trial.log.read_text() == "score=0.5\n"


WRONG_SCRIPTS = {
    "an archive that no channel brings": (
        {"sagemaker_program": "train.py", "sagemaker_submit_directory": "/opt/ml/input/data/code/sourcedir.tar.gz"},
        "Cannot unpack the code in '/opt/ml/input/data/code/sourcedir.tar.gz'",
    ),
    "a program without its archive": ({"sagemaker_program": "train.py"}, "sagemaker_submit_directory"),
    "a program that is no script": (
        {"sagemaker_program": "train.exe", "sagemaker_submit_directory": "s3://b/k"},
        "neither a .py nor a .sh",
    ),
    "an archive that is not there": (
        {"sagemaker_program": "train.py", "sagemaker_submit_directory": f"s3://{BUCKET}/none.tar.gz"},
        "NoSuchKey",
    ),
    "an archive that is not in S3": (
        {"sagemaker_program": "train.py", "sagemaker_submit_directory": "file:///tmp/code.tar.gz"},
        "is not an S3 URI",
    ),
}


@pytest.mark.parametrize(("parameters", "message"), WRONG_SCRIPTS.values(), ids=WRONG_SCRIPTS)
def test_a_script_that_cannot_be_found_fails_with_its_reason(
    jobs: Jobs, parameters: dict[str, str], message: str
) -> None:
    result = jobs.start(training_job(SCRIPT_IMAGE, parameters, [])).result()
    assert result.failure_reason
    assert result.failure_reason.startswith("ClientError: ")
    assert message in result.failure_reason
