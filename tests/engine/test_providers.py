"""Provider plugins other than the dynamic one: configuration, previews, detailed diffs, functions, reads, imports."""

import shutil
import subprocess
import sys

import pytest
import yaml
from box_programs import PROGRAMS, rewrite

BOOK = """
class Book(pulumi.CustomResource):
    shelf_mark: pulumi.Output[str]
    label: pulumi.Output[str]

    def __init__(self, name, opts=None, **props):
        super().__init__("shelf:index:Book", name, {"shelfMark": None, "label": None, "title": "t", **props}, opts)

    @property
    def mark(self):
        return pulumi.Output.from_input(getattr(self, "shelfMark", None))

class Shelf(pulumi.ProviderResource):
    def __init__(self, name, **props):
        super().__init__("shelf", name, props)
"""
PAIR = """
class Pair(pulumi.ComponentResource):
    titles: pulumi.Output[str]

    def __init__(self, name, opts=None, **props):
        super().__init__("kit:index:Pair", name, {"titles": None, **props}, opts, remote=True)
"""
PLUGINS = yaml.safe_dump({"plugins": {"providers": [{"name": name, "path": name} for name in ("shelf", "kit")]}})


@pytest.fixture
def books(boxes, tmp_path):
    """Make a stack of books; with it comes a function that gives the log of what their provider was asked."""
    log = tmp_path / "shelf.log"

    def make(source):
        stack = boxes("", project=PLUGINS)
        stack.environment = {**stack.environment, "SHELF_LOG": str(log)}
        runtime = {"name": "python", "options": {"toolchain": "pip", "virtualenv": sys.prefix}}
        for plugin in ("shelf", "kit"):
            shutil.copytree(PROGRAMS / plugin, stack.program / plugin)
            (stack.program / plugin / "PulumiPlugin.yaml").write_text(yaml.safe_dump({"runtime": runtime}))
        rewrite(stack, BOOK + source)
        return stack, lambda: log.read_text().splitlines() if log.exists() else []

    return make


@pytest.mark.slow
def test_a_plugin_folder_serves_its_package_with_the_stacks_configuration(books):
    stack, _ = books('b = Book("b", pages=3)\npulumi.export("label", b.label)\n')
    stack.configure(**{"shelf:label": "history"})
    assert stack.preview().exit_code == 0
    done = stack.up()
    assert done.exit_code == 0, done.output
    assert stack.outputs == {"label": "history"}
    provider = next(item for item in stack.export()["resources"] if item["type"] == "pulumi:providers:shelf")
    assert provider["inputs"] == {"label": "history"}
    assert stack.preview("--expect-no-changes").exit_code == 0


@pytest.mark.slow
def test_an_explicit_provider_is_a_resource_of_the_stack(books):
    source = 'p = Shelf("mine", label="{label}")\nb = Book("b", ResourceOptions(provider=p))\n'
    stack, _ = books(source.format(label="own") + 'pulumi.export("label", b.label)\n')
    assert stack.up().exit_code == 0
    assert stack.outputs == {"label": "own"}
    assert stack.resources()["b"]["provider"].split("::")[-2] == "mine"
    rewrite(stack, BOOK + source.format(label="wrong"))
    refused = stack.preview()
    assert refused.exit_code != 0
    assert "this label is wrong" in refused.output
    assert stack.destroy().exit_code == 0


def test_a_detailed_diff_reaches_the_preview(books):
    stack, _ = books('Book("b", title="one", pages=1)\n')
    stack.up()
    rewrite(stack, BOOK + 'Book("b", title="two", pages=2)\n')
    (step,) = [step for step in stack.preview("--json").json["steps"] if step["urn"].endswith("::b")]
    assert step["op"] == "replace"
    assert step["replaceReasons"] == ["title"]
    assert step["detailedDiff"] == {
        "pages": {"kind": "update", "inputDiff": True},
        "title": {"kind": "update-replace", "inputDiff": True},
    }


