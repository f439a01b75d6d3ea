"""Making sure that an address or a number is really theirs, before messages about their money go there.

An e-mail address is confirmed by a link, which the planner sends, or by the question of a message service that asks people
itself; a phone by six digits. Links and digits are made by the worker when it sends them, so that they are in no queue.
"""

import logging
import re
import secrets
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cached_property
from typing import NamedTuple

from lib.alerting import kinds, preferences
from lib.alerting.outbox import Outbox
from lib.alerting.rules import id_of
from lib.alerting.words import Words
from lib.errors import Changed, Invalid, NotFound, TooMany, Uncertain
from lib.identity import letters, passwords
from lib.identity.accounts import Accounts, refuse_demo
from lib.identity.events import What
from lib.identity.links import Links
from lib.identity.throttle import Limit
from lib.ids import new_id
from lib.records import Document, Email, User

CODE, ID = "phone-code", "asked"
LASTS = timedelta(minutes=10)
MOST_TRIES = 5
SMS = "{} is your code for Smart Budget Planner. It works for 10 minutes. If you did not ask for it, do nothing."
WELCOME = Words(
    "Alerts reach you by e-mail now",
    "Your address is confirmed. You are told when a budget is in danger, once, and in time.",
    {"link": "/settings/notifications", "action": "Choose what you are told of"},
)
OLD_LINK = "This link has been used or is too old, or your address is another one by now."

_EMAIL = Limit("confirm-email", free=3, window=timedelta(hours=1), pause=timedelta(hours=1))
_PHONE = Limit("confirm-phone", free=3, window=timedelta(hours=1), pause=timedelta(hours=1))
log = logging.getLogger(__name__)


class Question(NamedTuple):
    """A code that was asked for: what became of it, until it is used or too old."""

    state: str  # asked, sent or refused
    reason: str  # why the number got none
    until: datetime | None


