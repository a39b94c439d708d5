"""The wheel holds the program with all its data, and nothing else."""

import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

from project import ROOT, files


def test_the_wheel_holds_the_program_its_data_and_nothing_else(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    built = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8", check=False)
    assert built.returncode == 0, built.stdout + built.stderr
    with ZipFile(next(tmp_path.glob("*.whl"))) as wheel:
        packed = {name: wheel.read(name) for name in wheel.namelist() if ".dist-info/" not in name}
        about = {name.split(".dist-info/")[1]: wheel.read(name).decode() for name in wheel.namelist() if ".dist-info/" in name}

    own = {path.relative_to(ROOT).as_posix(): path.read_bytes() for path in files()}
    wanted = {name: content for name, content in own.items() if name.startswith("archivectl/")}
    wanted |= {f"archivectl/{name}": content for name, content in own.items() if name.startswith("schemas/")}
    assert sorted(packed) == sorted(wanted)
    assert [name for name in packed if packed[name] != wanted[name]] == []
    for data in ("archivectl/locale/zh.json", "archivectl/regime/base.yaml", "archivectl/schemas/customer.schema.json"):
        assert data in packed
    assert "Apache License" in about["licenses/LICENSE"]
    assert "archivectl = archivectl.__main__:run" in about["entry_points.txt"]
