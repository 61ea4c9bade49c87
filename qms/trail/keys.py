"""The Ed25519 key that signs the seals: a file that only the sealer reads, and a row that everybody checks with.

Made by `manage.py make_key` and by nothing else. A later key is signed by the one before.
"""

import os
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key
from django.conf import settings

from qms.trail.actor import SHELL
from qms.trail.canonical import canonical
from qms.trail.door import Change, change
from qms.trail.errors import NotAllowed
from qms.trail.models import Seal, SealKey
from qms.trail.turn import one_at_a_time


def public_text(private: Ed25519PrivateKey) -> str:
    """Return the public half as 64 hexadecimal digits."""
    return private.public_key().public_bytes_raw().hex()


def is_signed(public: str, signature: str, text: str) -> bool:
    """Return whether `signature` over `text` was made with the private half of `public` (both hexadecimal)."""
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(public)).verify(bytes.fromhex(signature), text.encode())
    except (InvalidSignature, ValueError):
        return False
    return True


def succession_text(key: SealKey, previous: SealKey) -> str:
    """Return what the previous key signs to name its successor."""
    return canonical(
        {"format": 1, "number": key.number, "public": key.public, "made_at": key.made_at, "previous": previous.public}
    )


def newest_key() -> SealKey | None:
    """Return the key that signs now, or None before `make_key`."""
    return SealKey.objects.order_by("-number").first()


def signing_key() -> tuple[SealKey, Ed25519PrivateKey]:
    """Return the newest key with its private half. Raises NotAllowed when there is none or the file holds another."""
    row, path = newest_key(), Path(settings.SEAL_KEY_FILE)
    if row is None:
        raise NotAllowed("There is no key to seal with. Run “python manage.py make_key” once.")
    for found in (path, _draft(path)):
        private = _read(found) if found.exists() else None
        if private is not None and public_text(private) == row.public:
            if found != path:
                found.replace(path)  # a rotation was interrupted between its commit and its last step
            return row, private
    raise NotAllowed(
        f"The key file {path} does not hold key {row.number}, which seals. Put the right file back from its backup."
    )


def make_first_key() -> SealKey:
    """Make the first key. Raises NotAllowed when seals exist, a key is known, or the file is there."""
    path = Path(settings.SEAL_KEY_FILE)
    with change(by=SHELL, reason="First key of the seals") as c:
        one_at_a_time()
        if Seal.objects.exists() or newest_key():
            raise NotAllowed("There is a key already. “make_key --rotate” makes its successor, signed by it.")
        if path.exists():
            raise NotAllowed(f"{path} exists. Move it away, or take it over with “make_key --if-missing”.")
        private = Ed25519PrivateKey.generate()
        _write(path, private)
        try:
            return _keep(c, private, number=1)
        except BaseException:
            path.unlink()
            raise


def make_key_if_missing() -> tuple[SealKey, bool]:
    """Return (key, whether it was made now). A key file without its row is taken over while nothing is sealed."""
    path = Path(settings.SEAL_KEY_FILE)
    if newest_key() is not None:
        return signing_key()[0], False
    if not path.exists():
        return make_first_key(), True
    with change(by=SHELL, reason="First key of the seals, from its file") as c:
        one_at_a_time()
        return _keep(c, _read(path), number=1), True


def rotate_key() -> SealKey:
    """Make the next key, signed by the one of now, which is overwritten."""
    path = Path(settings.SEAL_KEY_FILE)
    with change(by=SHELL, reason="New key of the seals") as c:
        one_at_a_time()
        old, old_private = signing_key()
        private = Ed25519PrivateKey.generate()
        _draft(path).unlink(missing_ok=True)
        _write(_draft(path), private)
        key = SealKey(number=old.number + 1, public=public_text(private), made_at=c.at)
        key.signed_by_previous = old_private.sign(succession_text(key, old).encode()).hex()
        c.save(key)
        c.event("key.rotate", key)
    _draft(path).replace(path)
    return key


def _keep(c: Change, private: Ed25519PrivateKey, *, number: int) -> SealKey:
    key = SealKey(number=number, public=public_text(private), made_at=c.at)
    c.save(key)
    c.event("key.make", key)
    return key


def _draft(path: Path) -> Path:
    return path.with_name(path.name + ".new")


def _read(path: Path) -> Ed25519PrivateKey:
    try:
        private = load_pem_private_key(path.read_bytes(), password=None)
    except (ValueError, OSError) as problem:
        raise NotAllowed(f"{path} cannot be read as a key: {problem}") from problem
    if not isinstance(private, Ed25519PrivateKey):
        raise NotAllowed(f"{path} holds a key of another kind; an Ed25519 key is needed.")
    return private


def _write(path: Path, private: Ed25519PrivateKey) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.parent.chmod(0o700)
    with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as out:
        out.write(private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        out.flush()
        os.fsync(out.fileno())
