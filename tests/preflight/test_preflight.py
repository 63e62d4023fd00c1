"""Every check with a job that it finds fault with, and one that is nearly the same and fine."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from sagemaker_tuning.preflight import CHECKS, Finding, explained, preflight, problems_of_silence, readings
from sagemaker_tuning.spec import TuningJobSpec
from sagemaker_tuning.unknown import UNKNOWN

XGBOOST = "683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:1.7-1"
KMEANS = "382416733822.dkr.ecr.us-east-1.amazonaws.com/kmeans:1"
OWN = "123456789012.dkr.ecr.us-east-1.amazonaws.com/trainer:1"

CONFIG = "hyper_parameter_tuning_job_config"
OBJECTIVE = f"{CONFIG}.hyper_parameter_tuning_job_objective"
LIMITS = f"{CONFIG}.resource_limits"
RANGES = f"{CONFIG}.parameter_ranges"
HYPERBAND = f"{CONFIG}.strategy_config.hyperband_strategy_config"
DEFINITION = "training_job_definition"
ALGORITHM = f"{DEFINITION}.algorithm_specification"
RESOURCES = f"{DEFINITION}.resource_config"
STOPPING = f"{DEFINITION}.stopping_condition"
CODE = f"{DEFINITION}.static_hyper_parameters.sagemaker_submit_directory"


def channel(name: str) -> dict[str, Any]:
    source = {"s3_data_type": "S3Prefix", "s3_uri": f"s3://data/{name}/"}
    return {"channel_name": name, "data_source": {"s3_data_source": source}}


def continuous(**edits: Any) -> dict[str, Any]:
    return {"continuous_parameter_ranges": [{"name": "eta", "min_value": "0.01", "max_value": "0.5", **edits}]}


def categorical(*values: str) -> dict[str, Any]:
    return {"categorical_parameter_ranges": [{"name": "kind", "values": list(values)}]}


GOOD: dict[str, Any] = {
    CONFIG: {
        "strategy": "Bayesian",
        "hyper_parameter_tuning_job_objective": {"type": "Maximize", "metric_name": "auc"},
        "resource_limits": {"max_number_of_training_jobs": 30, "max_parallel_training_jobs": 3},
        "parameter_ranges": {**continuous(), **categorical("a", "b")},
    },
    DEFINITION: {
        "algorithm_specification": {
            "training_image": OWN,
            "training_input_mode": "File",
            "metric_definitions": [
                {"name": "auc", "regex": "auc=([0-9.]+)"},
                {"name": "loss", "regex": "loss=([-+0-9.eE]+)"},
            ],
        },
        "role_arn": "arn:aws:iam::123456789012:role/tuning",
        "input_data_config": [channel("train")],
        "output_data_config": {"s3_output_path": "s3://data/output/"},
        "resource_config": {"instance_type": "ml.m5.large", "instance_count": 1, "volume_size_in_gb": 10},
        "stopping_condition": {"max_runtime_in_seconds": 3600},
    },
}


def edited(edits: dict[str, Any]) -> dict[str, Any]:
    """The good job with some fields set, or taken out where the value is None."""
    document = copy.deepcopy(GOOD)
    for path, value in edits.items():
        *parents, last = path.split(".")
        node = document
        for name in parents:
            node = node.setdefault(name, {})
        if value is None:
            node.pop(last)
        else:
            node[last] = copy.deepcopy(value)
    return document


def found(edits: dict[str, Any], **options: Any) -> dict[str, Finding]:
    """The findings in an edited job, which is right by all of SageMaker's rules, by their ids."""
    native = TuningJobSpec.from_native(edited(edits)).to_native()
    return {finding.id: finding for finding in preflight(native, **options)}


def regex(text: str, name: str = "auc") -> dict[str, Any]:
    return {f"{ALGORITHM}.metric_definitions": [{"name": name, "regex": text}]}


def minimized(text: str) -> dict[str, Any]:
    return {OBJECTIVE: {"type": "Minimize", "metric_name": "loss"}, **regex(text, "loss")}


def spot(**further: Any) -> dict[str, Any]:
    return {
        f"{DEFINITION}.enable_managed_spot_training": True,
        STOPPING: {"max_runtime_in_seconds": 3600, "max_wait_time_in_seconds": 7200},
        f"{DEFINITION}.checkpoint_config": {"s3_uri": "s3://data/checkpoints/"},
        **further,
    }


def isolated(archive: str) -> dict[str, Any]:
    return {f"{DEFINITION}.enable_network_isolation": True, CODE: archive}