class AlertAddresses:
    def __init__(
        self, accounts: Accounts, outbox: Outbox, address: str, release: Callable[[User], object]
    ) -> None:
        """`release` sends what waited for a confirmation; `address` is what links start with."""
        self.accounts, self.outbox, self.address, self.release = accounts, outbox, address, release
        self.store, self.messenger, self.jobs = accounts.store, accounts.messenger, accounts.jobs
        self.now, self.throttle, self.events = accounts.now, accounts.throttle, accounts.events

    @cached_property
    def links(self) -> Links:
        """Links that confirm the address they were sent to; each knows it as "email"."""
        return Links(self.store, self.now, "alert-email", timedelta(hours=24))

    # E-mail

    def welcome(self, user: User) -> None:
        """After registering: a letter that greets and asks for the address's confirmation."""
        self.jobs.submit("welcome", user.user_id)

    def ask_email(self, user: User) -> None:
        """See to it that their address is asked whether it is theirs. Raises TooMany where that was asked often."""
        refuse_demo(user, "The sample household has no e-mail address.")
        self.throttle.allow(_EMAIL, user.user_id)
        self.throttle.count(_EMAIL, user.user_id)
        self.jobs.submit("confirm-email", user.user_id)

    def send_welcome(self, user_id: str) -> None:
        self._ask(user_id, letters.welcome)

    def send_link(self, user_id: str) -> None:
        """The job of `ask_email`."""
        self._ask(user_id, letters.confirm_alerts)

    def email_changed(self, user_id: str) -> None:
        """The job after another address was confirmed as the account's: the planner asks no second time."""
        user = self.store.get_user(user_id)
        if user is not None:
            self.messenger.unsubscribe(preferences.load(self.store, user_id).subscription)
            if self._subscribe(user):
                self._confirmed(user)

    def email_is_asked(self, user: User) -> bool:
        """Whether a link is on its way that still works, or is about to be written."""
        sent = any(link.data["email"] == user.email for link in self.links.open(user.user_id))
        return sent or any(self.jobs.is_open(task, user.user_id) for task in ("confirm-email", "welcome"))

    def look_again(self, user: User) -> bool:
        """Whether their address is confirmed; where a message service asked them, whether they answered by now counts."""
        kept = preferences.load(self.store, user.user_id)
        if not kept.subscription:
            return kept.email_is_confirmed(user)
        state = self.messenger.status(kept.subscription).state
        if state == "confirmed":
            self._confirmed(user)
            self.events.note(user, What.EMAIL_CONFIRMED)
        elif state == "gone":
            preferences.change(self.store, user.user_id, subscription="", confirmed_email="")
        return state == "confirmed"

    def who_confirms(self, token: str) -> User:
        """Whose address the link confirms, without using it up. Raises NotFound for an old link."""
        link = self.links.look(token)
        user = self.store.get_user(link.user_id) if link else None
        if link is None or user is None or user.email != link.data["email"]:
            raise NotFound(OLD_LINK)
        return user

    def confirm_email(self, token: str) -> User:
        """Count their address as theirs, and send what waited for it. Raises NotFound for an old link."""
        user = self.who_confirms(token)
        self._confirmed(user)
        self.events.note(user, What.EMAIL_CONFIRMED)
        return user

    def _ask(self, user_id: str, letter: Callable[[User, str, str], Email]) -> None:
        """Write `letter` with the link that confirms; without one where a message service asks by itself."""
        user = self.store.get_user(user_id)
        if user is None:
            return
        is_ours = self._subscribe(user)
        link = f"{self.address}/notifications/confirm/{self._token(user)}" if is_ours else ""
        if is_ours or letter is letters.welcome:
            try:
                self.messenger.send_email(letter(user, self.address, link))
            except Invalid:  # for good: trying again for days would change nothing
                log.warning("a letter was refused for good")

    def _token(self, user: User) -> str:
        return self.links.issue(user.user_id, {"email": user.email})

    def _subscribe(self, user: User) -> bool:
        """Whether it is the planner that has to ask them; a message service has asked otherwise."""
        found = self.messenger.subscribe(user.user_id, user.email)
        preferences.change(self.store, user.user_id, subscription=found.ref)
        if found.state == "confirmed":
            self._confirmed(user)
        return found.state == "link"

    def _confirmed(self, user: User) -> None:
        """Each step may be done again: should one fail, the link still works, or the job or the button comes again."""
        kept = preferences.change(self.store, user.user_id, confirmed_email=user.email)
        self.release(user)
        once, both = id_of(kinds.WELCOME, user.email), frozenset({kinds.APP, kinds.EMAIL})
        self.outbox.publish_notification(user, kept, kinds.WELCOME, once, WELCOME, channels=both)
        self.links.end_all(user.user_id)

    # Phone

    def ask_phone(self, user: User) -> None:
        """See to it that their number gets a code.

        Raises:
            Invalid: At "phone", where there is none, or no SMS are sent here.
            TooMany: Where this account, or anyone for that number, asked often.
        """
        refuse_demo(user, "The sample household has no phone.")
        if not self.messenger.sms_works:
            raise Invalid(
                "No SMS are sent from here. Whoever runs this planner can set up a gateway.", "phone"
            )
        if not user.phone:
            raise Invalid("Give your number first, under Profile.", "phone")
        for who in (user.user_id, user.phone):
            self.throttle.allow(_PHONE, who)
        for who in (user.user_id, user.phone):
            self.throttle.count(_PHONE, who)
        question = new_id()
        self.store.remove_document(user.user_id, CODE, ID)
        data = {
            "question": question,
            "phone": user.phone,
            "state": "asked",
            "hash": "",
            "tries": 0,
            "reason": "",
        }
        self.store.put_document(Document(user.user_id, CODE, ID, data, self.now() + LASTS))
        self.jobs.submit("phone-code", user.user_id, question)

    def send_code(self, user_id: str, question: str) -> None:
        """The job of `ask_phone`."""
        asked = self.store.get_document(user_id, CODE, ID)
        if asked is None or asked.data["question"] != question or asked.data["state"] != "asked":
            return  # too old, asked anew, or brought a second time
        code = f"{secrets.randbelow(10**6):06}"
        # Kept before it is sent: a code that reaches the phone always works.
        asked = self._note(asked, hash=passwords.hash_password(code))
        try:
            self.messenger.send_sms(asked.data["phone"], SMS.format(code))
        except Invalid as error:
            self._note(asked, state="refused", reason=error.message)
        except Uncertain:  # it may be there by now; another code would cost again, and end that one
            self._note(asked, state="sent")
        else:
            self._note(asked, state="sent")

    def question(self, user: User) -> Question | None:
        """The code that was asked for the number they have now, if it is not too old."""
        asked = self.store.get_document(user.user_id, CODE, ID)
        if asked is None or asked.data["phone"] != user.phone:
            return None
        return Question(asked.data["state"], asked.data["reason"], asked.expires_at)

    def confirm_phone(self, user: User, code: str) -> None:
        """Count their number as theirs, and send what waited for it.

        Raises:
            Invalid: At "code".
            TooMany: After MOST_TRIES wrong ones; then only a new code helps.
        """
        digits = re.sub(r"[\s-]", "", code)
        if not re.fullmatch("[0-9]{6}", digits):
            raise Invalid("Type the six digits from the SMS.", "code")
        asked = self.store.get_document(user.user_id, CODE, ID)
        if asked is None or asked.data["phone"] != user.phone:
            raise Invalid("That code is too old. Ask for a new one.", "code")
        if asked.data["tries"] >= MOST_TRIES:
            raise TooMany("That was tried too often. Ask for a new code.", int(LASTS.total_seconds()))
        try:
            asked = self._note(
                asked, tries=asked.data["tries"] + 1
            )  # counted first, also for several at once
        except Changed:
            raise Invalid("Something else happened at that moment. Try again.", "code") from None
        if not passwords.matches(asked.data["hash"], digits):
            raise Invalid("That is not the code. Look again, or ask for a new one.", "code")
        self.store.remove_document(user.user_id, CODE, ID)
        preferences.change(self.store, user.user_id, confirmed_phone=user.phone, stopped_phone="")
        self.events.note(user, What.PHONE_CONFIRMED)
        self.release(user)

    def _note(self, asked: Document, **changes: object) -> Document:
        return self.store.put_document(replace(asked, data={**asked.data, **changes}))
