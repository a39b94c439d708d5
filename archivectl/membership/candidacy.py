"""Asking to become a member: keys made on the newcomer's own machine, and a file with their public halves and proof of both."""

import base64
import hashlib
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from archivectl import yaml_text
from archivectl.cases import random_id
from archivectl.encryption import age
from archivectl.encryption.identities import is_locked
from archivectl.errors import KeyMissing, Refused, Unreadable, WrongUsage
from archivectl.i18n import N_
from archivectl.members import keygen, signing
from archivectl.members.home import Home
from archivectl.records import numbering

VERSION = 1
_SPACE = "archivectl"
_NAMED = re.compile(r"^#.*?(age1[0-9a-z]+)\s*$", re.MULTILINE)  # how tools note the public half beside an identity
_FIELDS = ("archivectl-request", "archive", "handle", "name", "email", "at", "age", "opened", "signing", "sig")


class BadHandle(WrongUsage):
    """A handle that cannot be a file name."""

    message = "“{handle}” cannot be a handle."
    hint = "A handle is like li.na: small letters, digits, dots and dashes."


class NotARequest(Unreadable):
    """A file that is no request to become a member."""

    message = "This is not a request to become a member: {problem}."
    hint = "Ask for the file that was made by: archivectl member request HANDLE -o FILE"


class NotProven(Refused):
    """A request whose signature does not fit: it was changed, or another's key stands in it."""

    message = "The request of {handle} is not signed with the key that stands in it, or was changed since."
    hint = "Ask for a new one, straight from that machine: archivectl member request {handle} -o FILE"


class ForAnotherArchive(Refused):
    """A request that was made for another archive."""

    message = "The request of {handle} is for the archive {theirs}; this is {ours}."
    hint = "On that machine: archivectl member request {handle} --archive {ours} -o FILE"


class HasKeys(Refused):
    """A machine that holds keys of that member already."""

    message = "This machine has keys of {handle} for this archive already; they are never overwritten."
    hint = (
        "If they are to be replaced, move {file} away first; the new ones are entered by: archivectl member update {handle} "
        "--from FILE. Somebody else takes another handle."
    )


class NotAnAgeKey(WrongUsage):
    """A text that is neither an age recipient nor a file with one identity."""

    message = "This is no age key: neither a recipient (age1…, ssh-ed25519 …) nor a file with one identity."
    hint = "Give the file that age-keygen -o FILE or the plugin made, or leave --age out: archivectl makes a key."


class LockedAgeKey(WrongUsage):
    """An SSH key behind a passphrase, to be an age key."""

    message = "This is an SSH key behind a passphrase; age opens values only with an SSH key that has none."
    hint = (
        "Leave --age out, and archivectl makes a key: archivectl member request HANDLE -o FILE. Or take the passphrase off a "
        "copy: cp KEY COPY; ssh-keygen -p -N '' -f COPY; then give --age COPY. It signs as it is: --ssh-key KEY"
    )


class NotTheSecret(KeyMissing):
    """An age identity that does not open what is encrypted to its recipient."""

    message = "The age identity does not open what is encrypted for {recipient}."
    hint = "Give the file of the identity that belongs to it: --age FILE"


@dataclass(frozen=True, slots=True)
class Request:
    """What a newcomer states; ``opened`` says that their machine opened something encrypted for the age key."""

    archive: str
    handle: str
    name: str
    email: str
    at: str
    age: str
    opened: bool
    signing: str
    sig: str = ""

    @property
    def unsigned(self) -> bytes:
        """What the signature covers: all lines before it."""
        values = (VERSION, self.archive, self.handle, self.name, self.email, self.at, self.age, self.opened, self.signing)
        return yaml_text.dump(dict(zip(_FIELDS[:-1], values, strict=True))).encode()

    @property
    def text(self) -> bytes:
        """The whole file."""
        return self.unsigned + yaml_text.dump({"sig": self.sig}).encode()


@dataclass(frozen=True, slots=True)
class Keys:
    """Keys that a newcomer has already, nothing where they are to be made.

    ``recipient`` with its ``identity`` (as far as it is a file), ``signing`` the text of a private or public SSH key.
    """

    recipient: str = ""
    identity: str = ""
    signing: str = ""


