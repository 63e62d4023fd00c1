from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from sagemaker_tuning.errors import SpecError
from sagemaker_tuning.spec import TuningJobSpec, load
from sagemaker_tuning.spec.findings import Location
from sagemaker_tuning.spec.forms import ACK_API, ACK_KIND, missing_in_ack, read, recognize, write
from spec_jobs import several, single
from strategies import specs

DESCRIBE = Path(__file__).parents[1] / "fixtures" / "describe" / "xgboost_completed.json"

valid_requests = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@valid_requests
@given(specs())
def test_a_request_comes_back_as_it_was(request_: dict[str, Any]) -> None:
    spec = TuningJobSpec.from_api(request_)
    assert spec.to_api() == request_
    assert TuningJobSpec.from_native(spec.to_native()) == spec
    assert TuningJobSpec.from_pulumi(spec.to_pulumi()) == spec


@valid_requests
@given(specs())
def test_what_ack_can_say_comes_back_through_ack(request_: dict[str, Any]) -> None:
    native = TuningJobSpec.from_api(request_).to_native()
    for finding in reversed(missing_in_ack(native)):
        _take_out(native, finding.location)
    manifest = {"apiVersion": ACK_API, "kind": ACK_KIND, "spec": write(native, "ack")}
    reading = read(manifest, "ack")
    assert (reading.native, reading.problems) == (native, [])


def _take_out(tree: Any, location: Location) -> None:
    for step in location[:-1]:
        tree = tree[step]
    del tree[location[-1]]


@valid_requests
@given(specs())
def test_each_form_is_recognized(request_: dict[str, Any]) -> None:
    spec = TuningJobSpec.from_api(request_)
    assert recognize(spec.to_api()) == "api"
    assert recognize(spec.to_native()) == "native"
    assert recognize(spec.to_pulumi()) == "pulumi"
    assert recognize({**spec.to_api(), "HyperParameterTuningJobArn": "arn"}) == "describe"


@valid_requests
@given(specs())
def test_a_job_that_is_described_as_it_was_sent_is_the_job_that_was_sent(request_: dict[str, Any]) -> None:
    described = {key: value for key, value in request_.items() if key != "Tags"}
    described |= {"HyperParameterTuningJobStatus": "InProgress", "CreationTime": "2025-03-01T10:00:00Z"}
    assert TuningJobSpec.from_describe(described, request_.get("Tags")) == TuningJobSpec.from_api(request_)


def test_ack_spells_irregular_names_its_own_way() -> None:
    job = single()
    definition = job["training_job_definition"]
    definition["output_data_config"]["kms_key_id"] = "alias/out"
    definition["resource_config"]["volume_kms_key_id"] = "alias/volume"
    definition["vpc_config"] = {"security_group_ids": ["sg-1"], "subnets": ["subnet-1"]}
    definition["input_data_config"][0]["data_source"]["file_system_data_source"] = {
        "file_system_id": "fs-0123456789abcdef0",
        "file_system_access_mode": "ro",
        "file_system_type": "EFS",
        "directory_path": "/data",
    }
    spec = TuningJobSpec.from_native(job).to_ack()["spec"]
    written = spec["trainingJobDefinition"]
    source = written["inputDataConfig"][0]["dataSource"]
    assert spec["hyperParameterTuningJobConfig"]["hyperParameterTuningJobObjective"]["type_"] == "Maximize"
    assert written["roleARN"] == job["training_job_definition"]["role_arn"]
    assert written["outputDataConfig"]["kmsKeyID"] == "alias/out"
    assert written["resourceConfig"]["volumeKMSKeyID"] == "alias/volume"
    assert written["resourceConfig"]["volumeSizeInGB"] == 10
    assert written["vpcConfig"] == {"securityGroupIDs": ["sg-1"], "subnets": ["subnet-1"]}
    assert source["s3DataSource"]["s3URI"] == "s3://churn/train"
    assert source["fileSystemDataSource"]["fileSystemID"] == "fs-0123456789abcdef0"


def test_an_ack_manifest_keeps_its_metadata_and_loses_its_status() -> None:
    manifest = TuningJobSpec.from_native(single()).to_ack()
    manifest["metadata"] = {"name": "nightly", "namespace": "ml", "labels": {"team": "churn"}}
    live = {**manifest, "status": {"hyperParameterTuningJobStatus": "Completed"}}
    assert TuningJobSpec.from_ack(live).to_ack() == manifest


