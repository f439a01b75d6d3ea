"""What Elastic Beanstalk is given to run one version: how, where it logs, and with which image. The code is in the image."""

import io
import zipfile
from pathlib import Path

COMPOSE = "docker-compose.eb.yml"
FOLDERS = (".ebextensions", ".platform")
ONLY_WITH_HTTPS = ".ebextensions/04_https.config"
LONG_AGO = (1980, 1, 1, 0, 0, 0)  # as far back as a zip can say: the same content gives the same bytes


def bundle(root: Path, image: str, *, log: str, region: str, https: bool) -> bytes:
    """A zip with the files below `root` that the platform reads.

    Args:
        image: Its full name, as Docker pulls it.
        log: The group of CloudWatch's that takes what the containers say, in `region`; without it they do not start.
        https: Whether whoever comes by plain HTTP is sent on.
    """
    compose = (root / COMPOSE).read_text(encoding="utf-8")
    for name, value in {"IMAGE": image, "LOG_GROUP": log, "LOG_REGION": region}.items():
        compose = compose.replace(f"${{{name}}}", value)
    contents = {"docker-compose.yml": compose}
    for folder in FOLDERS:
        for path in sorted((root / folder).rglob("*")):
            name = path.relative_to(root).as_posix()
            if path.is_file() and (https or name != ONLY_WITH_HTTPS):
                contents[name] = path.read_text(encoding="utf-8")
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in contents.items():
            entry = zipfile.ZipInfo(name, LONG_AGO)
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, text, zipfile.ZIP_DEFLATED)
    return kept.getvalue()
