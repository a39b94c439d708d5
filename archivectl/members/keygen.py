"""Signing keys that this program cannot use itself: behind a passphrase, in an agent or in hardware; ``ssh-keygen`` signs."""

import base64
import subprocess
from pathlib import Path

from archivectl.errors import KeyMissing, told_by
from archivectl.i18n import N_, Sentence
from archivectl.members import signing
from archivectl.members.signing import Signer

_BEGIN, _END = "-----BEGIN OPENSSH PRIVATE KEY-----", "-----END OPENSSH PRIVATE KEY-----"
_FORMAT = b"openssh-key-v1\x00"


class NotSigned(KeyMissing):
    """``ssh-keygen`` could not sign."""

    message = "ssh-keygen made no signature with the key {key}: {reason}."
    hint = "Plug the key in and touch it when it blinks; or give it to the agent: ssh-add FILE"


class NoAgent(KeyMissing):
    """No agent answers, or it holds no key, or several, that could be meant."""

    message = "The agent does not hold exactly one key of type ed25519; it holds {count}."
    hint = "See them with ssh-add -L; save the one that is meant as a file, and give it: --ssh-key FILE.pub"


def public_of(text: str) -> str:
    """The public line of a private key, which may be protected, or of a public one; raises SigningKeyDamaged, NotASigningKey."""
    lines = [line.strip() for line in text.strip().splitlines()]
    if not lines or lines[0] != _BEGIN:
        return signing.public_line(lines[0] if lines else "")
    try:
        data = base64.b64decode("".join(lines[1 : lines.index(_END)]), validate=True)
        blob = _public_blob(data)
    except ValueError as error:
        raise signing.SigningKeyDamaged from error
    kind = blob[4 : 4 + int.from_bytes(blob[:4], "big")]
    return signing.public_line(f"{kind.decode('ascii', 'replace')} {base64.b64encode(blob).decode()}")


def _public_blob(data: bytes) -> bytes:
    """The public key in OpenSSH's format of private keys, where it stands in clear; raises ValueError."""
    if not data.startswith(_FORMAT):
        raise ValueError("another format")
    rest = data.removeprefix(_FORMAT)
    for _part in ("cipher", "derivation", "its options"):
        rest = rest[4 + int.from_bytes(rest[:4], "big") :]
    length = int.from_bytes(rest[4:8], "big")  # after how many keys there are
    if not length or len(rest) < 8 + length:
        raise ValueError("cut short")
    return rest[8 : 8 + length]


def signer(path: Path) -> Signer:
    """What signs with the key in a file: in process where it is bare, else by ``ssh-keygen``; raises SigningKeyDamaged."""
    text = path.read_text(encoding="utf-8")
    if text.lstrip().startswith(_BEGIN):
        try:
            return Signer.load(text)
        except signing.SigningKeyProtected:
            public = public_of(text)
        except signing.SigningKeyDamaged:
            public = public_of(text)
            if not public.startswith("sk-"):
                raise
    else:
        try:
            public = public_of(text)
        except signing.NotASigningKey as error:
            raise signing.SigningKeyDamaged from error
    return Signer(public, lambda message, namespace: _sign(path, public, message, namespace))


def _sign(path: Path, public: str, message: bytes, namespace: str) -> bytes:
    """What ``ssh-keygen`` answers, which asks the agent, then for a passphrase or a touch; it is checked. Raises NotSigned."""
    command = ["ssh-keygen", "-q", "-Y", "sign", "-n", namespace, "-f", str(path)]
    name = public[:40]
    try:
        # Its standard error stays the terminal's: there it asks for the passphrase or the touch.
        done = subprocess.run(command, input=message, stdout=subprocess.PIPE, check=False)  # noqa: S603 - a fixed command
    except OSError as error:
        raise NotSigned(key=name, reason=Sentence(told_by(error))) from error
    signature = signing.dearmor(done.stdout.decode("ascii", "replace")) if done.returncode == 0 else None
    if signature is None or signing.verifies(signature, message, namespace) != public:
        raise NotSigned(key=name, reason=Sentence(N_("it gave up, or signed with another key")))
    return signature


def in_agent() -> str:
    """The public line of the only ed25519 key in the agent; raises NoAgent."""
    try:
        done = subprocess.run(["ssh-add", "-L"], capture_output=True, check=False)  # noqa: S607 - where the system has it
    except OSError as error:
        raise NoAgent(count=0) from error
    lines = done.stdout.decode("utf-8", "replace").splitlines() if done.returncode == 0 else []
    found = [line for line in lines if line.startswith(("ssh-ed25519 ", "sk-ssh-ed25519@openssh.com "))]
    if len(found) != 1:
        raise NoAgent(count=len(found))
    return signing.public_line(found[0])
