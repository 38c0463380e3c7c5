"""Keys: one master key, and what is derived from it for each tenant and purpose.

The master key is 32 random bytes, from ``GENOMLYS_MASTER_KEY`` (base64) or from ``master.key`` (0600) in the state
directory, where it is made at the first start. Every other key is derived from it with HKDF-SHA-256 and never stored,
so that one tenant's person keys and sealed numbers mean nothing to another, even with the whole database in hand.

Losing the master key loses every stored document and number: it belongs in the backup, apart from the database's.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import os
import secrets
import tempfile
import unicodedata
from functools import cached_property
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from graph.model import PERSON_PREFIX, EntityKey, canonical_json
from screening.store.embedded import default_state_directory

MASTER_KEY_VARIABLE = "GENOMLYS_MASTER_KEY"
KEY_FILE = "master.key"
KEY_BYTES = 32
NONCE_BYTES = 12
VERSION = b"\x01"
"""First byte of everything sealed, so that a later scheme can be told apart."""


class KeyProblem(RuntimeError):
    """The master key is missing, malformed or not the one that the data were sealed with."""


class Sealer:
    """Authenticated encryption (AES-256-GCM) of single values, each bound to the context it belongs in."""

    def __init__(self, key: bytes) -> None:
        self._cipher = AESGCM(key)

    def seal(self, plain: bytes, context: str) -> bytes:
        """``plain`` encrypted: version byte, nonce, ciphertext with tag. Never the same bytes twice."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        return VERSION + nonce + self._cipher.encrypt(nonce, plain, context.encode())

    def open(self, sealed: bytes, context: str) -> bytes:
        """What was sealed in the same ``context``.

        Raises:
            KeyProblem: when the bytes were altered, moved to another context, or sealed with another key.
        """
        if sealed[:1] != VERSION or len(sealed) <= 1 + NONCE_BYTES:
            raise KeyProblem("A sealed value has an unknown form. Restore the row from a backup")
        try:
            return self._cipher.decrypt(sealed[1 : 1 + NONCE_BYTES], sealed[1 + NONCE_BYTES :], context.encode())
        except InvalidTag as error:
            raise KeyProblem(
                f"A sealed value cannot be opened: it was altered, or the master key is another one. Check "
                f"{MASTER_KEY_VARIABLE} or {KEY_FILE} in the state directory"
            ) from error


class Keyring:
    """The master key and what is derived from it. Its ``repr`` shows nothing."""

    def __init__(self, master: bytes) -> None:
        if len(master) != KEY_BYTES:
            raise KeyProblem(f"The master key has {len(master)} bytes, not {KEY_BYTES}")
        self._master = master

    @classmethod
    def load(cls, state_directory: Path | None = None) -> Keyring:
        """The keyring of this installation; makes ``master.key`` when there is neither variable nor file.

        Raises:
            KeyProblem: when the key is malformed, or its file can be read by others.
        """
        if text := os.environ.get(MASTER_KEY_VARIABLE):
            return cls(_decode(text, MASTER_KEY_VARIABLE))
        directory = state_directory or default_state_directory()
        path = directory / KEY_FILE
        if not path.exists():
            _create(path)
        if path.stat().st_mode & 0o077:
            raise KeyProblem(f"{path} can be read by others than its owner. Run: chmod 600 {path}")
        return cls(_decode(path.read_text(), str(path)))

    @classmethod
    def generate(cls) -> Keyring:
        """A keyring that nobody else has, for tests."""
        return cls(secrets.token_bytes(KEY_BYTES))

    def derive(self, purpose: str) -> bytes:
        """The 32-byte key for ``purpose``."""
        return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=f"genomlys/1/{purpose}".encode()).derive(
            self._master
        )

    @cached_property
    def documents(self) -> Sealer:
        """Seals stored document bytes (one key for all tenants: equal bytes are stored once)."""
        return Sealer(self.derive("documents"))

    @cached_property
    def fingerprint(self) -> str:
        """Tells two master keys apart without telling anything about them (16 hexadecimal digits)."""
        return self.derive("fingerprint").hex()[:16]

    @cached_property
    def _audit_key(self) -> bytes:
        return self.derive("audit")

    def audit_seal(self, tenant_id: str, sequence: int, digest: str) -> str:
        """Keyed hash over the head of an audit chain: nobody without the master key can shorten the chain unseen."""
        return hmac.digest(self._audit_key, f"{tenant_id}|{sequence}|{digest}".encode(), "sha256").hex()

    def __repr__(self) -> str:
        return "Keyring(…)"


class TenantKeyer:
    """Person keys and sealed numbers of one tenant (implements ``graph.model.PersonKeyer``)."""

    def __init__(self, keyring: Keyring, tenant_id: str) -> None:
        self.tenant_id = tenant_id
        self._person_key = keyring.derive(f"tenant/{tenant_id}/persons")
        self._sealer = Sealer(keyring.derive(f"tenant/{tenant_id}/sealing"))

    def by_number(self, number: str) -> EntityKey:
        """Key of the person with this 12-digit personnummer, samordningsnummer or GD number."""
        return self._key(["number", number])

    def by_description(self, name: str, birth_date: str | None, scope: str) -> EntityKey:
        """Key of a person known by name and birth date, or, without a birth date, by name within ``scope``."""
        folded = " ".join(unicodedata.normalize("NFKC", name).casefold().split())
        return self._key(["description", folded, birth_date, None if birth_date else scope])

    def seal(self, plain: str, context: str) -> bytes:
        """``plain`` (a number) sealed for this tenant, openable only in the same ``context``."""
        return self._sealer.seal(plain.encode(), context)

    def open(self, sealed: bytes, context: str) -> str:
        """What ``seal`` sealed in the same ``context``.

        Raises:
            KeyProblem: when the bytes are not this tenant's, not of this context, or altered.
        """
        return self._sealer.open(sealed, context).decode()

    def _key(self, parts: list[str | None]) -> EntityKey:
        return EntityKey(
            PERSON_PREFIX + hmac.digest(self._person_key, canonical_json(parts).encode(), "sha256").hex()[:32]
        )

    def __repr__(self) -> str:
        return f"TenantKeyer({self.tenant_id})"


def _decode(text: str, where: str) -> bytes:
    try:
        return base64.b64decode(text.strip(), validate=True)
    except (binascii.Error, ValueError) as error:
        raise KeyProblem(f"The master key in {where} is not base64 of {KEY_BYTES} bytes") from error


def _create(path: Path) -> None:
    """Write a new key once; of two processes that do so at the same time, one wins and both read its key."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor, name = tempfile.mkstemp(prefix=KEY_FILE, dir=path.parent)  # mkstemp: 0600
    temporary = Path(name)
    try:
        with os.fdopen(descriptor, "w") as file:
            file.write(base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode() + "\n")
            file.flush()
            os.fsync(file.fileno())
        try:
            path.hardlink_to(temporary)
        except FileExistsError:
            return
    finally:
        temporary.unlink(missing_ok=True)
