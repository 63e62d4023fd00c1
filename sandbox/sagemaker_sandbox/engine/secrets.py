"""Encryption of secrets in Pulumi's passphrase format.

Shapes: a ciphertext is `v1:<nonce>:<sealed text>`, a stack's salt is `v1:<salt>:<ciphertext of "pulumi">`, both with
base64 parts; the second lets a wrong passphrase be told at once. AES-256-GCM, key by PBKDF2 with SHA-256.
Source: the passphrase secrets manager of the Pulumi CLI.
"""

from __future__ import annotations

import base64
import functools
import os
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC

from sagemaker_sandbox.engine.errors import EngineError

_ITERATIONS = 1_000_000
_KNOWN_TEXT = "pulumi"


@dataclass(frozen=True)
class Crypter:
    """Encrypts and decrypts with the key of one stack; `salt` is what Pulumi.<stack>.yaml keeps."""

    salt: str
    key: bytes

    @classmethod
    def new(cls, passphrase: str) -> Crypter:
        """A crypter with a fresh salt."""
        raw_salt = os.urandom(8)
        unsalted = cls("", _derive(passphrase, raw_salt))
        return cls(f"v1:{_encode(raw_salt)}:{unsalted.encrypt(_KNOWN_TEXT)}", unsalted.key)

    @classmethod
    def from_salt(cls, passphrase: str, salt: str) -> Crypter:
        """The crypter of an existing stack. Errors: EngineError if the passphrase is not that stack's."""
        version, _, rest = salt.partition(":")
        raw_salt, _, known = rest.partition(":")
        if version != "v1" or not known:
            raise EngineError(f"encryptionsalt: {salt!r} has not the form v1:SALT:CIPHERTEXT")
        crypter = cls(salt, _derive(passphrase, base64.b64decode(raw_salt)))
        if crypter._open(known) != _KNOWN_TEXT:
            raise EngineError(
                "incorrect passphrase: PULUMI_CONFIG_PASSPHRASE is not the one this stack's secrets were written with"
            )
        return crypter

    def encrypt(self, text: str) -> str:
        nonce = os.urandom(12)
        return f"v1:{_encode(nonce)}:{_encode(AESGCM(self.key).encrypt(nonce, text.encode(), None))}"

    def decrypt(self, ciphertext: str) -> str:
        text = self._open(ciphertext)
        if text is None:
            raise EngineError("a secret cannot be decrypted: it was written with another passphrase or is damaged")
        return text

    def _open(self, ciphertext: str) -> str | None:
        version, nonce, sealed = ciphertext.split(":")
        if version != "v1":
            raise EngineError(f"a secret has the format {version!r}; this engine knows v1 only")
        try:
            return AESGCM(self.key).decrypt(base64.b64decode(nonce), base64.b64decode(sealed), None).decode()
        except InvalidTag:
            return None


def passphrase() -> str:
    """The passphrase from the environment, the way the CLI finds it. Errors: EngineError if there is none."""
    if (value := os.environ.get("PULUMI_CONFIG_PASSPHRASE")) is not None:
        return value
    if file := os.environ.get("PULUMI_CONFIG_PASSPHRASE_FILE"):
        return Path(file).expanduser().read_text().strip()
    raise EngineError(
        "passphrase must be set with PULUMI_CONFIG_PASSPHRASE or PULUMI_CONFIG_PASSPHRASE_FILE environment variables"
    )


@functools.cache  # a million rounds take a third of a second; one command asks several times
def _derive(phrase: str, salt: bytes) -> bytes:
    return PBKDF2HMAC(algorithm=SHA256(), length=32, salt=salt, iterations=_ITERATIONS).derive(phrase.encode())


def _encode(data: bytes) -> str:
    return base64.b64encode(data).decode()
