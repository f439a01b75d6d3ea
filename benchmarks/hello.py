"""The floor: what a page costs that knows nothing. The same server, logging and template engine, no planner."""

import secrets
from types import SimpleNamespace

from flask import Flask, g, render_template

import web.request_log
from lib.metrics import NO_METRICS

app = Flask(__name__)
app.extensions["planner"] = SimpleNamespace(metrics=NO_METRICS)  # what writing a line asks for
app.before_request(lambda: setattr(g, "request_id", secrets.token_hex(8)))
web.request_log.init_app(app)


@app.get("/")
def hello() -> str:
    return render_template("hello.html", title="Hello", names=["Anna", "Ben", "Cem", "Dora", "Emil"])


@app.get("/health")
def alive() -> str:
    return "ok"
