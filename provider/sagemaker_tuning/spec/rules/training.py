"""Rules of what a training job runs and reads: algorithm, metrics, channels, environment."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sagemaker_tuning.spec.findings import Location
from sagemaker_tuning.spec.rules.nodes import (
    Breach,
    Job,
    Node,
    Rule,
    complete,
    definitions,
    is_absent,
    items,
    known,
    repeated,
)

__all__ = ["TRAINING_RULES", "built_in", "is_built_in"]

_MOST_ENVIRONMENT = 48

# Repositories of SageMaker's own algorithms, which emit metrics of their own (G-met and the algorithms' pages).
_BUILT_IN = frozenset(
    {
        "blazingtext",
        "factorization-machines",
        "forecasting-deepar",
        "image-classification",
        "ipinsights",
        "kmeans",
        "knn",
        "lda",
        "linear-learner",
        "ntm",
        "object-detection",
        "object2vec",
        "pca",
        "randomcutforest",
        "sagemaker-xgboost",
        "semantic-segmentation",
        "seq2seq",
        "xgboost",
    }
)
_ECR_IMAGE = re.compile(r"[0-9]{12}\.dkr\.ecr\.[^/]+/(?P<repository>[^:@]+)")


def built_in(definition: Node) -> str | None:
    """Which of SageMaker's own algorithms the definition runs, by the name of its repository."""
    image = _ECR_IMAGE.match(str(known(definition, "algorithm_specification", "training_image")))
    return image["repository"] if image is not None and image["repository"] in _BUILT_IN else None


def is_built_in(definition: Node) -> bool:
    """True if the definition runs one of SageMaker's own algorithms."""
    return built_in(definition) is not None


def _is_custom(definition: Node) -> bool:
    image = known(definition, "algorithm_specification", "training_image")
    return image is not None and not is_built_in(definition)


def _algorithm_given_twice(job: Job) -> Iterator[Breach]:
    for at, definition in definitions(job):
        algorithm = known(definition, "algorithm_specification")
        if known(algorithm, "training_image") is not None and known(algorithm, "algorithm_name") is not None:
            yield Breach((*at, "algorithm_specification", "algorithm_name"), known(algorithm, "algorithm_name"))


def _no_algorithm(job: Job) -> Iterator[Breach]:
    for at, definition in definitions(job):
        algorithm = known(definition, "algorithm_specification")
        if is_absent(algorithm, "training_image") and is_absent(algorithm, "algorithm_name"):
            yield Breach((*at, "algorithm_specification", "training_image"))


def _objectives(job: Job) -> Iterator[tuple[Location, str, Node]]:
    """Each objective's metric, where it is, and the definition whose training jobs emit it."""
    shared = ("hyper_parameter_tuning_job_config", "hyper_parameter_tuning_job_objective", "metric_name")
    for at, definition in definitions(job):
        if (metric := known(definition, "tuning_objective", "metric_name")) is not None:
            yield (*at, "tuning_objective", "metric_name"), metric, definition
        elif at == ("training_job_definition",) and (metric := known(job, *shared)) is not None:
            yield shared, metric, definition


def _objective_not_defined(job: Job) -> Iterator[Breach]:
    for at, metric, definition in _objectives(job):
        defined = complete(known(definition, "algorithm_specification"), "metric_definitions")
        if not _is_custom(definition) or defined is None:
            continue
        names = [known(item, "name") for item in defined]
        if None not in names and metric not in names:
            yield Breach(at, metric)


def _channels(job: Job) -> Iterator[tuple[Location, Node, Node]]:
    for at, definition in definitions(job):
        for index, channel in items(definition, "input_data_config"):
            yield (*at, "input_data_config", index), channel, definition


def _repeated_channels(job: Job) -> Iterator[Breach]:
    for at, definition in definitions(job):
        for index, name in repeated(definition, "input_data_config", "channel_name"):
            yield Breach((*at, "input_data_config", index, "channel_name"), name)