def test_replace_on_changes_turns_an_update_into_a_replacement(books):
    source = 'Book("b", ResourceOptions(replace_on_changes=["pages"]), pages={pages})\n'
    stack, _ = books(source.format(pages=1))
    stack.up()
    rewrite(stack, BOOK + source.format(pages=2))
    assert stack.preview().operations["b"] == "replace"


def test_a_provider_that_takes_secrets_gets_them_and_the_state_has_only_ciphertext(books):
    stack, log = books('Book("b", title=pulumi.Output.secret("hush"))\n')
    assert stack.up().exit_code == 0
    (created,) = [line for line in log() if line.startswith("create")]
    assert "1b47061264138c4ac30d75fd1eb44270" in created
    assert "hush" not in stack.state_file.read_text()
    assert "ciphertext" in stack.resources()["b"]["outputs"]["title"]


def test_a_function_is_called_with_known_arguments(books):
    stack, _ = books('r = pulumi.runtime.invoke("shelf:index:count", {"of": [1, 2]})\npulumi.export("n", r.value)\n')
    done = stack.up()
    assert done.exit_code == 0, done.output
    assert stack.outputs["n"]["count"] == 2


def test_a_resource_is_looked_up_and_forgotten_but_never_deleted(books):
    stack, log = books('Book("b", ResourceOptions(id="book-7"))\n')
    done = stack.up()
    assert done.exit_code == 0, done.output
    found = stack.resources()["b"]
    assert (found["id"], found["external"]) == ("book-7", True)
    assert stack.destroy().exit_code == 0
    assert not [line for line in log() if line.startswith("delete")]
    rewrite(stack, BOOK + 'Book("b", ResourceOptions(id="book-lost"))\n')
    assert "does not exist" in stack.up().output


@pytest.mark.slow
def test_an_import_takes_a_resource_over(books):
    stack, log = books('Book("b", ResourceOptions(import_="book-9"), title="found")\n')
    assert stack.preview().operations["b"] == "import"
    done = stack.up()
    assert done.exit_code == 0, done.output
    taken = stack.resources()["b"]
    assert (taken["id"], taken["importID"], taken.get("external")) == ("book-9", "book-9", None)
    assert not [line for line in log() if line.startswith("create")]
    assert stack.preview("--expect-no-changes").exit_code == 0


def test_a_resource_that_does_not_come_up_is_kept_with_its_errors(books):
    stack, _ = books('Book("b", title="damaged")\n')
    failed = stack.up()
    assert failed.exit_code != 0
    assert "pages are missing" in failed.output
    kept = stack.resources()["b"]
    assert kept["id"] == "book-damaged"
    assert kept["initErrors"] == ["pages are missing"]
    assert stack.preview().operations["b"] == "update"


@pytest.mark.slow
def test_a_component_is_built_by_its_provider(books):
    source = PAIR + 'pair = Pair("p", title="volume")\npulumi.export("titles", pair.titles)\n'
    stack, _ = books(source)
    assert stack.preview().operations == dict.fromkeys(("boxes-dev", "p", "p-one", "p-two"), "create")
    done = stack.up()
    assert done.exit_code == 0, done.output
    resources = stack.resources()
    assert resources["p-two"]["parent"] == resources["p"]["urn"]
    assert resources["p-two"]["inputs"]["title"] == "volume two"
    assert stack.outputs == {"titles": "volume one and two"}
    assert stack.preview("--expect-no-changes").exit_code == 0
    assert stack.destroy().exit_code == 0


def test_a_provider_that_already_runs_is_attached_to(books, tmp_path):
    stack, log = books('Book("b")\n')
    command = [sys.executable, str(PROGRAMS / "shelf" / "__main__.py")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=stack.full_environment()) as provider:
        port = provider.stdout.readline().strip()
        stack.environment = {**stack.environment, "PULUMI_DEBUG_PROVIDERS": f"shelf:{port}", "SHELF_LOG": "unused"}
        done = stack.up()
        provider.kill()
    assert done.exit_code == 0, done.output
    assert [line.split()[0] for line in log()] == ["check", "create"]
