"""What looks like a secret, and what only sounds like one."""

from __future__ import annotations

import pytest
from sagemaker_tuning.spec.likely_secrets import likely_secret_paths, looks_secret

SECRET = {
    ("API_TOKEN", "hunter2"),
    ("db-password", "correct horse"),
    ("dbPassword", "correct horse"),
    ("WANDB_API_KEY", "0123456789abcdef"),
    ("aws_secret_access_key", "abc/def+ghi"),
    ("MODE", "AKIAABCDEFGHIJKLMNOP"),
    ("url", "postgres://me:hunter2@db/rows"),
    ("anything", "-----BEGIN RSA PRIVATE KEY-----"),
}
HARMLESS = {
    ("max_token_length", "512"),
    ("num_tokens", "many"),
    ("tokenizer", "bert-base"),
    ("pad_token", "<pad>"),
    ("use_token", "True"),
    ("token_file", "s3://data/token"),
    ("secret_arn", "arn:aws:secretsmanager:us-east-1:123456789012:secret:a"),
    ("credentials_path", "/opt/ml/credentials"),
    ("primary_key", "id"),
    ("keyboard", "qwerty"),
    ("sagemaker_submit_directory", "s3://data/code.tar.gz"),
    ("password", ""),
}


@pytest.mark.parametrize(("name", "value"), sorted(SECRET))
def test_it_looks_like_a_secret(name, value):
    assert looks_secret(name, value)


@pytest.mark.parametrize(("name", "value"), sorted(HARMLESS))
def test_it_looks_harmless(name, value):
    assert not looks_secret(name, value)


def test_paths_are_those_of_the_path_language():
    native = {
        "training_job_definitions": [
            {"definition_name": "a", "environment": {"MODE": "fast"}},
            {"definition_name": "b", "environment": {"TOKEN": "x1y2"}, "static_hyper_parameters": {"password": "z"}},
        ]
    }
    assert likely_secret_paths(native) == [
        "training_job_definitions[b].static_hyper_parameters[password]",
        "training_job_definitions[b].environment[TOKEN]",
    ]
