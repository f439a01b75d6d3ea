"""The image's health check: whether the web server in this container answers. It ends with 0 or 1.

python -m scripts.healthy
"""

import sys
from http.client import HTTPConnection, HTTPException

from lib.settings import Misconfigured, load_settings

PATIENCE = 4  # seconds


def main() -> int:
    try:
        connection = HTTPConnection("127.0.0.1", load_settings(needs_secret=False).port, timeout=PATIENCE)
        connection.request("GET", "/health")
        return int(connection.getresponse().status != 200)
    except (Misconfigured, OSError, HTTPException) as problem:
        print(problem, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
