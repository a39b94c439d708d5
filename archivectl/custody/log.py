"""The access log where several machines read: this machine's united with what git brought, so that the push only goes on."""

from archivectl.archive import Archive
from archivectl.encryption import access_log
from archivectl.encryption.access_log import BRANCH, Reader
from archivectl.members.signing import armor


def unite(archive: Archive) -> bool:
    """Take in what the git remote had of the access log when it was last seen; whether there was anything new in it.

    What it holds is judged by ``verify``, as what was pulled is.

    Raises:
        Rewritten, NoIdentity.
    """
    repository = archive.repository
    theirs, ours = repository.elsewhere.tip_of(BRANCH), repository.tip(BRANCH)
    if theirs is None or (ours and repository.is_ancestor(theirs, ours)):
        return False
    if not archive.rehearsal:
        reader = Reader(archive.me.handle, archive.me.name, archive.me.email, archive.home.settings().get("machine", "unknown"))
        access_log.unite(repository, theirs, reader, archive.at, lambda text: armor(archive.signer.sign(text, "git")))
    return True