def test_a_field_that_ack_lacks_is_named() -> None:
    job = several()
    job["hyper_parameter_tuning_job_config"]["random_seed"] = 1
    job["training_job_definitions"][1]["environment"] = {"A": "1"}
    with pytest.raises(SpecError) as raised:
        TuningJobSpec.from_native(job).to_ack()
    assert [problem.path for problem in raised.value.problems] == [
        "hyper_parameter_tuning_job_config.random_seed",
        "training_job_definitions[two].environment",
    ]


def test_an_ack_manifest_needs_a_name() -> None:
    job = single()
    del job["hyper_parameter_tuning_job_name"]
    with pytest.raises(SpecError, match="hyper_parameter_tuning_job_name: is missing"):
        TuningJobSpec.from_native(job).to_ack()


@pytest.mark.parametrize(
    ("manifest", "path"),
    [
        ({"apiVersion": "sagemaker.services.k8s.aws/v1alpha1", "kind": "TrainingJob", "spec": {}}, "kind"),
        ({"apiVersion": "batch/v1", "kind": "HyperParameterTuningJob", "spec": {}}, "apiVersion"),
        ({"apiVersion": "sagemaker.services.k8s.aws/v1alpha1", "kind": "HyperParameterTuningJob"}, "spec"),
    ],
)
def test_another_manifest_is_refused(manifest: dict[str, Any], path: str) -> None:
    with pytest.raises(SpecError) as raised:
        TuningJobSpec.from_ack(manifest)
    assert path in [problem.path for problem in raised.value.problems]


def test_a_request_needs_a_name_and_the_other_forms_do_not() -> None:
    spec = TuningJobSpec.from_native({k: v for k, v in single().items() if k != "hyper_parameter_tuning_job_name"})
    with pytest.raises(SpecError, match="a request cannot do without"):
        TuningJobSpec.from_api(spec.to_api())


def test_a_null_is_a_field_left_out() -> None:
    job = single()
    job["autotune"] = None
    job["training_job_definition"]["vpc_config"] = None
    job["training_job_definition"]["static_hyper_parameters"]["seed"] = None
    assert TuningJobSpec.from_native(job).to_native() == single()


def test_a_problem_in_pulumi_inputs_has_its_path_in_snake_case() -> None:
    inputs = TuningJobSpec.from_native(single()).to_pulumi()
    inputs["trainingJobDefinition"]["resourceConfig"]["volumeSizeInGb"] = -1.0
    inputs["trainingJobDefinition"]["vpcConfg"] = {}
    with pytest.raises(SpecError) as raised:
        TuningJobSpec.from_pulumi(inputs)
    assert [(problem.path, problem.fix) for problem in raised.value.problems] == [
        ("training_job_definition.vpcConfg", "Did you mean `vpcConfig`?"),
        ("training_job_definition.resource_config.volume_size_in_gb", "Use 0 or more"),
    ]


def test_empty_lists_and_structures_are_kept() -> None:
    job = single()
    job["training_job_definition"]["algorithm_specification"]["metric_definitions"] = []
    job["hyper_parameter_tuning_job_config"]["tuning_job_completion_criteria"] = {}
    job["tags"] = {}
    assert TuningJobSpec.from_native(job).to_native() == job


@pytest.mark.parametrize(
    ("tags", "text"),
    [
        ([{"Key": "a", "Value": "1"}, {"Key": "a", "Value": "2"}], "tags[a]: is given twice"),
        ([{"Key": "a", "Value": "1", "Extra": ""}], "tags[0]"),
        (["a"], "tags[0]: 'a' is not a tag"),
        ([{"Key": "a"}], "tags[a]"),
    ],
)
def test_tags_of_a_request_are_key_and_value_once_each(tags: list[Any], text: str) -> None:
    request_ = TuningJobSpec.from_native(single()).to_api()
    with pytest.raises(SpecError) as raised:
        TuningJobSpec.from_api({**request_, "Tags": tags})
    assert text in str(raised.value)


