"""What the worker does once an hour."""

from dataclasses import replace

from lib.demo import LIFE
from lib.errors import Unavailable
from lib.work import tidy


class NeverPurges:
    """A store that fails at one of the steps."""

    def __init__(self, store):
        self.store = store

    def __getattr__(self, name):
        return getattr(self.store, name)

    def purge_documents(self):
        raise Unavailable(part="store")


def test_what_cannot_be_tidied_keeps_nothing_else_from_it(services, clock, caplog):
    services.demo.open("192.0.2.1")
    clock.turn(seconds=LIFE.total_seconds())
    tidy(replace(services, store=NeverPurges(services.store)))
    assert list(services.store.each_user()) == []
    assert "purge_documents" in caplog.text
