"""Builds what a function is made of: its handler, the modules of ours it reaches, and the packages those need.

What a module needs is read from its imports, also those within functions, so that no list of them can be forgotten or left
behind. The same sources give the same bytes: a deployment that changes nothing is seen to change nothing.
"""

import ast
import base64
import hashlib
import io
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, packages_distributions, requires
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

Architecture = Literal["arm64", "x86_64"]
HANDLER = "lambda_function"
OURS = frozenset({"lib", "aws_config"})  # what a function may be made of besides its own folder
ELSEWHERE = frozenset({"selfhost", "web", "app", "scripts"})  # ours too, imported only where they are at home
PRESENT = frozenset({"boto3", "botocore", "s3transfer", "jmespath", "dateutil", "urllib3"})  # in every Lambda
BESIDE = {"zoneinfo": "tzdata"}  # of Python's own, what reads data that Lambda's system may not have
LARGEST = 250 * 1024 * 1024  # bytes, unzipped; AWS's own bound
LARGEST_UPLOAD = 50 * 1024 * 1024  # bytes, zipped
LONG_AGO = (1980, 1, 1, 0, 0, 0)  # as far back as a zip can say
WHEELS = {"arm64": "aarch64", "x86_64": "x86_64"}
GLIBC = ("2_17", "2_28", "2_34")  # manylinux versions that Amazon Linux 2023 can run


class Unbuildable(Exception):
    """A function's package cannot be made; the message says why."""


@dataclass(frozen=True)
class Package:
    data: bytes  # a zip
    size: int  # bytes, unzipped
    modules: tuple[str, ...]  # of ours, as paths
    requirements: tuple[str, ...]

    @property
    def sha256(self) -> str:
        """As Lambda says it."""
        return base64.b64encode(hashlib.sha256(self.data).digest()).decode()


def build(
    root: Path,
    source: Path,
    architecture: Architecture = "arm64",
    python: str = "3.13",
    *,
    without: Sequence[str] = (),
    whole: Sequence[str] = (),
    besides: Sequence[str] = (),
) -> Package:
    """Make the package of the function in folder `source`, with modules of ours below `root` but for those `without`.

    Args:
        whole: Files and folders below `root` that come along as they are, with what their modules import: what finds
            its modules by name, and what reads files.
        besides: Packages that are read and never imported.

    Raises:
        Unbuildable: If an import leads nowhere, a package has no wheel for `architecture`, or it is too large.
    """
    entry = source / f"{HANDLER}.py"
    if not entry.is_file():
        raise Unbuildable(f"{source.name}/ has no {entry.name} to start with.")
    own, along = _own_files(source), _along(root, whole)
    found = _modules(root, [*own, *along], without)
    foreign = {name for path in [*own, *along, *found] for name in _foreign(path, source)} | {*besides}
    requirements = _requirements(root / "requirements.txt", foreign)
    with TemporaryDirectory() as folder:
        target = Path(folder)
        if requirements:
            _install(requirements, root / "constraints.txt", target, architecture, python)
        for path in own:
            _copy(path, target / path.relative_to(source))
        for path in [*along, *found, *_data_beside(found)]:
            _copy(path, target / path.relative_to(root))
        ours = sorted({*found, *(path for path in along if path.suffix == ".py")})
        return _packed(target, source.name, [str(path.relative_to(root)) for path in ours], requirements)


def imported(path: Path) -> Iterator[str]:
    """The modules a file imports anywhere in it, but for type checkers only."""
    tree = ast.parse(path.read_text(encoding="utf-8"), str(path))
    for node in _nodes(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _nodes(node: ast.AST) -> Iterator[ast.AST]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test):
            continue
        yield child
        yield from _nodes(child)


def _own_files(source: Path) -> list[Path]:
    return sorted(path for path in source.rglob("*") if path.is_file() and "__pycache__" not in path.parts)


def _along(root: Path, whole: Sequence[str]) -> list[Path]:
    """Every file of what comes along as it is."""
    found: list[Path] = []
    for name in whole:
        place = root / name
        if not place.exists():
            raise Unbuildable(f"It takes {name} along, which is nowhere.")
        found += _own_files(place) if place.is_dir() else [place]
    return found


def _modules(root: Path, start: Sequence[Path], without: Sequence[str] = ()) -> list[Path]:
    """Files of ours that those reach, with the `__init__.py` of every package on the way."""
    for name in without:
        place = root.joinpath(*name.split("."))
        if not (place.with_suffix(".py").is_file() or (place / "__init__.py").is_file()):
            raise Unbuildable(f"It leaves out {name}, which is nowhere.")
    waiting = [path for path in start if path.suffix == ".py"]
    found: set[Path] = set()
    while waiting:
        for name in imported(waiting.pop()):
            if any(name == left or name.startswith(f"{left}.") for left in without):
                continue
            new = set(_files_of(root, name)) - found
            found |= new
            waiting.extend(new)
    return sorted(found)