class TestDescribe:
    def test_outputs_and_injections_are_left_out(self) -> None:
        spec = TuningJobSpec.from_describe(json.loads(DESCRIBE.read_text()))
        native = spec.to_native()
        definition = native["training_job_definition"]
        assert (spec.form, spec.warnings) == ("describe", ())
        assert set(native) == {
            "hyper_parameter_tuning_job_name",
            "hyper_parameter_tuning_job_config",
            "training_job_definition",
        }
        assert definition["static_hyper_parameters"] == {"eval_metric": "auc", "num_round": "100"}
        assert definition["output_data_config"] == {"s3_output_path": "s3://churn-models/tuning"}

    def test_tags_are_the_users_own(self) -> None:
        tags = [
            {"Key": "team", "Value": "ml"},
            {"Key": "aws:cloudformation:stack-name", "Value": "x"},
            {"Key": "sagemaker-tuning:owner", "Value": "churn/dev/job"},
        ]
        assert TuningJobSpec.from_describe(json.loads(DESCRIBE.read_text()), tags).tags == {"team": "ml"}

    def test_what_is_newer_than_this_package_is_a_warning(self) -> None:
        response = json.loads(DESCRIBE.read_text())
        response["HyperParameterTuningJobConfig"]["Strategy"] = "Evolution"
        response["HyperParameterTuningJobConfig"]["Temperature"] = 3
        response["TrainingJobDefinition"]["ResourceConfig"]["SelectedInstanceType"] = "ml.m5.xlarge"
        response["FancyOutput"] = {"A": 1}
        spec = TuningJobSpec.from_describe(response)
        config = spec.to_native()["hyper_parameter_tuning_job_config"]
        assert config["strategy"] == "Evolution"
        assert [problem.path for problem in spec.warnings] == [
            "hyper_parameter_tuning_job_config.Temperature",
            "FancyOutput",
            "hyper_parameter_tuning_job_config.strategy",
        ]

    def test_no_describe_document_at_all_is_an_error(self) -> None:
        response = json.loads(DESCRIBE.read_text())
        response["TrainingJobDefinition"] = "gone"
        with pytest.raises(SpecError, match="training_job_definition"):
            TuningJobSpec.from_describe(response)


class TestLoad:
    @pytest.mark.parametrize("form", ["native", "api", "ack", "pulumi"])
    def test_a_file_of_any_form_is_the_same_spec(self, form: str, tmp_path: Path) -> None:
        spec = TuningJobSpec.from_native(single())
        path = tmp_path / "tuning.json"
        path.write_text(json.dumps(getattr(spec, f"to_{form}")()))
        loaded = load(path)
        assert loaded == spec == load(str(path)) == load(path.read_text())
        assert loaded.form == form

    def test_yaml_keeps_off_and_numbers_as_they_are_meant(self) -> None:
        text = """
hyper_parameter_tuning_job_config:
  strategy: Random
  training_job_early_stopping_type: Off
  hyper_parameter_tuning_job_objective: {type: Minimize, metric_name: rmse}
  resource_limits: {max_parallel_training_jobs: 1}
  parameter_ranges:
    continuous_parameter_ranges: [{name: eta, min_value: 1e-3, max_value: 0.5}]
training_job_definition:
  static_hyper_parameters: {on: yes, version: 010, rounds: 100, rate: 2.0, verbose: true, day: 2025-03-01}
"""
        reading = _native_of(text)
        config, definition = reading["hyper_parameter_tuning_job_config"], reading["training_job_definition"]
        assert config["training_job_early_stopping_type"] == "Off"
        assert config["parameter_ranges"]["continuous_parameter_ranges"][0]["min_value"] == "0.001"
        assert definition["static_hyper_parameters"] == {
            "on": "yes",
            "version": "010",
            "rounds": "100",
            "rate": "2",
            "verbose": "true",
            "day": "2025-03-01",
        }

    def test_a_key_given_twice_is_an_error(self) -> None:
        with pytest.raises(SpecError, match="given twice"):
            load("tags: {}\ntags: {}\n")

    @pytest.mark.parametrize("text", ["a: [\n", "{", "- a\n- b\n", "name: x\n", "\n"])
    def test_what_is_no_tuning_job_is_an_error(self, text: str) -> None:
        with pytest.raises(SpecError):
            load(text)

    def test_a_file_that_is_not_there_is_named(self, tmp_path: Path) -> None:
        with pytest.raises(SpecError, match=r"missing\.yaml"):
            load(tmp_path / "missing.yaml")


def _native_of(text: str) -> dict[str, Any]:
    """The native form of a spec file that lacks all but what it is about."""
    import yaml
    from sagemaker_tuning.spec.documents import _Loader

    document = yaml.load(text, _Loader)
    base = single()["training_job_definition"]
    image = {"training_image": base["algorithm_specification"]["training_image"], "training_input_mode": "File"}
    document["training_job_definition"] = {
        **base,
        "algorithm_specification": image,
        **document["training_job_definition"],
    }
    return TuningJobSpec.from_native(document).to_native()
