"""Accounts: who may come in, and everything people change about themselves.

Whether an account exists is not to be seen from signing in or from asking for a new password: both do the same work and
say the same words either way. Registering cannot hide it, since it either works or not; it says so plainly and slows
down whoever tries many addresses.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from lib import letters, passwords, profile
from lib.categories import MAX_NAME, Categories
from lib.errors import Changed, Invalid, NotAllowed, NotFound, NotSignedIn, Taken
from lib.ids import new_user_id
from lib.jobs import Jobs
from lib.links import Links
from lib.ports import Files, Messenger, Store
from lib.records import Document, User, text
from lib.sessions import Sessions
from lib.throttle import Limit, Throttle, network

RESET_LASTS, CONFIRM_LASTS = timedelta(hours=1), timedelta(hours=24)
FOLDERS = ("imports", "receipts", "reports")  # where a person's files are: "<folder>/<user id>/…"

_BY_NAME = Limit("sign-in", free=5)
_BY_ADDRESS = Limit("sign-in-from", free=30)
_OWN_PASSWORD = Limit("password", free=5)
_REGISTER = Limit("register-from", free=20, window=timedelta(hours=1))
_ASK = Limit("ask", free=3, window=timedelta(hours=1), pause=timedelta(hours=1))
_ASK_FROM = Limit("ask-from", free=20, window=timedelta(hours=1))

WRONG = "That name and password do not belong together. Check both, or choose a new password."
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Accounts:
    store: Store
    files: Files
    messenger: Messenger
    jobs: Jobs
    sessions: Sessions
    address: str  # what links in e-mails start with
    now: Callable[[], datetime]

    @cached_property
    def throttle(self) -> Throttle:
        return Throttle(self.store, self.now)

    @cached_property
    def resets(self) -> Links:
        return Links(self.store, self.now, "reset", RESET_LASTS)

    @cached_property
    def confirmations(self) -> Links:
        return Links(self.store, self.now, "email-link", CONFIRM_LASTS)

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
            Invalid: At the field that needs a change.
            Taken: At "username" or "email".
            TooMany: If that address has tried often.
        """
        if address:
            self.throttle.allow(_REGISTER, network(address))
        chosen = profile.preferences(preferences)
        username, email = profile.username(username), profile.email(email)
        phone = profile.phone(phone, chosen.get("locale", ""))
        passwords.check_new(password, "password", username, email, phone)
        user = User(
            new_user_id(),
            username,
            email,
            passwords.hash_password(password),
            self.now(),
            phone=phone,
            **chosen,
        )
        if address:
            self.throttle.count(_REGISTER, network(address))
        try:
            return self.store.create_user(user)
        except Taken as taken:
            raise Taken(_TAKEN.get(taken.field, taken.message), taken.field) from None

    def sign_in(self, login: str, password: str, address: str) -> User:
        """Whose username or e-mail, and password, these are.

        Raises:
            NotSignedIn: If they are nobody's, in words that do not tell which is wrong.
            TooMany: After several mistakes with that name or from that address.
        """
        name, place = profile.folded(login), network(address)
        self.throttle.allow(_BY_ADDRESS, place)
        self.throttle.allow(_BY_NAME, name)
        user = self._find(login)
        right = passwords.matches(user.password_hash if user else "", password)
        if user is None or not right:
            self.throttle.count(_BY_NAME, name)
            self.throttle.count(_BY_ADDRESS, place)
            raise NotSignedIn(WRONG)
        if passwords.is_outdated(user.password_hash):
            return self._set(user.user_id, password_hash=passwords.hash_password(password))
        return user

    def check_password(self, user: User, password: str, field: str = "password") -> None:
        """Make sure it is really them who want something dear. Raises Invalid at `field`, or TooMany."""
        self.throttle.allow(_OWN_PASSWORD, user.user_id)
        if not passwords.matches(user.password_hash, password):
            self.throttle.count(_OWN_PASSWORD, user.user_id)
            raise Invalid("That is not your password.", field)

    # What people change about themselves

    def save_profile(self, user: User, **fields: Any) -> User:
        """Save what they set as they like: name, phone, currency, locale, time zone, first weekday, theme.

        Raises:
            Invalid: At the field that needs a change.
            Changed: If `user` is not how it is stored any more.
        """
        phone = fields.pop("phone", None)
        chosen = profile.preferences(fields)
        if phone is not None and phone.strip() != user.phone:
            _refuse_demo(user, "The sample household has no phone number.")
            chosen["phone"] = profile.phone(phone, chosen.get("locale", user.locale))
        return self.store.save_user(replace(user, **chosen))

    def save_categories(self, user: User, categories: Categories) -> User:
        """Raises Invalid at "name" for one that cannot be kept, Changed if `user` is not how it is stored any more."""
        for category in categories.all:
            text(category.name, "name", MAX_NAME, required=True)
        return self.store.save_user(replace(user, categories=categories))

    def change_password(self, user: User, old: str, new: str) -> User:
        """A new password for who knows the old one. All their sessions end, and links that would reset it.

        Raises:
            Invalid: At "old" or "new".
        """
        _refuse_demo(user, "The sample household has no password.")
        self.check_password(user, old, "old")
        passwords.check_new(new, "new", user.username, user.email, user.phone, user.display_name)
        return self._new_password(user.user_id, new)

    def delete_account(self, user: User, typed_name: str, password: str) -> None:
        """Erase the account and everything that is theirs. Raises Invalid at "username" or "password"."""
        _refuse_demo(user, "The sample household disappears by itself.")
        if profile.folded(typed_name) != profile.folded(user.username):
            raise Invalid(f"Type “{user.username}” to delete this account.", "username")
        self.check_password(user, password)
        self.erase(user.user_id)

    def erase(self, user_id: str) -> None:
        """Remove every record and file of theirs. Can be done again if it was interrupted: the account goes last."""
        user = self.store.get_user(user_id)
        if user is not None and not user.demo:
            self.messenger.forget(user.email)
        self.jobs.forget(user_id)
        self._remove_files(user_id)
        self.store.erase_user(user_id)
        self._remove_files(user_id)  # what an import may have written in between

    # A forgotten password

    def ask_reset(self, login: str, address: str) -> None:
        """See to it that who has that username or e-mail gets a link. Nothing tells the asker whether anyone has.

        Raises:
            TooMany: If that was asked often for the name or from the address, whether anyone has the name or not.
        """
        name, place = profile.folded(login), network(address)
        self.throttle.allow(_ASK_FROM, place)
        self.throttle.allow(_ASK, name)
        self.throttle.count(_ASK_FROM, place)
        self.throttle.count(_ASK, name)
        user = self._find(login)
        # A job for nobody costs the same time as one for somebody.
        self.jobs.submit("password-reset", user.user_id if user and not user.demo else new_user_id())

    def send_reset(self, user_id: str) -> None:
        """The job of `ask_reset`. The link is made here, so that it is in no queue and no log."""
        user = self.store.get_user(user_id)
        if user is None:
            return
        link = f"{self.address}/password/reset/{self.resets.issue(user_id, {})}"
        self.messenger.send_email(letters.reset(user, self.address, link))

    def who_resets(self, token: str) -> User:
        """Whose password the link sets, without using it up. Raises NotFound for an old link."""
        link = self.resets.look(token)
        user = self.store.get_user(link.user_id) if link else None
        if user is None:
            raise NotFound(OLD_LINK)
        return user

    def reset(self, token: str, new_password: str) -> User:
        """Set a new password with the link's token, which works once. All their sessions end.

        Raises:
            NotFound: If the token is none, too old or used.
            Invalid: At "new", and the token can be used again.
        """
        user = self.who_resets(token)
        passwords.check_new(new_password, "new", user.username, user.email, user.phone, user.display_name)
        if self.resets.use(token) is None:
            raise NotFound(OLD_LINK)
        for name in (user.username, user.email):
            self.throttle.forget(_BY_NAME, profile.folded(name))
        return self._new_password(user.user_id, new_password)

    def send_password_changed(self, user_id: str) -> None:
        """The job after a new password: whoever did not choose it hears of it."""
        user = self.store.get_user(user_id)
        if user is not None:
            self.messenger.send_email(letters.password_changed(user, self.address))

    # Another e-mail address

    def ask_email_change(self, user: User, password: str, new_email: str) -> str:
        """See to it that a link goes to the new address, and a note to the old one. Returns the address as understood.

        Whether another account has the address is only said to who opens the link: its owner.

        Raises:
            Invalid: At "password" or "email".
        """
        _refuse_demo(user, "The sample household has no e-mail address.")
        new_email = profile.email(new_email)
        if new_email == user.email:
            raise Invalid("That is your address already.", "email")
        self.throttle.allow(_ASK, user.user_id)
        self.check_password(user, password)
        self.throttle.count(_ASK, user.user_id)
        self.cancel_email_change(user)
        self.store.put_document(
            Document(user.user_id, "email-wish", "new", {"email": new_email}, self.now() + CONFIRM_LASTS)
        )
        self.jobs.submit("verify-email", user.user_id)
        return new_email

    def send_email_change(self, user_id: str) -> None:
        """The job of `ask_email_change`."""
        wish, user = self.store.get_document(user_id, "email-wish", "new"), self.store.get_user(user_id)
        if wish is None or user is None:
            return
        new_email = wish.data["email"]
        self.messenger.send_email(letters.email_changing(user, new_email, self.address))
        link = f"{self.address}/email/confirm/{self.confirmations.issue(user_id, {'email': new_email})}"
        self.messenger.send_email(letters.confirm_email(user, new_email, self.address, link))
        self.store.remove_document(user_id, "email-wish", "new")

    def new_email(self, user: User) -> str:
        """The address that waits for its confirmation, if any."""
        waiting = self.store.list_documents(user.user_id, "email-wish") + self.confirmations.open(
            user.user_id
        )
        return str(waiting[0].data["email"]) if waiting else ""

    def cancel_email_change(self, user: User) -> None:
        self.store.remove_document(user.user_id, "email-wish", "new")
        self.confirmations.end_all(user.user_id)

    def email_to_confirm(self, token: str) -> str:
        """The address the link would set, without using it up. Raises NotFound for an old link."""
        link = self.confirmations.look(token)
        if link is None:
            raise NotFound(OLD_LINK)
        return str(link.data["email"])

    def confirm_email_change(self, token: str) -> User:
        """Make the address that the link was sent to theirs. Raises NotFound for an old link, Taken where it has an account."""
        link = self.confirmations.use(token)
        if link is None:
            raise NotFound(OLD_LINK)
        try:
            return self._set(link.user_id, email=link.data["email"])
        except Taken:
            raise Taken("There is already an account with this e-mail address.", "email") from None

    def _find(self, login: str) -> User | None:
        login = login.strip()
        if len(login) > profile.MOST_EMAIL:
            return None
        find = self.store.find_user_by_email if "@" in login else self.store.find_user_by_username
        return find(login)

    def _new_password(self, user_id: str, password: str) -> User:
        user = self._set(user_id, password_hash=passwords.hash_password(password))
        self.resets.end_all(user_id)
        self.sessions.end_all(user)
        self.jobs.submit("password-changed", user_id)
        return user

    def _set(self, user_id: str, **changes: Any) -> User:
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


OLD_LINK = "This link has been used or is too old. Ask for a new one."
_TAKEN = {
    "username": "Someone has this username already. Choose another, such as one with a number.",
    "email": "There is an account with this e-mail already. Sign in, or choose a new password there.",
}


def _refuse_demo(user: User, sentence: str) -> None:
    if user.demo:
        raise NotAllowed(f"{sentence} Make an account of your own for that.")
