"""`logs` and `watch`: what they print as it comes, how few calls that takes, and how they end."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from fakes.clock import FakeClock
from fakes.jobs import request
from fakes.memory_gateway import MemoryGateway
from rich.console import Console
from sagemaker_tuning.cli import app
from sagemaker_tuning.cli.watch import _picture
from sagemaker_tuning.errors import AccessDenied, Throttled
from sagemaker_tuning.progress import Progress
from typer.testing import CliRunner, Result

Run = Callable[..., Result]
GROUP = "/aws/sagemaker/TrainingJobs"


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> FakeClock:
    clock = FakeClock()
    for module in ("logs", "watch"):
        monkeypatch.setattr(f"sagemaker_tuning.cli.{module}.SYSTEM_CLOCK", clock)
    return clock


@pytest.fixture
def run(clock: FakeClock) -> Run:
    return lambda *arguments: CliRunner().invoke(app, list(arguments), env={"COLUMNS": None})


@pytest.fixture
def script(aws: MemoryGateway) -> Callable[..., None]:
    """`script(operation, event, event, ...)`: one event before each of the next calls of the operation."""

    def plan(operation: str, *events: Callable[[], Any]) -> None:
        remaining = list(events)

        def step() -> None:
            remaining.pop(0)()
            if remaining:
                aws.before_next(operation, step)

        aws.before_next(operation, step)

    return plan


class TestLogs:
    @pytest.fixture(autouse=True)
    def _churn(self, aws: MemoryGateway) -> None:
        aws.create(request("churn"))
        self.names = [
            aws.add_trial("churn", "Completed"),
            aws.add_trial("churn", "Failed", FailureReason="AlgorithmError: no, exit code: 1"),
            aws.add_trial("churn", "Completed"),
        ]
        for name in self.names:
            aws.log(GROUP, f"{name}/algo-1-17", *(f"{name} line {number}" for number in range(4)))
        aws.calls.clear()

    def test_by_default_it_is_the_newest_trial_that_failed(self, run: Run) -> None:
        result = run("logs", "churn")
        assert result.exit_code == 0
        assert result.stdout.splitlines() == [f"{self.names[1]} line {number}" for number in range(4)]
        assert result.stderr == f"{self.names[1]} (trial 2 of 3, Failed)\n"

    def test_a_trial_that_runs_is_of_more_interest(self, run: Run, aws: MemoryGateway) -> None:
        running = aws.add_trial("churn", "InProgress")
        assert f"{running} (trial 4 of 4, InProgress)" in run("logs", "churn").stderr

    def test_where_none_failed_it_is_the_newest(self, run: Run, aws: MemoryGateway) -> None:
        aws.create(request("good"))
        names = [aws.add_trial("good", "Completed") for _ in range(2)]
        assert names[-1] in run("logs", "good").stderr

    @pytest.mark.parametrize("of", [lambda _: "1", lambda name: name, lambda name: name.removeprefix("churn-")])
    def test_a_trial_is_chosen_by_its_number_or_its_name(self, run: Run, of: Callable[[str], str]) -> None:
        assert run("logs", "churn", "--trial", of(self.names[0])).stdout.startswith(f"{self.names[0]} line 0\n")

    @pytest.mark.parametrize("wanted", ["0", "4", "nobody", "trial"])  # the last is the end of all
    def test_a_trial_that_is_not_there_is_an_error_with_those_that_are(self, run: Run, wanted: str) -> None:
        result = run("logs", "churn", "--trial", wanted)
        assert result.exit_code == 1
        assert f"'{wanted}' is no trial of this job.\nGive the number of one of its 3 trials" in result.stderr

    def test_only_the_last_lines(self, run: Run) -> None:
        assert run("logs", "churn", "--tail", "2").stdout.splitlines() == [
            f"{self.names[1]} line 2",
            f"{self.names[1]} line 3",
        ]
        assert run("logs", "churn", "--tail", "0").stdout == ""

    def test_lines_can_begin_with_their_time(self, run: Run) -> None:
        line = run("logs", "churn", "-t", "--tail", "1").stdout
        assert line.startswith("2026-01-01T00:")
        assert line.endswith(f"+00:00 {self.names[1]} line 3\n")

    def test_instances_are_named_where_there_are_several(self, run: Run, aws: MemoryGateway) -> None:
        aws.log(GROUP, f"{self.names[1]}/algo-2-17", "from the other")
        assert run("logs", "churn", "--tail", "2").stdout.splitlines() == [
            f"algo-1-17 | {self.names[1]} line 3",
            "algo-2-17 | from the other",
        ]

    def test_control_characters_do_not_reach_the_terminal(self, run: Run, aws: MemoryGateway) -> None:
        name = aws.add_trial("churn", "Failed")
        aws.log(GROUP, f"{name}/algo-1-1", "\x1b]0;title\x07\x1b[2Jred\x1b[31m alert\r", "tab\there")
        assert run("logs", "churn").stdout == "red alert\ntab\there\n"

    def test_colors_are_taken_away_as_the_log_agent_writes_them_and_tabs_stay(
        self, run: Run, aws: MemoryGateway
    ) -> None:
        name = aws.add_trial("churn", "Failed")
        aws.log(GROUP, f"{name}/algo-1-1", "#033[1;31mred#033[0m #0331", "[0]#011train-auc:0.9")
        assert run("logs", "churn").stdout == "red #0331\n[0]#011train-auc:0.9\n"

    def test_a_trial_without_a_log_says_why(self, run: Run, aws: MemoryGateway) -> None:
        reason = 'ClientError: Cannot pull image\nCommand "python train.py --token hush"'
        aws.add_trial("churn", "Failed", FailureReason=reason)
        result = run("logs", "churn")
        assert (result.exit_code, result.stdout) == (0, "")
        assert result.stderr.endswith("There is no log; the trial failed: ClientError: Cannot pull image\n")

    def test_a_job_without_trials_or_without_existence_says_so(self, run: Run, aws: MemoryGateway) -> None:
        aws.create(request("young"))
        assert (run("logs", "young").exit_code, run("logs", "young").stderr) == (0, "young has no trials.\n")
        missing = run("logs", "nobody")
        assert missing.exit_code == 1
        assert missing.stderr.startswith("error: ")

    def test_a_log_that_may_not_be_read_is_an_error(self, run: Run, aws: MemoryGateway) -> None:
        aws.fail_next("LogStreams", AccessDenied("DescribeLogStreams: AccessDeniedException: no"))
        result = run("logs", "churn")
        assert (result.exit_code, "AccessDeniedException" in result.stderr) == (1, True)

    def test_following_prints_each_line_once_and_ends_after_the_trial(
        self, run: Run, aws: MemoryGateway, script: Callable[..., None], clock: FakeClock
    ) -> None:
        name = aws.add_trial("churn", "InProgress")
        aws.log(GROUP, f"{name}/algo-1-1", "old", "one")

        def end() -> None:
            aws.log(GROUP, f"{name}/algo-1-1", "three")
            aws.end_trial("churn", name, "Completed")

        script(
            "DescribeTrainingJob",
            lambda: aws.log(GROUP, f"{name}/algo-1-1", "two"),
            lambda: None,
            end,
            lambda: aws.log(GROUP, f"{name}/algo-2-1", "a straggler"),
        )
        result = run("logs", "churn", "--follow", "--tail", "1")
        assert result.stdout.splitlines() == ["one", "two", "three", "algo-2-1 | a straggler"]
        assert result.stderr.endswith(f"{name} is Completed.\n")
        assert max(clock.sleeps) <= 5

    def test_following_outlasts_throttling_and_loses_nothing(
        self, run: Run, aws: MemoryGateway, script: Callable[..., None]
    ) -> None:
        name = aws.add_trial("churn", "InProgress")
        aws.log(GROUP, f"{name}/algo-1-1", "one")
        aws.log(GROUP, f"{name}/algo-2-1", "two")
        throttled = Throttled("Rate exceeded", code="ThrottlingException")

        def more() -> None:
            aws.log(GROUP, f"{name}/algo-1-1", "three")
            aws.log(GROUP, f"{name}/algo-2-1", "four")
            aws.end_trial("churn", name, "Completed")

        script("DescribeTrainingJob", more)
        # After the first reading of both streams, the reading of the second one fails once.
        script("LogEvents", *[lambda: None] * 3, lambda: aws.fail_next("LogEvents", throttled))
        result = run("logs", "churn", "-f")
        assert [line.rpartition(" ")[2] for line in result.stdout.splitlines()] == ["one", "two", "three", "four"]

    def test_following_a_trial_that_has_ended_is_reading_it(self, run: Run, clock: FakeClock) -> None:
        assert len(run("logs", "churn", "-f").stdout.splitlines()) == 4
        assert clock.sleeps == []

    def test_an_interrupt_leaves_and_says_that_the_trial_goes_on(self, run: Run, aws: MemoryGateway) -> None:
        name = aws.add_trial("churn", "InProgress")
        aws.log(GROUP, f"{name}/algo-1-1", "one")
        aws.before_next("DescribeTrainingJob", _interrupt)
        result = run("logs", "churn", "-f")
        assert (result.exit_code, result.stdout) == (130, "one\n")
        assert result.stderr.endswith("\nThe trial goes on.\n")


def _interrupt() -> None:
    raise KeyboardInterrupt


ENDS = {
    "both completed": (("Completed", "Completed"), 0),
    "one failed": (("Completed", "Failed"), 1),
    "one was stopped without a result": (("Stopped", "Completed"), 1),
}


class TestWatch:
    @pytest.fixture(autouse=True)
    def _two(self, aws: MemoryGateway) -> None:
        for name in ("churn", "risk"):
            aws.create(request(name))
        aws.calls.clear()

    def test_each_change_is_a_line_and_each_end_too(
        self, run: Run, aws: MemoryGateway, script: Callable[..., None]
    ) -> None:
        def end() -> None:
            aws.train("churn", completed=4)
            best = aws.add_trial(
                "churn",
                "Completed",
                FinalHyperParameterTuningJobObjectiveMetric={"MetricName": "validation:auc", "Value": 0.9},
            )
            aws.make_best("churn", best)
            aws.finish("churn")

        script("Describe", lambda: aws.train("churn", running=2), lambda: None, end)
        result = run("watch", "churn")
        assert result.exit_code == 0
        first, last = result.stdout.splitlines()
        assert first.startswith("churn: 0/4 trials, 2 running; ")
        assert last.startswith("churn is Completed: 4/4 trials, 0 running, best validation:auc 0.9 by churn-001-trial;")

    @pytest.mark.parametrize("ends", ENDS.values(), ids=ENDS)
    def test_the_exit_code_says_whether_all_have_results(
        self, run: Run, aws: MemoryGateway, ends: tuple[tuple[str, str], int]
    ) -> None:
        (churn, risk), code = ends
        aws.finish("churn", churn)
        aws.finish("risk", risk, "No training job succeeded." if risk == "Failed" else None)
        result = run("watch", "churn", "risk")
        assert result.exit_code == code
        if risk == "Failed":
            assert "risk is Failed: No training job succeeded.\nWhy: sagemaker-tuning show risk\n" in result.stdout

    def test_a_stopped_job_with_a_best_trial_is_a_result(self, run: Run, aws: MemoryGateway) -> None:
        aws.best("churn", 0.9)
        aws.finish("churn", "Stopped")
        assert run("watch", "churn").exit_code == 0

    def test_a_look_at_a_hundred_jobs_is_one_list(
        self, run: Run, aws: MemoryGateway, script: Callable[..., None]
    ) -> None:
        names = [f"many-{number:03}" for number in range(100)]
        for name in names:
            aws.create(request(name))
        aws.calls.clear()
        looks = 6
        script("List", *[lambda: None] * (looks - 1), lambda: [aws.finish(name) for name in names])
        assert run("watch", *names).exit_code == 0
        assert aws.calls.count("List") == looks
        assert aws.calls.count("Describe") == len(names)  # each once, at its end
        assert set(aws.calls) == {"List", "Describe"}

    @pytest.mark.parametrize("names", [("nobody",), ("churn", "nobody")])
    def test_a_job_that_is_not_there_ends_the_watch_at_once(
        self, run: Run, clock: FakeClock, names: tuple[str, ...]
    ) -> None:
        result = run("watch", *names)
        assert result.exit_code == 1
        assert result.stderr.startswith("error: nobody: no such tuning job in eu-west-1.\n")
        assert clock.sleeps == []

    def test_a_job_that_is_deleted_meanwhile_has_no_result(
        self, run: Run, aws: MemoryGateway, script: Callable[..., None]
    ) -> None:
        script("Describe", lambda: None, lambda: aws.vanish("churn"))
        result = run("watch", "churn")
        assert (result.exit_code, result.stdout.splitlines()[-1]) == (1, "churn is Missing")

    def test_an_interrupt_leaves_with_130_and_says_that_the_jobs_go_on(self, run: Run, aws: MemoryGateway) -> None:
        aws.before_next("List", _interrupt)
        result = run("watch", "churn", "risk")
        assert result.exit_code == 130
        assert result.stderr == "\nNobody watches any more; the jobs go on.\n"

    def test_a_missing_permission_is_an_error(self, run: Run, aws: MemoryGateway) -> None:
        aws.fail_next("Describe", AccessDenied("not allowed", code="AccessDeniedException"))
        result = run("watch", "churn")
        assert (result.exit_code, result.stderr) == (1, "error: not allowed\n")

    def test_looks_are_no_further_apart_than_asked(
        self, run: Run, aws: MemoryGateway, script: Callable[..., None], clock: FakeClock
    ) -> None:
        script("Describe", *[lambda: None] * 200, lambda: aws.finish("churn"))
        run("watch", "churn", "--interval", "7")
        assert max(clock.sleeps) == 7

    @pytest.mark.parametrize("width", [60, 100])
    def test_the_picture_fits_the_terminal(self, aws: MemoryGateway, width: int) -> None:
        aws.train("churn", completed=2, running=2, failed=1)
        aws.finish("risk")
        jobs = {name: Progress.of(aws.describe(name)) for name in ("churn", "risk")}
        jobs["gone"] = Progress.missing("gone")
        screen = Console(width=width, color_system=None)
        with screen.capture() as captured:
            screen.print(_picture(jobs))
        lines = captured.get().splitlines()
        assert max(map(len, lines)) <= width
        assert lines[0].startswith("2/3 tuning jobs ended, 3 trials, 2 running, 1 failed")
        assert [line.split()[0] for line in lines[1:] if not line.startswith(" ")] == ["churn", "risk", "gone"]
        assert any("3/4 trials, 2 running, 1 failed" in line for line in lines)
