"""What a report asks of AWS, and what it makes of the answers."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from reported_jobs import (
    ACCOUNT,
    RANGES,
    START,
    DocumentGateway,
    definition,
    described,
    search,
    several_definitions,
    summary,
    with_best,
)
from sagemaker_tuning.cost.prices import Prices
from sagemaker_tuning.reporting.bill import bill
from sagemaker_tuning.reporting.curve import best_so_far
from sagemaker_tuning.reporting.importance import importance
from sagemaker_tuning.reporting.job import ReportedJob, reported_job
from sagemaker_tuning.reporting.lanes import lanes

PRICES = Prices("the test's prices", {"us-east-1": {"ml.m5.xlarge": 0.36, "ml.p3.2xlarge": 3.6}})
SPOT = definition(EnableManagedSpotTraining=True)
CHOICE = definition(
    ResourceConfig={"InstancePreferences": [{"InstanceType": "ml.m5.xlarge"}, {"InstanceType": "ml.p3.2xlarge"}]}
)
WARM = definition(ResourceConfig={"InstanceType": "ml.m5.xlarge", "InstanceCount": 1, "KeepAlivePeriodInSeconds": 600})


def read(job: dict[str, Any], trials: list[dict[str, Any]], billing: bool | None = None, **more: Any) -> ReportedJob:
    gateway = DocumentGateway((job, trials), **more)
    return reported_job(
        job["HyperParameterTuningJobName"], gateway, START + timedelta(hours=5), describe_trials=billing
    )


def training_job(trained: int | None, billable: int | None, count: int = 1, **more: Any) -> dict[str, Any]:
    resources = {"InstanceType": "ml.m5.xlarge", "InstanceCount": count}
    return {
        "TrainingTimeInSeconds": trained,
        "BillableTimeInSeconds": billable,
        "ResourceConfig": resources,
        "EnableManagedSpotTraining": True,
        **more,
    }


class TestCalls:
    @pytest.mark.parametrize(
        ("training_job_definition", "billing", "describes"),
        [
            pytest.param(definition(), None, 0, id="on demand, the list tells what is billed"),
            pytest.param(definition(), True, 3, id="whoever asks gets it from Describe"),
            pytest.param(SPOT, None, 3, id="only Describe tells what spot training is billed"),
            pytest.param(SPOT, False, 0, id="and can be told not to"),
            pytest.param(CHOICE, None, 3, id="only Describe tells which instances were chosen"),
            pytest.param(WARM, None, 3, id="only Describe tells how long a warm pool was kept"),
        ],
    )
    def test_trials_are_described_where_the_bill_needs_it(self, training_job_definition, billing, describes):
        gateway = DocumentGateway(
            (described(TrainingJobDefinition=training_job_definition), [summary(number, 0.5) for number in (1, 2, 3)])
        )
        reported_job("churn", gateway, START, describe_trials=billing)
        assert sorted(gateway.calls) == ["Describe", *["DescribeTrainingJob"] * describes, "List"]

    def test_failures_are_looked_into_only_when_asked_for(self):
        gateway = DocumentGateway((described(), [summary(1, None, "Failed", FailureReason="AlgorithmError: x")]))
        assert reported_job("churn", gateway, START, describe_trials=None).failures is None
        failures = reported_job("churn", gateway, START, describe_trials=None, digest_failures=True).failures
        assert failures is not None
        assert failures.failed == 1


class TestValues:
    def test_only_values_that_the_service_counts_are_shown(self):
        trials = [
            summary(1, 0.8),
            summary(2, 0.9, "InProgress"),
            summary(3, 0.7, "Stopped"),
            summary(4, float("nan")),
            summary(5, None),
            summary(6, None, "Failed"),
        ]
        assert [one.value for one in read(described(), trials).trials] == [0.8, None, 0.7, None, None, None]

    @pytest.mark.parametrize(
        ("objective", "curve"),
        [
            ("Maximize", [(1, 0.5), (3, 0.7), (4, 0.7), (5, 0.9)]),
            ("Minimize", [(1, 0.5), (3, 0.5), (4, 0.2), (5, 0.2)]),
        ],
    )
    def test_the_best_so_far_follows_the_objective(self, objective, curve):
        values = [0.5, None, 0.7, 0.2, 0.9]
        job = read(described(objective=objective), [summary(n, value) for n, value in enumerate(values, 1)])
        (tuned_for, trials), *_ = job.objectives.items()
        assert best_so_far(trials, tuned_for, lambda trial: trial.number) == curve

    def test_the_best_trial_is_the_services_choice(self):
        trials = [summary(1, 0.8), summary(2, 0.9)]
        job = read(described(BestTrainingJob=trials[0], OverallBestTrainingJob=trials[0]), trials)
        assert job.best is job.trials[0]
        assert job.overall_best is None

    def test_a_parents_better_trial_is_told(self):
        parents = summary(9, 0.99, TuningJobName="parent", TrainingJobName="parent-9")
        job = read(described(OverallBestTrainingJob=parents), [summary(1, 0.8)])
        assert job.overall_best is not None
        assert (job.overall_best.name, job.overall_best.tuning_job_name) == ("parent-9", "parent")

    def test_each_definition_has_its_own_trials_objective_and_hyperparameters(self):
        definitions = [
            definition(
                DefinitionName=name, TuningObjective={"Type": kind, "MetricName": metric}, HyperParameterRanges=ranges
            )
            for name, kind, metric, ranges in (
                ("trees", "Maximize", "auc", RANGES),
                ("neighbors", "Minimize", "loss", {"IntegerParameterRanges": [RANGES["IntegerParameterRanges"][0]]}),
            )
        ]
        trials = [summary(n, 0.5, TrainingJobDefinitionName="neighbors" if n % 2 else "trees") for n in range(1, 6)]
        job = read(several_definitions("churn", definitions), trials)
        trees, neighbors = job.definitions
        assert [one.number for one in job.trials_of(trees)] == [2, 4]
        assert [one.number for one in job.trials_of(neighbors)] == [1, 3, 5]
        assert [str(objective) for objective in job.objectives] == ["Maximize auc", "Minimize loss"]
        assert [one.name for one in neighbors.hyperparameters] == ["max_depth"]

    def test_a_secret_that_a_failure_repeats_is_not_passed_on(self):
        failed = summary(1, None, "Failed", FailureReason="AlgorithmError: Command train.py --password hunter2")
        job = read(described(FailureReason="hunter3 was refused"), [failed])
        assert job.trials[0].trial.failure_reason == "AlgorithmError: Command train.py --password [secret]"
        assert job.failure_reason == "[secret] was refused"


class TestTime:
    def test_no_two_trials_of_a_lane_overlap_and_no_lane_is_needless(self):
        job = read(described(), search(200))
        filled = lanes(job.trials, job.seen_at)
        assert len(filled) == 4
        assert sum(len(lane.spans) for lane in filled) == 200
        for lane in filled:
            assert all(one.end <= following.start for one, following in zip(lane.spans, lane.spans[1:], strict=False))

    def test_a_running_trial_reaches_to_now_and_one_that_waits_has_no_place(self):
        waiting = summary(2, None, "InProgress")
        del waiting["TrainingStartTime"]
        job = read(described(), [summary(1, None, "InProgress"), waiting])
        ((lane,),) = [lanes(job.trials, job.seen_at)]
        (span,) = lane.spans
        assert (span.trial.number, span.end, span.is_open) == (1, job.seen_at, True)

    def test_a_running_job_has_taken_the_time_until_now(self):
        job = described(HyperParameterTuningJobStatus="InProgress")
        del job["HyperParameterTuningEndTime"]
        assert read(job, []).seconds == timedelta(hours=5).total_seconds()
        assert read({**job, "CreationTime": START + timedelta(hours=6)}, []).seconds == 0  # our clock is behind


class TestBill:
    def test_on_demand_is_the_time_on_the_instances(self):
        job = read(described(), [summary(1, 0.5), summary(2, 0.5), summary(3, None, "InProgress")])
        total = bill(job, PRICES).total
        assert (total.trials, total.trials_unknown) == (3, 1)
        assert total.billable_seconds == 240
        assert total.cost_usd == pytest.approx(240 / 3600 * 0.36)
        assert total.savings_percent is None

    def test_every_instance_counts(self):
        two = definition(ResourceConfig={"InstanceType": "ml.m5.xlarge", "InstanceCount": 2})
        total = bill(read(described(TrainingJobDefinition=two), [summary(1, 0.5)]), PRICES).total
        assert total.billable_seconds == 240
        assert total.cost_usd == pytest.approx(240 / 3600 * 0.36)

    def test_spot_is_what_describe_says_and_saved_the_rest(self):
        trials = [summary(1, 0.5), summary(2, 0.5)]
        told = {"churn-001-0badcafe": training_job(100, 30), "churn-002-0badcafe": training_job(100, 50)}
        (line,) = bill(read(described(TrainingJobDefinition=SPOT), trials, **told), PRICES).lines
        assert (line.trained_seconds, line.billable_seconds) == (200, 80)
        assert line.savings_percent == pytest.approx(60)
        assert line.cost_usd == pytest.approx(80 / 3600 * 0.36)

    def test_what_spot_saved_is_not_watered_down_by_trials_on_demand(self):
        own = {
            "TuningObjective": {"Type": "Maximize", "MetricName": "validation:auc"},
            "HyperParameterRanges": {},
        }
        job = several_definitions(
            "both",
            [
                definition(DefinitionName="spot", EnableManagedSpotTraining=True, **own),
                definition(DefinitionName="demand", **own),
            ],
        )
        trials = [
            summary(1, 0.5, TrainingJobDefinitionName="spot"),
            summary(2, 0.5, TrainingJobDefinitionName="demand"),
        ]
        told = {
            "churn-001-0badcafe": training_job(100, 25),
            "churn-002-0badcafe": training_job(300, 300, EnableManagedSpotTraining=False),
        }
        made = bill(read(job, trials, **told), PRICES)
        assert [line.savings_percent for line in made.lines] == [None, 75]
        assert (made.total.billable_seconds, made.total.savings_percent) == (325, 75)

    def test_a_warm_pool_is_paid_for(self):
        pool = {"ResourceRetainedBillableTimeInSeconds": 60}
        told = {"churn-001-0badcafe": training_job(100, 100, WarmPoolStatus=pool)}
        (line,) = bill(read(described(TrainingJobDefinition=WARM), [summary(1, 0.5)], **told), PRICES).lines
        assert (line.billable_seconds, line.warm_pool_seconds) == (100, 60)
        assert line.cost_usd == pytest.approx(160 / 3600 * 0.36)

    def test_a_heterogeneous_cluster_costs_the_sum_of_its_instances(self):
        groups = [
            {"InstanceType": kind, "InstanceCount": count, "InstanceGroupName": kind[3:5]}
            for kind, count in (("ml.m5.xlarge", 2), ("ml.p3.2xlarge", 1))
        ]
        mixed = definition(ResourceConfig={"InstanceGroups": groups})
        (line,) = bill(read(described(TrainingJobDefinition=mixed), [summary(1, 0.5)]), PRICES).lines
        assert line.instances == "2 × ml.m5.xlarge + ml.p3.2xlarge"
        assert line.billable_seconds == 360
        assert line.cost_usd == pytest.approx(120 / 3600 * (2 * 0.36 + 3.6))

    def test_what_is_not_known_is_not_zero(self):
        spot = bill(read(described(TrainingJobDefinition=SPOT), [summary(1, 0.5)], billing=False), PRICES)
        assert (spot.total.billable_seconds, spot.total.cost_usd, spot.total.trials_unknown) == (None, None, 1)
        assert spot.prices_name is None
        elsewhere = described(HyperParameterTuningJobArn=ACCOUNT.replace("us-east-1", "eu-west-1") + ":x/churn")
        unpriced = bill(read(elsewhere, [summary(1, 0.5)]), PRICES)
        assert (unpriced.total.billable_seconds, unpriced.total.cost_usd) == (120, None)

    def test_instances_of_a_training_plan_have_no_price(self):
        plan = f"{ACCOUNT}:training-plan/ours"
        planned = definition(
            ResourceConfig={"InstanceType": "ml.m5.xlarge", "InstanceCount": 1, "TrainingPlanArn": plan}
        )
        total = bill(read(described(TrainingJobDefinition=planned), [summary(1, 0.5)]), PRICES).total
        assert (total.billable_seconds, total.cost_usd) == (120, None)


class TestImportance:
    def test_what_made_the_difference_is_important(self):
        job = read(described(), search(150))
        found = importance(job.definitions[0], job.trials)
        assert list(found.shares)[:2] == ["eta", "booster"]
        assert found.shares["eta"] > 0.5
        assert sum(found.shares.values()) == pytest.approx(1)
        assert found.trials == sum(one.value is not None for one in job.trials)

    def test_the_same_trials_give_the_same_figures(self):
        job = read(described(), search(40))
        assert importance(job.definitions[0], job.trials) == importance(job.definitions[0], job.trials)

    @pytest.mark.parametrize(
        ("ranges", "trials", "reason"),
        [
            pytest.param(RANGES, search(5), "Only 5 trials with a value; at least 10", id="few trials"),
            pytest.param(RANGES, [summary(1, None, "Failed")], "No trial with a value; at least 10", id="no value"),
            pytest.param(RANGES, [], "No trial with a value", id="no trial"),
            pytest.param(
                {"IntegerParameterRanges": [{"Name": "k", "MinValue": "1", "MaxValue": "9"}]},
                [summary(n, n, tuned={"k": str(n)}) for n in range(1, 20)],
                "k is the only hyperparameter",
                id="one hyperparameter",
            ),
            pytest.param(
                {"CategoricalParameterRanges": [{"Name": "k", "Values": ["a"]}]},
                [],
                "No hyperparameter has",
                id="no choice",
            ),
            pytest.param(
                RANGES,
                [
                    {**one, "FinalHyperParameterTuningJobObjectiveMetric": {"MetricName": "m", "Value": 1.0}}
                    for one in search(20)
                ],
                "All trials have the same value",
                id="one value",
            ),
        ],
    )
    def test_why_there_is_none_is_said(self, ranges, trials, reason):
        job = read(described(ranges=ranges), trials)
        found = importance(job.definitions[0], job.trials)
        assert not found.shares
        assert found.why_not.startswith(reason)

    def test_optuna_talks_as_much_as_before(self):
        import optuna

        before = optuna.logging.get_verbosity()
        job, trials = with_best(described(), search(20))
        importance(read(job, list(trials)).definitions[0], read(job, list(trials)).trials)
        assert optuna.logging.get_verbosity() == before