def _channels_without_source(job: Job) -> Iterator[Breach]:
    for at, channel, _ in _channels(job):
        if known(channel, "data_source") == {}:
            yield Breach((*at, "data_source"))


def _channels_with_two_sources(job: Job) -> Iterator[Breach]:
    for at, channel, _ in _channels(job):
        source = known(channel, "data_source")
        if source is not None and sum(known(source, name) is not None for name in source) > 1:
            yield Breach((*at, "data_source"))


def _mode(channel: Node, definition: Node) -> str | None:
    """The input mode that counts for a channel: its own, or else the algorithm's."""
    shared: str | None = known(definition, "algorithm_specification", "training_input_mode")
    own: str | None = known(channel, "input_mode")
    return shared if is_absent(channel, "input_mode") else own


def _augmented_manifest_without_pipe(job: Job) -> Iterator[Breach]:
    for at, channel, definition in _channels(job):
        where = ("data_source", "s3_data_source", "s3_data_type")
        if known(channel, *where) == "AugmentedManifestFile" and _mode(channel, definition) in ("File", "FastFile"):
            yield Breach((*at, *where), "AugmentedManifestFile")


def _unpacking_without_pipe(job: Job) -> Iterator[Breach]:
    for at, channel, definition in _channels(job):
        for name, value in (("compression_type", "Gzip"), ("record_wrapper_type", "RecordIO")):
            if known(channel, name) == value and _mode(channel, definition) in ("File", "FastFile"):
                yield Breach((*at, name), value)


def _too_much_environment(job: Job) -> Iterator[Breach]:
    sizes = [(at, len(known(definition, "environment") or ())) for at, definition in definitions(job)]
    total = sum(size for _, size in sizes)
    if len(sizes) > 1 and total > _MOST_ENVIRONMENT:  # for a single definition the shape says it
        yield Breach((*max(sizes, key=lambda entry: entry[1])[0], "environment"), details={"count": total})


TRAINING_RULES = (
    Rule(
        "objective-defined",
        "4.14 G-met, I:amazon-sagemaker-examples#1207",
        _objective_not_defined,
        "is not among the metric definitions, and the image is not one of SageMaker's own algorithms",
        "Add a metric definition with this name, or name one that is defined",
    ),
    Rule(
        "one-algorithm",
        "4.16 B, T",
        _algorithm_given_twice,
        "is given beside `training_image`; SageMaker takes one of the two",
        "Keep the image or the algorithm resource",
    ),
    Rule(
        "an-algorithm",
        "4.16 B, T",
        _no_algorithm,
        "is missing",
        "Add `training_image`, or `algorithm_name` for an algorithm resource",
    ),
    Rule(
        "environment-limit",
        "4.25 B",
        _too_much_environment,
        "makes {count} variables in all definitions together; SageMaker allows 48",
        "Leave some out",
    ),
    Rule(
        "distinct-channels",
        "4.26 logic",
        _repeated_channels,
        "is the name of an earlier channel",
        "Give each channel its own name",
    ),
    Rule(
        "a-data-source",
        "4.26 logic",
        _channels_without_source,
        "says nothing of where the data is",
        "Add `s3_data_source`, `file_system_data_source` or `dataset_source`",
    ),
    Rule(
        "one-data-source",
        "4.26 inference",
        _channels_with_two_sources,
        "names more than one source",
        "Keep one of them, or make a channel of each",
        severity="warning",
    ),
    Rule(
        "augmented-manifest-piped",
        "4.27 B",
        _augmented_manifest_without_pipe,
        "can only be read in Pipe mode",
        "Set the channel's `input_mode` to Pipe, or use S3Prefix or ManifestFile",
    ),
    Rule(
        "unpacked-in-pipe",
        "4.27 B",
        _unpacking_without_pipe,
        "is for Pipe mode only",
        "Leave it out, or set the channel's `input_mode` to Pipe",
        severity="warning",
    ),
)
