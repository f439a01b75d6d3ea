"""Accounts: who may come in, and everything people change about themselves.

Whether an account exists is not to be seen from signing in: it does the same work and says the same words either way.
Registering cannot hide it, since it either works or not; it says so plainly and slows down whoever tries many addresses.
What people do by a link in an e-mail is in lib/identity/account_links.py.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property, partial
from typing import Any

from lib.alerting.preferences import load as alert_preferences
from lib.categories import MAX_NAME, Categories
from lib.errors import Changed, Invalid, NotAllowed, NotFound, NotSignedIn, Taken, TooMany, Unavailable
from lib.identity import passwords, profile
from lib.identity.events import What
from lib.identity.links import Links
from lib.identity.security_log import SecurityLog
from lib.identity.sessions import Sessions
from lib.identity.throttle import Limit, Throttle, network
from lib.ids import new_user_id
from lib.jobs import ERASE, Jobs
from lib.ports import Files, Messenger, Store
from lib.records import User
from lib.storable import text

WISH = "email-wish"  # an address somebody asked for, until the letter to it is written
LISTS_FOLLOW = timedelta(
    seconds=40
)  # after which they show all that was written, whatever the store: see Store.settled
FOLDERS = ("imports", "receipts", "reports")  # where a person's files are: "<folder>/<user id>/…"

BY_NAME = Limit("sign-in", free=5)
_BY_ADDRESS = Limit("sign-in-from", free=30)
_OWN_PASSWORD = Limit("password", free=5)
_REGISTER = Limit("register-from", free=20, window=timedelta(hours=1))

WRONG = "That name and password do not belong together. Check both, or choose a new password."
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Accounts:
    store: Store
    files: Files
    messenger: Messenger
    jobs: Jobs
    sessions: Sessions
    events: SecurityLog
    now: Callable[[], datetime]

    @cached_property
    def throttle(self) -> Throttle:
        return Throttle(self.store, self.now)

    @cached_property
    def resets(self) -> Links:
        """Links that set a new password."""
        return Links(self.store, self.now, "reset", timedelta(hours=1))

    @cached_property
    def confirmations(self) -> Links:
        """Links that make an address theirs; each knows it as "email"."""
        return Links(self.store, self.now, "email-link", timedelta(hours=24))

    # Coming in

    def register(
        self,
        username: str,
        email: str,
        password: str,
        phone: str = "",
        *,
        address: str = "",
        **preferences: Any,
    ) -> User:
        """A new account.

        Args:
            address: Where the request comes from, to slow down whoever tries many; empty for our own commands.
            preferences: Fields of User such as currency, locale and time_zone.

        Raises:
            InvalidFields: With everything that needs a change.
            Taken: At "username" or "email".
            TooMany: If that address has tried often.
        """
        if address:
            self.throttle.allow(_REGISTER, network(address))
        user = self._new_user(username, email, password, phone, preferences)
        if address:
            self.throttle.count(_REGISTER, network(address))
        try:
            user = self.store.create_user(user)
        except Taken as taken:
            raise Taken(_TAKEN.get(taken.field, taken.message), taken.field) from None
        self.events.note(user, What.REGISTERED)
        return user

    def _new_user(
        self, username: str, email: str, password: str, phone: str, preferences: dict[str, Any]
    ) -> User:
        """Raises InvalidFields with everything that needs a change."""
        locale = preferences.get("locale", "")
        checked = profile.together(
            {
                "username": lambda: profile.username(username),
                "email": lambda: profile.email(email),
                "password": lambda: passwords.check_new(password, "password", username, email, phone),
                "phone": lambda: profile.phone(phone, locale),
                "preferences": lambda: profile.preferences(preferences),
            }
        )
        return User(
            new_user_id(),
            checked["username"],
            checked["email"],
            passwords.hash_password(password),
            self.now(),
            phone=checked["phone"],
            **checked["preferences"],
        )

    def sign_in(self, login: str, password: str, address: str, browser: str = "") -> User:
        """Whose username or e-mail, and password, these are.

        Args:
            address: Where the browser connects from.
            browser: "<user id>.<its name>" of one that is known to have signed that user in before. Its tries count apart,
                and who comes in from another is told by e-mail.

        Raises:
            InvalidFields: At "login" and "password", where nothing was typed.
            NotSignedIn: If they are nobody's, in words that do not tell which is wrong.
            TooMany: After several mistakes with that name or from that address.
        """
        profile.together(
            {"login": lambda: typed(login, "login"), "password": lambda: typed(password, "password")}
        )
        name, place = profile.folded(login), network(address)
        user = self.find(login)
        is_known = user is not None and browser.startswith(f"{user.user_id}.")
        if is_known:
            name = browser
        try:
            self.throttle.allow_all((_BY_ADDRESS, place), (BY_NAME, name))
        except TooMany:
            self.events.note_refused(user, name, What.TRIED_TOO_OFTEN)
            raise
        right = passwords.matches(user.password_hash if user else "", password)
        if user is None or not right:
            self.throttle.count(BY_NAME, name)
            self.throttle.count(_BY_ADDRESS, place)
            self.events.note_refused(user, name)
            raise NotSignedIn(WRONG)
        self._came_in(user, is_known=is_known)
        if passwords.is_outdated(user.password_hash):
            return self.set_fields(user.user_id, password_hash=passwords.hash_password(password))
        return user

    def _came_in(self, user: User, *, is_known: bool) -> None:
        """Note it, and have a letter written where it is a browser they have not come in from before, but from others."""
        is_new = not is_known and (self.sessions.list(user) or self.events.knows_a_browser(user))
        event_id = self.events.note(user, What.NEW_BROWSER if is_new else What.SIGNED_IN)
        if is_new and event_id:
            self.jobs.submit("new-browser", user.user_id, event_id)

    def find(self, login: str) -> User | None:
        """Whose username or e-mail that is, whatever its case."""
        login = login.strip()
        if len(login) > profile.MOST_EMAIL or not login.isprintable():
            return None
        find = self.store.find_user_by_email if "@" in login else self.store.find_user_by_username
        return find(login)

    def check_password(self, user: User, password: str, field: str = "password") -> None:
        """Make sure it is really them who want something dear. Raises Invalid at `field`, or TooMany."""
        typed(password, field)
        try:
            self.throttle.allow(_OWN_PASSWORD, user.user_id)
        except TooMany:
            self.events.note(user, What.TRIED_TOO_OFTEN)
            raise
        if not passwords.matches(user.password_hash, password):
            self.throttle.count(_OWN_PASSWORD, user.user_id)
            self.events.note(user, What.PASSWORD_REFUSED)
            raise Invalid("That is not your password.", field)

    # What people change about themselves

    def save_profile(self, user: User, **fields: Any) -> User:
        """Save what they set as they like: name, phone, currency, locale, time zone, first weekday, theme.

        Raises:
            InvalidFields: With everything that needs a change.
            Changed: If `user` is not how it is stored any more.
        """
        phone, locale = fields.pop("phone", user.phone), fields.get("locale", user.locale)
        checks: dict[str, Callable[[], Any]] = {"preferences": lambda: profile.preferences(fields)}
        if phone != user.phone:
            refuse_demo(user, "The sample household has no phone number.")
            checks["phone"] = lambda: profile.phone(phone, locale)
        checked = profile.together(checks)
        chosen = checked.pop("preferences")
        saved = self.store.save_user(replace(user, **chosen, **checked))
        if saved.phone != user.phone:
            self.events.note(saved, What.PHONE_CHANGED if saved.phone else What.PHONE_REMOVED)
        if saved.display_name != user.display_name:
            self.events.note(saved, What.NAME_CHANGED)
        return saved

    def save_categories(self, user: User, categories: Categories) -> User:
        """Raises Invalid at "name" for one that cannot be kept, Changed if `user` is not how it is stored any more."""
        for category in categories.all:
            text(category.name, "name", MAX_NAME, required=True)
        return self.store.save_user(replace(user, categories=categories))

    def change_password(self, user: User, old: str, new: str) -> User:
        """A new password for who knows the old one. All their sessions end, and links from e-mails.

        Raises:
            Invalid: At "old" or "new".
        """
        refuse_demo(user, "The sample household has no password.")
        self.check_password(user, old, "old")
        passwords.check_new(new, "new", user.username, user.email, user.phone, user.display_name)
        user = self.set_password(user.user_id, new)
        self.events.note(user, What.PASSWORD_CHANGED)
        return user

    def set_password(self, user_id: str, password: str) -> User:
        """Set a password that was checked.

        All their sessions end, links that would reset it or change the address it can be reset by, and pauses at sign-in.
        """
        user = self.set_fields(user_id, password_hash=passwords.hash_password(password))
        self.resets.end_all(user_id)
        self.sessions.end_all(user)
        self.cancel_email_change(user)
        for name in (user.username, user.email):
            self.throttle.forget(BY_NAME, profile.folded(name))
        self.jobs.submit("password-changed", user_id)
        return user

    def cancel_email_change(self, user: User) -> None:
        """Whatever other address was asked for: its link works no more."""
        for wish in self.store.list_documents(user.user_id, WISH):
            self.store.remove_document(user.user_id, WISH, wish.id)
        asked = self.confirmations.open(user.user_id)
        self.confirmations.end_all(user.user_id)
        for link in asked:
            self.messenger.forget(link.data["email"])

    def delete_account(self, user: User, typed_name: str, password: str) -> None:
        """Erase the account and everything that is theirs. Raises Invalid at "username" or "password"."""
        refuse_demo(user, "The sample household disappears by itself.")
        if profile.folded(typed_name) != profile.folded(user.username):
            raise Invalid(f"Type “{user.username}” to delete this account.", "username")
        self.check_password(user, password)
        self.events.tell_deleted(user)
        self.erase(user.user_id)

    def erase(self, user_id: str) -> None:
        """Remove every record and file of theirs. Can be done again if it was interrupted: the account goes last."""
        user = self.store.get_user(user_id)
        if user is not None and not user.demo:
            asked = [link.data["email"] for link in self.confirmations.open(user_id)]
            for address in (user.email, *asked):
                self.messenger.forget(address)
            self.messenger.unsubscribe(alert_preferences(self.store, user_id).subscription)
        self.jobs.forget(user_id)
        self._remove_files(user_id)
        finish = partial(self.jobs.submit, ERASE, user_id, self.now().isoformat())
        if not self.store.settled(user_id):
            finish()  # noted first, as what follows may be cut off
        if not self.store.erase_user(user_id):
            finish()  # they were still writing
        self._remove_files(user_id)  # what an import may have written in between

    def finish_erasing(self, user_id: str, erased_at: str) -> None:
        """Remove what lists did not show yet when the account was erased. Raises Unavailable as long as they may not."""
        if self.now() < datetime.fromisoformat(erased_at) + LISTS_FOLLOW:
            raise Unavailable("Lists may not show everything yet. The rest is erased in a minute.", "store")
        if (
            self.store.get_user(user_id) is None
        ):  # else the account was not erased after all, or is back by a move
            self.store.erase_user(user_id)
            self._remove_files(user_id)

    def set_fields(self, user_id: str, **changes: Any) -> User:
        """Change fields that no form shows, whatever else of the account is being saved at the moment."""
        while True:
            user = self.store.get_user(user_id)
            if user is None:
                raise NotFound
            try:
                return self.store.save_user(replace(user, **changes))
            except Changed:
                log.info("account was saved by someone else, trying again")

    def _remove_files(self, user_id: str) -> None:
        for folder in FOLDERS:
            for key in self.files.list(f"{folder}/{user_id}/"):
                self.files.remove(key)


_TAKEN = {
    "username": "Someone has this username already. Choose another, such as one with a number.",
    "email": "There is an account with this e-mail already. Sign in, or choose a new password there.",
}


def typed(value: str, field: str) -> None:
    if not value.strip():
        raise Invalid("Fill this in.", field)


def refuse_demo(user: User, sentence: str) -> None:
    if user.demo:
        raise NotAllowed(f"{sentence} Make an account of your own for that.")
