"""Rules of the two forms: one training job definition, or several with a search each."""

from __future__ import annotations

from collections.abc import Iterator

from sagemaker_tuning.spec.rules.nodes import Breach, Job, Rule, is_absent, items, known, repeated

__all__ = ["DEFINITION_RULES"]

_CONFIG = "hyper_parameter_tuning_job_config"
_JOB_AND_OWN = (
    ("hyper_parameter_tuning_job_objective", "tuning_objective"),
    ("parameter_ranges", "hyper_parameter_ranges"),
)


def _is_plural(job: Job) -> bool:
    return known(job, "training_job_definitions") is not None


def _both_definition_forms(job: Job) -> Iterator[Breach]:
    if known(job, "training_job_definition") is not None and _is_plural(job):
        yield Breach(("training_job_definitions",))


def _no_definition(job: Job) -> Iterator[Breach]:
    if is_absent(job, "training_job_definition") and is_absent(job, "training_job_definitions"):
        yield Breach(("training_job_definition",))


def _incomplete_definitions(job: Job) -> Iterator[Breach]:
    needed = ["definition_name", "tuning_objective"]
    if is_absent(job, "autotune"):
        needed.append("hyper_parameter_ranges")
    for index, definition in items(job, "training_job_definitions"):
        for name in needed:
            if is_absent(definition, name):
                yield Breach(("training_job_definitions", index, name), details={"name": name})


def _repeated_definition_names(job: Job) -> Iterator[Breach]:
    for index, name in repeated(job, "training_job_definitions", "definition_name"):
        yield Breach(("training_job_definitions", index, "definition_name"), name)


def _search_on_the_job_of_many(job: Job) -> Iterator[Breach]:
    for name, own in _JOB_AND_OWN:
        if _is_plural(job) and known(job, _CONFIG, name) is not None:
            yield Breach((_CONFIG, name), details={"own": own})


def _needs_one_definition(job: Job) -> Iterator[Breach]:
    if len(known(job, "training_job_definitions") or ()) < 2:
        return
    if known(job, _CONFIG, "training_job_early_stopping_type") == "Auto":
        yield Breach((_CONFIG, "training_job_early_stopping_type"), "Auto")
    if known(job, "warm_start_config") is not None:
        yield Breach(("warm_start_config",))


def _search_missing(job: Job) -> Iterator[Breach]:
    definition, config = known(job, "training_job_definition"), known(job, _CONFIG)
    if definition is None or not is_absent(job, "autotune"):
        return
    for name, own in _JOB_AND_OWN:
        if is_absent(config, name) and is_absent(definition, own):
            yield Breach((_CONFIG, name), details={"name": name})


DEFINITION_RULES = (
    Rule(
        "one-definition-form",
        "4.1 SageMaker Python SDK create_tuning_job",
        _both_definition_forms,
        "is given beside `training_job_definition`; SageMaker takes one of the two",
        "Keep `training_job_definition` for one algorithm, `training_job_definitions` for several",
    ),
    Rule(
        "a-definition",
        "4.1 SageMaker Python SDK create_tuning_job",
        _no_definition,
        "is missing",
        "Add `training_job_definition`, or `training_job_definitions` for several algorithms",
    ),
    Rule(
        "complete-definitions",
        "4.2 G-multi",
        _incomplete_definitions,
        "is missing; each of several definitions has its own",
        "Add `{name}`",
    ),
    Rule(
        "distinct-definitions",
        "4.2 G-multi",
        _repeated_definition_names,
        "is the name of an earlier definition",
        "Give each definition its own name",
    ),
    Rule(
        "search-in-definitions",
        "4.2 G-multi",
        _search_on_the_job_of_many,
        "is for jobs with one `training_job_definition`",
        "Move it to `{own}` of each of the `training_job_definitions`",
    ),
    Rule(
        "one-definition-only",
        "4.3 G-multi",
        _needs_one_definition,
        "is for jobs with one definition",
        "Leave it out, or tune each algorithm in a job of its own",
    ),
    Rule(
        "something-to-search",
        "4.4 T: the API seems to enforce it",
        _search_missing,
        "is missing; only Autotune does without",
        "Add `{name}`, or turn on `autotune`",
    ),
)