def _files_of(root: Path, module: str) -> Iterator[Path]:
    parts = module.split(".")
    if parts[0] not in OURS:
        return
    for depth in range(1, len(parts) + 1):
        place = root.joinpath(*parts[:depth])
        yield from filter(Path.is_file, (place.with_suffix(".py"), place / "__init__.py"))


def _foreign(path: Path, source: Path) -> set[str]:
    """Top names of what a file imports that is neither ours nor Python's nor there already."""
    if path.suffix != ".py":
        return set()
    beside = {each.stem if each.suffix == ".py" else each.name for each in source.iterdir()}
    tops = {name.split(".")[0] for name in imported(path)}
    tops |= {BESIDE[name] for name in tops & BESIDE.keys()}
    return tops - OURS - ELSEWHERE - PRESENT - beside - set(sys.stdlib_module_names)


def _requirements(pins: Path, tops: set[str]) -> tuple[str, ...]:
    """The pinned requirements that those names come from."""
    pinned = {}
    for line in pins.read_text(encoding="utf-8").splitlines() if pins.is_file() else ():
        if line.strip() and not line.startswith(("#", "-")):
            pinned[_plain(line.split("==")[0].split("[")[0])] = line.strip()
    distributions = packages_distributions()
    needed = set()
    for top in sorted(tops):
        names = [_plain(name) for name in distributions.get(top, [top])]
        pin = next((pinned[name] for name in names if name in pinned), None) or _brings(names, pinned)
        if not pin:
            raise Unbuildable(f"It imports {top}, which requirements.txt does not pin.")
        needed.add(pin)
    return tuple(sorted(needed))


def _brings(names: list[str], pinned: dict[str, str]) -> str:
    """The pinned requirement that one of those packages comes with, as pydantic_core does with pydantic; "" if none."""
    for parent, pin in pinned.items():
        try:
            needs = requires(parent) or []
        except PackageNotFoundError:
            continue
        if {_plain(re.split(r"[^A-Za-z0-9._-]", need)[0]) for need in needs if "extra ==" not in need} & {
            *names
        }:
            return pin
    return ""


def _plain(name: str) -> str:
    return name.strip().lower().replace("_", "-").replace(".", "-")


def _install(
    requirements: tuple[str, ...], along: Path, target: Path, architecture: Architecture, python: str
) -> None:
    """`along`: a file with the versions of what comes with them, where there is one."""
    platforms = [f"manylinux_{version}_{WHEELS[architecture]}" for version in GLIBC]
    platforms.append(f"manylinux2014_{WHEELS[architecture]}")
    command = [
        *(sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-compile"),
        *("--only-binary=:all:", "--implementation=cp", f"--python-version={python}"),
        *(f"--platform={platform}" for platform in platforms),
        f"--target={target}",
        *([f"--constraint={along}"] if along.is_file() else []),
        *requirements,
    ]
    done = subprocess.run(command, capture_output=True, text=True)  # noqa: S603  # our own words, no shell
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["pip said nothing"])[-1]
        raise Unbuildable(f"pip cannot get its packages for {architecture}: {last}")


def _data_beside(modules: list[Path]) -> Iterator[Path]:
    """What modules read that is no module: everything else in their folders, and in a folder `data` there."""
    for folder in sorted({path.parent for path in modules}):
        found = [*folder.iterdir(), *folder.glob("data/*")]
        yield from (path for path in sorted(found) if path.is_file() and path.suffix != ".py")


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)


def _packed(folder: Path, name: str, modules: list[str], requirements: tuple[str, ...]) -> Package:
    files = sorted(path for path in folder.rglob("*") if path.is_file() and not _is_left_out(path))
    size = sum(path.stat().st_size for path in files)
    if size > LARGEST:
        raise Unbuildable(
            f"{name} has {size / 1e6:.0f} MB unzipped, and Lambda takes {LARGEST / 1e6:.0f} MB."
        )
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for path in files:
            entry = zipfile.ZipInfo(path.relative_to(folder).as_posix(), LONG_AGO)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16  # readable by whoever Lambda runs it as
            archive.writestr(entry, path.read_bytes())
    if kept.tell() > LARGEST_UPLOAD:
        raise Unbuildable(f"{name} has {kept.tell() / 1e6:.0f} MB zipped, and Lambda takes 50 MB at once.")
    return Package(kept.getvalue(), size, tuple(modules), requirements)


def _is_left_out(path: Path) -> bool:
    """What pip leaves about how it installed something: it differs each time and nobody reads it."""
    return (
        path.name in ("RECORD", "INSTALLER", "REQUESTED", "direct_url.json", ".lock")
        or "__pycache__" in path.parts
        or "bin" in path.parts[-2:-1]
    )
