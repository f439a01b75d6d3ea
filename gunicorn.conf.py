"""How gunicorn serves the planner. Everything that can be set is in docs/settings.md."""

import gc
import logging
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))

import lib.categorising.knowledge  # noqa: E402
import lib.logs  # noqa: E402
from lib.metrics import ERRORS, REQUESTS, CollectingMetrics  # noqa: E402
from lib.processors import usable_processors, web_workers  # noqa: E402
from lib.settings import Misconfigured, load_settings  # noqa: E402

try:
    settings = load_settings()
except Misconfigured as problems:
    sys.exit(str(problems))

wsgi_app = "app:app"
bind = settings.bind
worker_class = "gthread"
workers = settings.web_workers or web_workers(usable_processors())
threads = settings.web_threads
preload_app = (
    True  # the workers share what was loaded once; stores connect at their first use, after the fork
)
timeout = 60
graceful_timeout = 4  # seconds a request may still take when stopping; honcho waits five
keepalive = 5
limit_request_line = 4094
limit_request_fields = 60
limit_request_field_size = 8190
forwarded_allow_ips = ""  # PROXIES decides which forwarded headers count, in one place
control_socket_disable = True
accesslog = None  # the planner writes a line a request itself, with its id
logconfig_dict = lib.logs.config(settings)
lib.logs.say_what_nobody_caught()
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108  # a heartbeat must not wait for a disk


def when_ready(server: Any) -> None:
    """Called once, when the port is open and before the workers are forked."""
    if settings.log_format == "text":
        print(f"Smart Budget Planner: {settings.address}", flush=True)  # noqa: T201  # what people look for
    else:
        logging.getLogger("planner").info("ready at %s", settings.address)
    lib.categorising.knowledge.shipped()  # what every worker would load at its first expense, once for all
    gc.collect()
    gc.freeze()  # the collector leaves what was loaded alone, so its memory stays shared


def child_exit(server: Any, worker: Any) -> None:
    """Called in the process that looks after the workers, once one has ended. Who showed no sign of life for `timeout` cannot
    count that itself: what would have to is what hangs, and it is killed a second later."""
    if not worker.aborted:
        return
    logging.getLogger("planner").error(
        "a worker showed no sign of life for %d seconds and was ended, with all that it was answering",
        server.timeout,
    )
    metrics = server.app.wsgi().extensions["planner"].metrics
    metrics.record(ERRORS)
    metrics.record(REQUESTS, by="5xx")
    if isinstance(metrics, CollectingMetrics):
        metrics.flush()  # else each worker that comes would take it along, and tell it too