def built_in(image: str, metric: str, *channels: str) -> dict[str, Any]:
    return {
        ALGORITHM: {"training_image": image, "training_input_mode": "File"},
        f"{OBJECTIVE}.metric_name": metric,
        f"{DEFINITION}.input_data_config": [channel(name) for name in channels],
    }


def hyperband(**resources: int) -> dict[str, Any]:
    return {f"{CONFIG}.strategy": "Hyperband", HYPERBAND: resources, f"{CONFIG}.random_seed": 1}


def trials(number: int, parallel: int = 1) -> dict[str, Any]:
    return {f"{LIMITS}.max_number_of_training_jobs": number, f"{LIMITS}.max_parallel_training_jobs": parallel}


METRIC = f"{ALGORITHM}.metric_definitions[auc].regex"
ETA = f"{RANGES}.continuous_parameter_ranges[eta]"

# id: a job with the fault, what is said of it, and jobs that are nearly the same without the fault.
CASES: dict[str, tuple[dict[str, Any], str, list[dict[str, Any]]]] = {
    "regex-broken": (
        regex("auc=([0-9.]+"),
        f"error regex-broken: {METRIC}: 'auc=([0-9.]+' is no regular expression: missing ), unterminated subpattern at "
        "position 4.\nCorrect it; a bracket or dot that is meant as such needs a backslash.",
        [regex(r"auc=\(([0-9.]+)"), regex(r"auc=(?<value>\d+)"), regex(r"auc=(\p{Digit}+)"), regex(r"auc=([0-9]++)")],
    ),
    "regex-without-group": (
        regex("auc=[0-9.]+"),
        f"error regex-without-group: {METRIC}: 'auc=[0-9.]+' has no group, so that it finds the line but no value in "
        "it.\nPut the number into round brackets, as in `auc=([0-9.]+)`.",
        [regex("auc=([0-9.]+)"), regex("(?:val_)?auc=([0-9.]+)")],
    ),
    "regex-groups": (
        regex("(val_)?auc=([0-9.]+)"),
        f"warning regex-groups: {METRIC}: '(val_)?auc=([0-9.]+)' has 2 groups, of which only the first is the metric's "
        "value.\nWrite the others as `(?:...)`.",
        [regex("(?:val_)?auc=([0-9.]+)"), regex(r"'auc': ([0-9]+(.|e\-)[0-9]+),?")],  # as in AWS's own examples
    ),
    "regex-exponent": (
        minimized(r"loss=([0-9\.]+)"),
        f"info regex-exponent: {ALGORITHM}.metric_definitions[loss].regex: 'loss=([0-9\\\\.]+)' cannot capture 5e-05 "
        "and -0.5 as a whole.\nUse a group such as `([-+0-9.eE]+)`, if the metric can have such values.",
        [
            minimized("loss=([-+0-9.eE]+)"),
            minimized(r"loss=(\S+)"),
            minimized("loss=((?:-)?[0-9.]+(?:e-[0-9]+)?)"),
            regex(r"auc=([0-9\.]+)"),  # it is maximized: a tiny value does no harm
        ],
    ),
    "objective-direction": (
        {f"{OBJECTIVE}.metric_name": "validation:logloss", **regex("logloss=([0-9.eE-]+)", "validation:logloss")},
        f"warning objective-direction: {OBJECTIVE}.type: 'Maximize' looks for the worst: less of validation:logloss is "
        "usually better.\nChange `type`, or silence this if the metric means something else by that name.",
        [
            {},
            {f"{OBJECTIVE}.metric_name": "score", **regex("score=([0-9.]+)", "score")},
            {f"{OBJECTIVE}.metric_name": "lossless", **regex("lossless=([0-9.]+)", "lossless")},
            {f"{OBJECTIVE}.metric_name": "accuracy_loss", **regex("a=([0-9.]+)", "accuracy_loss")},
        ],
    ),
    "objective-channel": (
        built_in(XGBOOST, "validation:auc", "train"),
        f"error objective-channel: {OBJECTIVE}.metric_name: 'validation:auc' is measured on the channel `validation`, "
        "which is not there.\nAdd the channel, or choose another objective.",
        [
            built_in(XGBOOST, "validation:auc", "train", "validation"),
            built_in(XGBOOST, "train:auc", "train"),
            {
                **built_in(XGBOOST, "validation:auc", "train"),
                f"{DEFINITION}.static_hyper_parameters": {"sagemaker_program": "train.py"},
            },
        ],
    ),
    "search-fixed": (
        {RANGES: continuous(max_value="0.01")},
        f"error search-fixed: {RANGES}: holds one value for each hyperparameter, so that all 30 trials are the same.\n"
        "Widen a range, or run one training job instead of a search.",
        [{RANGES: continuous(max_value="0.010001")}, {RANGES: continuous(max_value="0.01"), **trials(1)}],
    ),
    "range-fixed": (
        {RANGES: {**continuous(), **categorical("a")}},
        f"warning range-fixed: {RANGES}.categorical_parameter_ranges[kind]: holds one value only, so that no trial "
        "varies kind.\nWiden the range, or make it a static hyperparameter.",
        [{RANGES: {**continuous(), **categorical("a", "b")}}],
    ),
    "log-narrow": (
        {RANGES: continuous(min_value="0.06", scaling_type="Logarithmic")},
        f"warning log-narrow: {ETA}.scaling_type: 'Logarithmic' is a scale for several powers of ten, and the range "
        "holds less than one.\nUse Linear or Auto, or widen the range.",
        [
            {RANGES: continuous(min_value="0.05", scaling_type="Logarithmic")},
            {RANGES: continuous(min_value="0.06", scaling_type="Linear")},
            {RANGES: continuous(min_value="0.9", max_value="0.999", scaling_type="ReverseLogarithmic")},
        ],
    ),
    "linear-wide": (
        {RANGES: continuous(min_value="0.0005", scaling_type="Linear")},
        f"warning linear-wide: {ETA}.scaling_type: 'Linear' puts nine of ten trials into the highest power of ten of "
        "this range, which holds at least three.\nUse Logarithmic.",
        [
            {RANGES: continuous(min_value="0.00051", scaling_type="Linear")},
            {RANGES: continuous(min_value="0.0005")},
            {RANGES: continuous(min_value="0", scaling_type="Linear")},
        ],
    ),
    "few-trials": (
        trials(1),
        f"warning few-trials: {LIMITS}.max_number_of_training_jobs: 1 is less than the 2 hyperparameters that are "
        "tuned.\nAllow more trials, or tune fewer hyperparameters.",
        [trials(2)],
    ),
    "few-rounds": (
        trials(30, 11),
        f"warning few-rounds: {LIMITS}.max_parallel_training_jobs: 11 at a time leaves a Bayesian search of 30 trials "
        "3 rounds, and it learns only from one to the next.\n"
        "Lower `max_parallel_training_jobs` to a third of the trials or less, or use Random.",
        [trials(30, 10), {**trials(30, 11), f"{CONFIG}.strategy": "Random"}, trials(9, 9)],
    ),
    "hyperband-equal-resources": (
        hyperband(min_resource=9, max_resource=9),
        f"warning hyperband-equal-resources: {HYPERBAND}.min_resource: 9 is `max_resource` as well, so that Hyperband "
        "stops no training job early.\nLower `min_resource`, or use Random.",
        [hyperband(min_resource=1, max_resource=9), hyperband(max_resource=9)],
    ),
    "hyperband-not-iterative": (
        {**built_in(KMEANS, "test:msd", "train", "test"), **hyperband(min_resource=1, max_resource=9)},
        f"warning hyperband-not-iterative: {CONFIG}.strategy: 'Hyperband' needs results halfway, and kmeans trains in "
        "one go.\nUse Bayesian or Random.",
        [
            {**built_in(XGBOOST, "train:auc", "train"), **hyperband(min_resource=1, max_resource=9)},
            built_in(KMEANS, "test:msd", "train", "test"),
        ],
    ),
    "seed-missing": (
        {f"{CONFIG}.strategy": "Random"},
        f"info seed-missing: {CONFIG}.random_seed: is not set, so that the same search tries other values each time.\n"
        "Set `random_seed`, if the search is to be repeated.",
        [{f"{CONFIG}.strategy": "Random", f"{CONFIG}.random_seed": 0}, {}],
    ),
    "name-long": (
        {"hyper_parameter_tuning_job_name": "n" * 30},
        "info name-long: hyper_parameter_tuning_job_name: 'nnnnnnnnnnnnnnnnnnnnnnnnnnnnnn' has 30 of the 32 characters "
        "that SageMaker allows, which leaves no room for a suffix.\n"
        "Shorten it, or leave it out to have a name generated.",
        [{"hyper_parameter_tuning_job_name": "n" * 29}],
    ),
    "spot-checkpoints": (
        {key: value for key, value in spot().items() if not key.endswith("checkpoint_config")},
        f"warning spot-checkpoints: {DEFINITION}.enable_managed_spot_training: True has no `checkpoint_config`, so "
        "that a training job which loses its instances starts from the beginning.\n"
        "Add `checkpoint_config`, and let the script save to its folder and go on from there.",
        [spot(), {f"{DEFINITION}.enable_managed_spot_training": False}],
    ),
    "spot-wait": (
        spot(**{f"{STOPPING}.max_wait_time_in_seconds": 3600}),
        f"info spot-wait: {STOPPING}.max_wait_time_in_seconds: 3600 equals `max_runtime_in_seconds`, which leaves no "
        "time to wait for spot capacity.\nRaise it above `max_runtime_in_seconds`.",
        [spot(**{f"{STOPPING}.max_wait_time_in_seconds": 3601})],
    ),
    "runtime-missing": (
        {STOPPING: {}},
        f"warning runtime-missing: {STOPPING}.max_runtime_in_seconds: is left out, which lets each training job run "
        "for a day.\nSet it to what a training job needs at most; it also bounds the cost.",
        [{STOPPING: {"max_runtime_in_seconds": 86_400}}],
    ),
    "tuning-time-short": (
        {f"{LIMITS}.max_runtime_in_seconds": 3599},
        f"warning tuning-time-short: {LIMITS}.max_runtime_in_seconds: 3599 ends the search before a training job may "
        "have used its own 3,600 seconds.\nRaise it, or lower `max_runtime_in_seconds` of the training jobs.",
        [{f"{LIMITS}.max_runtime_in_seconds": 3600}],
    ),
    "instance-generation": (
        {f"{RESOURCES}.instance_type": "ml.m4.xlarge"},
        f"warning instance-generation: {RESOURCES}.instance_type: 'ml.m4.xlarge' is of a previous generation, for "
        "which capacity dwindles and the price of a result is higher.\nUse ml.m5 or newer.",
        [{f"{RESOURCES}.instance_type": "ml.m5.xlarge"}, {f"{RESOURCES}.instance_type": "ml.p3.2xlarge"}],
    ),
    "isolated-code": (
        isolated('"s3://code/train.tar.gz"'),
        f"warning isolated-code: {DEFINITION}.static_hyper_parameters[sagemaker_submit_directory]: "
        "'\"s3://code/train.tar.gz\"' cannot be fetched by a container without a network.\n"
        "Give the archive as an input channel, and its path below /opt/ml/input/data here.",
        [isolated("/opt/ml/input/data/code/train.tar.gz"), {CODE: "s3://code/train.tar.gz"}],
    ),
    "volume-unused": (
        {f"{RESOURCES}.instance_type": "ml.g5.xlarge"},
        f"info volume-unused: {RESOURCES}.volume_size_in_gb: 10 does nothing: these instances have storage of their "
        "own, of fixed size.\nLeave it out, and check that the instance's own storage is enough.",
        [{RESOURCES: {"instance_type": "ml.g5.xlarge", "instance_count": 1}}],
    ),
}