def existing(text: str) -> tuple[str, str]:
    """Recipient and identity of an age key: from the file that ``age-keygen`` or a plugin made, or a recipient alone.

    Raises:
        NotAnAgeKey: there is no recipient to be made out.
        LockedAgeKey: an SSH key behind a passphrase.
    """
    stripped = text.strip()
    if is_locked(stripped):
        raise LockedAgeKey
    if stripped.startswith(("age1", "ssh-ed25519 ")):
        kind, *rest = stripped.split()
        return (f"{kind} {rest[0]}" if kind == "ssh-ed25519" and rest else kind), ""
    if stripped.startswith("-----BEGIN OPENSSH PRIVATE KEY-----"):
        try:
            return keygen.public_of(text), stripped
        except signing.NotASigningKey:  # an SSH key of another type
            raise NotAnAgeKey from None
    identities = [line.strip() for line in text.splitlines() if line.strip().startswith("AGE-")]
    named = _NAMED.findall(text)
    if len(identities) != 1 or not (named or identities[0].startswith("AGE-SECRET-KEY-1")):
        raise NotAnAgeKey
    return (age.recipient_of(identities[0]) if identities[0].startswith("AGE-SECRET-KEY-1") else named[0]), identities[0]


def ask(home: Home, archive: str, who: Mapping[str, str], keys: Keys, at: datetime, *, rehearsal: bool = False) -> Request:
    """Make or take keys, keep the private halves in ARCHIVECTL_HOME, and sign the request.

    Args:
        home: what the machine keeps.
        archive: the archive's id.
        who: ``handle``, ``name``, ``email``.
        keys: those that exist.
        at: the real clock.
        rehearsal: whether nothing is kept, nor signed.

    Raises:
        BadHandle, HasKeys, NotTheSecret, NoSuchRecipient, NotASigningKey, SigningKeyDamaged, NotSigned.
    """
    handle = who["handle"]
    if not numbering.is_handle(handle):
        raise BadHandle(handle=handle)
    for file in home.identity_files(archive, handle):
        if file.exists():
            raise HasKeys(handle=handle, file=file.with_suffix(".*"))
    identity, recipient = (keys.identity, keys.recipient) if keys.recipient else age.generate()
    private = keys.signing or signing.generate()
    opened = _opened(identity, recipient)
    public = keygen.public_of(private)
    moment = at.strftime("%Y-%m-%dT%H:%M:%SZ")
    request = Request(archive, handle, who["name"], who["email"], moment, recipient, opened, public)
    if rehearsal:
        return request
    home.add_identity(archive, handle, identity, private)
    try:
        signature = home.signer(archive, handle).sign(request.unsigned, _SPACE)
    except BaseException:
        for file in home.identity_files(archive, handle):
            file.unlink(missing_ok=True)
        raise
    home.remember(archive, handle, random_id(12))
    return replace(request, sig=base64.b64encode(signature).decode())


def _opened(identity: str, recipient: str) -> bool:
    """Whether the identity opens what is encrypted for the recipient; raises NoSuchRecipient, NotTheSecret."""
    test = secrets.token_bytes(16)
    sealed = age.encrypt(test, [recipient])
    if not identity:
        return False
    try:
        return age.decrypt(sealed, [identity]) == test
    except age.DoesNotOpen as error:
        raise NotTheSecret(recipient=recipient) from error


def read(text: bytes, archive: str) -> Request:
    """The request in a file, its signature checked; raises NotARequest, NotProven, ForAnotherArchive."""
    data = yaml_text.load(text, "request")
    request = _parsed(data)
    if request.text != text:
        raise NotARequest(problem=N_("it is not written as archivectl writes it"))
    try:
        signature = base64.b64decode(request.sig, validate=True)
    except ValueError:
        raise NotProven(handle=request.handle) from None
    if signing.verifies(signature, request.unsigned, _SPACE) != request.signing:
        raise NotProven(handle=request.handle)
    if request.archive != archive:
        raise ForAnotherArchive(handle=request.handle, theirs=request.archive, ours=archive)
    return request


def _parsed(data: Any) -> Request:  # noqa: ANN401 - whatever the file holds
    if not isinstance(data, Mapping) or tuple(data) != _FIELDS:
        raise NotARequest(problem=N_("it does not hold what a request holds"))
    values = dict(data)
    if values.pop(_FIELDS[0]) != VERSION:
        raise NotARequest(problem=N_("it was made by another version"))
    if not isinstance(values["opened"], bool) or not all(isinstance(v, str) for k, v in values.items() if k != "opened"):
        raise NotARequest(problem=N_("it does not hold what a request holds"))
    request = Request(**values)
    if signing.public_line(request.signing) != request.signing:
        raise NotARequest(problem=N_("its signing key is not written as archivectl writes it"))
    return request


def fingerprint(public: str) -> str:
    """What people read to each other to compare keys: as ``ssh-keygen -l`` shows it."""
    digest = hashlib.sha256(base64.b64decode(public.split()[1])).digest()
    return f"SHA256:{base64.b64encode(digest).decode().rstrip('=')}"
