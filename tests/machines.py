"""Two machines that work in one archive over a git remote, which is a folder beside them."""

import os
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

from archivectl.members.home import Home
from office import Office
from project import ROOT


def git(folder: Path, *words: str) -> str:
    """What git says in a folder, as a person who calls it gets it."""
    done = subprocess.run(["git", "-C", str(folder), *words], check=True, capture_output=True, text=True, env=_quiet())
    return done.stdout


def _quiet() -> dict[str, str]:
    who = {f"GIT_{who}_{what}": "a@example.cn" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    return {**os.environ, **who}


def connect(office: Office) -> Path:
    """Give an office a git remote that has all of it; its folder."""
    hub = office.run.folder / "hub.git"
    git(office.run.folder, "init", "--quiet", "--bare", "--initial-branch=main", str(hub))
    git(office.archive, "remote", "add", "origin", str(hub))
    git(office.archive, "push", "--quiet", "--no-verify", "-u", "origin", "main")
    return hub


def second(office: Office, member: str = "li.na") -> Office:
    """Another machine of the office, at which somebody else sits: a clone, and a home with the same keys."""
    folder = office.run.folder / "second"
    shutil.copytree(office.home.folder, folder / "home")
    git(office.run.folder, "clone", "--quiet", str(office.run.folder / "hub.git"), str(folder / "archive"))
    home = Home(folder / "home")
    home.save_settings({**home.settings(), "machine": "SECONDMACHIN"})
    there = {"ARCHIVECTL_HOME": str(folder / "home"), "ARCHIVECTL_ARCHIVE": str(folder / "archive"), "ARCHIVECTL_MEMBER": member}
    return Office(folder / "archive", home, replace(office.run, environment={**office.run.environment, **there}))


def pull(office: Office) -> None:
    """Take in what the others pushed."""
    git(office.archive, "pull", "--quiet", "--no-rebase", "--no-edit", "origin", "main")


def routine(office: Office, *pushed: str, sync: bool = True) -> subprocess.CompletedProcess[str]:
    """What the readme has people do: take in, ``key remote sync``, push; with the hooks, and git knowing nobody's name."""
    known = {**os.environ, **office.run.environment, "PYTHONPATH": str(ROOT)}

    def plain(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(["git", *words], cwd=office.archive, env=known, capture_output=True, text=True, check=False)

    pulled = plain("pull", "--quiet", "--no-rebase", "--no-edit")
    assert pulled.returncode == 0, pulled.stderr
    if sync:
        done = office.run("key", "remote", "sync")
        assert done.status == 0, done.err
    return plain("push", "--quiet", "origin", *(pushed or ("--all",)))


def push(office: Office) -> None:
    """Let the others have what was done here."""
    git(office.archive, "push", "--quiet", "--no-verify", "origin", "main")
