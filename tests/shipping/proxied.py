"""The planner behind nginx with the configuration that is shipped, in a server as Elastic Beanstalk's platform writes it."""

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path
from string import Template
from typing import Any

from tests.engines import free_port, program
from tests.live import ROOT, Planner

SHIPPED = ROOT / ".platform/nginx/conf.d/planner.conf"
NGINX = Template("""
daemon off;
$user
pid $folder/nginx.pid;
error_log $folder/error.log warn;
worker_processes 1;
events { worker_connections 512; }
http {
  include /etc/nginx/mime.types;
  default_type application/octet-stream;
  client_body_temp_path $folder/body;
  proxy_temp_path $folder/proxy;
  fastcgi_temp_path $folder/other;
  uwsgi_temp_path $folder/other;
  scgi_temp_path $folder/other;
  upstream planner { $servers keepalive 256; }
  include $folder/conf.d/*.conf;
  server {
    listen 127.0.0.1:$port;
    location / {
      proxy_pass http://planner;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_set_header Host $$http_host;
      proxy_set_header X-Real-IP $$remote_addr;
      proxy_set_header X-Forwarded-For $$proxy_add_x_forwarded_for;
    }
  }
}
""")


class Proxied(Planner):
    """Web, worker, and nginx in front."""

    def __init__(self, folder: Path, surroundings: Mapping[str, str] | None = None, **settings: Any) -> None:
        super().__init__(folder, surroundings, **({"proxies": 1} | settings))
        self.front = free_port()
        self.nginx = folder.with_name(f"{folder.name}-nginx")

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.front}"

    @property
    def commands(self) -> dict[str, list[str]]:
        return super().commands | {"nginx": [program("nginx", "/usr/sbin/nginx"), *self._arguments]}

    @property
    def _arguments(self) -> list[str]:
        return ["-p", str(self.nginx), "-c", str(self.nginx / "nginx.conf")]

    def prepare(self) -> None:
        super().prepare()
        (self.nginx / "conf.d").mkdir(parents=True, exist_ok=True)
        # What is shipped, but for where its log is.
        shipped = SHIPPED.read_text().replace("/var/log/nginx", str(self.nginx))
        (self.nginx / "conf.d" / SHIPPED.name).write_text(shipped)
        made = NGINX.substitute(
            folder=self.nginx,
            port=self.front,
            servers=f"server 127.0.0.1:{self.settings.port};",
            user="user root;" if os.geteuid() == 0 else "",  # tests' folders are nobody else's
        )
        (self.nginx / "nginx.conf").write_text(made)

    def check(self) -> str:
        """What nginx says of its configuration; "" if it has nothing to complain of."""
        command = [program("nginx", "/usr/sbin/nginx"), "-q", "-t", *self._arguments]
        done = subprocess.run(command, capture_output=True, text=True)
        return done.stderr if done.returncode or "warn" in done.stderr else ""
