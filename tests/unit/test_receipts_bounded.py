"""What one person may ask of the machine, whether their files are receipts or not."""

import io
from contextlib import ExitStack
from dataclasses import replace
from threading import Event, Thread

import pytest

from lib.errors import Invalid, NotFound, TooMany, Unavailable
from lib.ids import new_id
from lib.receipts import apart
from lib.receipts.room import A_DAY, A_DEMOS_DAY, A_MINUTE
from lib.records import MAX_RECEIPTS
from selfhost.disk_files import DiskFiles
from tests.papers import pdf, photo


def refused(services, user) -> None:
    with pytest.raises(Invalid):
        services.receipts.upload_receipt(user, new_id(), "a.jpg", io.BytesIO(b""))


def test_refused_files_count_within_a_minute(services, alice, bob, clock):
    for _ in range(A_MINUTE):
        refused(services, alice)
    with pytest.raises(TooMany, match="minute"):
        services.receipts.upload_receipt(alice, new_id(), "a.jpg", io.BytesIO(photo()))
    refused(services, bob)
    clock.turn(minutes=1)
    assert services.receipts.upload_receipt(alice, new_id(), "a.jpg", io.BytesIO(photo()))


def test_refused_files_count_within_a_day(services, alice, clock):
    for number in range(A_DAY):
        if number % A_MINUTE == 0:
            clock.turn(minutes=1)
        refused(services, alice)
    clock.turn(minutes=1)
    with pytest.raises(TooMany, match="tomorrow"):
        services.receipts.upload_receipt(alice, new_id(), "a.jpg", io.BytesIO(photo()))


def test_a_sample_household_takes_few_files_and_has_no_picture_read(services):
    demo = services.demo.open("192.0.2.1")
    expense_id = new_id()
    receipt = services.receipts.upload_receipt(demo, expense_id, "a.jpg", io.BytesIO(photo()))
    reads = replace(services, pictures=object())
    assert reads.receipt_reader.reads(receipt)
    assert reads.receipt_reader.read(demo, expense_id, receipt.receipt_id) is None
    for _ in range(A_DEMOS_DAY - 1):
        refused(services, demo)
    for _ in range(A_DEMOS_DAY):
        services.receipts.generate_presigned_url(demo, "jpg")
    with pytest.raises(TooMany, match="20 receipts a day"):
        services.receipts.upload_receipt(demo, expense_id, "b.jpg", io.BytesIO(photo(90, 90)))
    with pytest.raises(TooMany, match="20 receipts a day"):
        services.receipts.generate_presigned_url(demo, "jpg")


def test_what_there_was_no_room_for_is_taken_later(services, alice):
    expense_id = new_id()
    uploaded = [
        services.receipts.upload_receipt(alice, expense_id, "a.pdf", io.BytesIO(pdf(f"{number}")))
        for number in range(MAX_RECEIPTS)
    ]
    key = services.receipts.generate_presigned_url(alice, "jpg").put.key
    services.files.put(key, io.BytesIO(photo()))
    with pytest.raises(Invalid, match="up to 10"):
        services.receipts.take(alice, expense_id, key)
    services.receipts.delete_receipt(alice, expense_id, uploaded[0].receipt_id)
    assert services.receipts.take(alice, expense_id, key).extension == "jpg"


def test_a_disk_that_is_nearly_full_takes_no_file(tmp_path):
    DiskFiles(tmp_path).put("receipts/a/1.jpg", io.BytesIO(b"x"))
    with pytest.raises(Unavailable):
        DiskFiles(tmp_path, room=1 << 60).put("receipts/a/2.jpg", io.BytesIO(b"x"))
    with pytest.raises(NotFound):
        DiskFiles(tmp_path).head("receipts/a/2.jpg")


def test_who_comes_when_as_many_wait_as_may_is_told_at_once():
    stop, waits = Event(), []

    def wait() -> None:
        with apart._turn(20):
            stop.wait(20)

    with ExitStack() as first:
        first.enter_context(apart._turn())
        for _ in range(apart.MOST_WAITING):
            waits.append(Thread(target=wait))
            waits[-1].start()
        while apart._places._value:  # until both wait
            stop.wait(0.01)
        with pytest.raises(Unavailable, match="Try again"), apart._turn(20):
            pass
        stop.set()
    for each in waits:
        each.join(20)
    with apart._turn(0):
        pass