LOG = """loading
auc=0.61 loss=0.4
auc=0.72
took 3 s"""

# id: metric definitions with the fault, what is said of them, and metric definitions without it.
SAMPLES: dict[str, tuple[dict[str, Any], str, list[dict[str, Any]]]] = {
    "sample-objective": (
        regex("AUC: ([0-9.]+)"),
        f"error sample-objective: {METRIC}: 'AUC: ([0-9.]+)' matches no line of the sample log, and it reads the "
        "objective.\nCompare it with what the training script prints.",
        [regex("auc=([0-9.]+)")],
    ),
    "sample-number": (
        regex("(auc)=[0-9.]+"),
        f"error sample-number: {METRIC}: '(auc)=[0-9.]+' captures 'auc' from the sample log, which is no number.\n"
        "Capture the number alone.",
        [regex("auc=([0-9.]+)")],
    ),
    "sample-metric": (
        {
            f"{ALGORITHM}.metric_definitions": [
                {"name": "auc", "regex": "auc=([0-9.]+)"},
                {"name": "rmse", "regex": "rmse=([0-9.]+)"},
            ]
        },
        f"warning sample-metric: {ALGORITHM}.metric_definitions[rmse].regex: 'rmse=([0-9.]+)' matches no line of the "
        "sample log.\nCompare it with what the training script prints, or leave the metric out.",
        [{}],
    ),
}


@pytest.mark.parametrize("id_", CASES)
def test_a_job_with_the_fault_is_told(id_: str) -> None:
    edits, text, _ = CASES[id_]
    assert str(found(edits)[id_]) == text


@pytest.mark.parametrize(("id_", "edits"), [(id_, edits) for id_ in CASES for edits in CASES[id_][2]])
def test_a_job_that_is_nearly_the_same_is_fine(id_: str, edits: dict[str, Any]) -> None:
    assert id_ not in found(edits)


@pytest.mark.parametrize("id_", SAMPLES)
def test_metric_definitions_that_miss_the_sample_are_told(id_: str) -> None:
    edits, text, fine = SAMPLES[id_]
    assert str(found(edits, sample_log=LOG.splitlines())[id_]) == text
    for good in fine:
        assert id_ not in found(good, sample_log=LOG.splitlines())
    assert id_ not in found(edits)


def test_every_check_is_in_one_of_the_tables_and_explains_itself() -> None:
    assert sorted(CHECKS) == sorted([*CASES, *SAMPLES])
    for id_, check in CHECKS.items():
        headline, *lines = explained(check).splitlines()
        assert headline == f"{id_} ({check.level})"
        assert " ".join(line.strip() for line in lines) == check.why
        assert check.why.endswith((".", ")."))


def test_a_good_job_has_no_finding() -> None:
    assert found({}) == {}
    assert found({}, sample_log=LOG.splitlines()) == {}


def test_errors_come_first_and_all_are_told() -> None:
    edits = {**regex("auc=[0-9.]+"), STOPPING: {}, f"{CONFIG}.strategy": "Random"}
    native = TuningJobSpec.from_native(edited(edits)).to_native()
    assert [finding.id for finding in preflight(native)] == ["regex-without-group", "runtime-missing", "seed-missing"]


def test_a_finding_is_silenced_by_its_id() -> None:
    edits = {STOPPING: {}, f"{CONFIG}.strategy": "Random"}
    assert set(found(edits, silence=["runtime-missing"])) == {"seed-missing"}


def test_an_id_that_is_no_checks_is_a_problem() -> None:
    assert problems_of_silence(["runtime-missing"], "silence") == []
    assert [str(problem) for problem in problems_of_silence(["runtime-mising", "x"], "silence")] == [
        "silence: 'runtime-mising' is not the id of a check.\nDid you mean runtime-missing?",
        "silence: 'x' is not the id of a check.\n`sagemaker-tuning validate --explain` lists the ids.",
    ]


@pytest.mark.parametrize("path", [CONFIG, DEFINITION, OBJECTIVE, LIMITS, RANGES, ALGORITHM, RESOURCES, STOPPING])
def test_what_is_not_known_yet_is_not_judged(path: str) -> None:
    assert found({path: UNKNOWN}) == {}


def test_definitions_of_several_are_judged_one_by_one() -> None:
    document = edited({DEFINITION: None})
    config = document[CONFIG]
    objective, searched = config.pop("hyper_parameter_tuning_job_objective"), config.pop("parameter_ranges")
    document["training_job_definitions"] = [
        {
            **copy.deepcopy(GOOD[DEFINITION]),
            "definition_name": name,
            "tuning_objective": objective,
            "hyper_parameter_ranges": searched,
            "resource_config": {**GOOD[DEFINITION]["resource_config"], "instance_type": instance_type},
        }
        for name, instance_type in (("old", "ml.c4.xlarge"), ("new", "ml.c5.xlarge"))
    ]
    native = TuningJobSpec.from_native(document).to_native()
    assert [finding.problem.path for finding in preflight(native)] == [
        "training_job_definitions[old].resource_config.instance_type"
    ]


def test_a_secret_is_neither_shown_nor_judged() -> None:
    native = TuningJobSpec.from_native(edited({f"{RESOURCES}.instance_type": "ml.m4.xlarge"})).to_native()
    assert preflight(native, secret_paths=[f"{RESOURCES}.instance_type"]) == ()


def test_a_sample_log_shows_what_counts() -> None:
    found = readings(edited({}), LOG.splitlines())
    assert [(reading.metric, reading.is_objective, reading.value) for reading in found] == [
        ("auc", True, 0.72),
        ("loss", False, 0.4),
    ]
    assert [str(reading) for reading in found] == [
        "auc: 2 lines, the last value is '0.72'",
        "loss: 1 line, the last value is '0.4'",
    ]
