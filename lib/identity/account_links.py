"""What people do by a link in an e-mail: choose a new password, or make another address theirs.

Whether an account exists is not to be seen from asking for a new password: that does the same work and says the same words
either way. Links are made by the worker when it writes the letter, so that they are in no queue and no log.
"""

import logging
from datetime import timedelta

from lib.errors import Invalid, NotFound, Taken
from lib.identity import letters, passwords, profile
from lib.identity.accounts import WISH, Accounts, refuse_demo, typed
from lib.identity.events import What
from lib.identity.throttle import Limit, network
from lib.identity.tokens import ApiTokens
from lib.ids import new_id, new_user_id
from lib.records import Document, Email, User

OLD_LINK = "This link has been used or is too old. Ask for a new one."

_ASK = Limit("ask", free=3, window=timedelta(hours=1), pause=timedelta(hours=1))
_ASK_FROM = Limit("ask-from", free=20, window=timedelta(hours=1))
log = logging.getLogger(__name__)


class AccountLinks:
    def __init__(self, accounts: Accounts, tokens: ApiTokens, address: str) -> None:
        """`address` is what links in e-mails start with."""
        self.accounts, self.tokens, self.address = accounts, tokens, address
        self.store, self.throttle, self.jobs = accounts.store, accounts.throttle, accounts.jobs

    # A forgotten password

    def ask_reset(self, login: str, place: str) -> None:
        """See to it that who has that username or e-mail gets a link. Nothing tells the asker whether anyone has.

        Raises:
            Invalid: At "login", where nothing was typed.
            TooMany: If that was asked often for the name or from that network address, whether anyone has the name or not.
        """
        typed(login, "login")
        for limit, who in ((_ASK_FROM, network(place)), (_ASK, profile.folded(login))):
            self.throttle.allow(limit, who)
            self.throttle.count(limit, who)
        user = self.accounts.find(login)
        # A job for nobody costs the same time as one for somebody.
        self.jobs.submit("password-reset", user.user_id if user and not user.demo else new_user_id())

    def send_reset(self, user_id: str) -> None:
        """The job of `ask_reset`."""
        user = self.store.get_user(user_id)
        if user is not None:
            link = f"{self.address}/password/reset/{self.accounts.resets.issue(user_id, {})}"
            self._send(letters.reset(user, self.address, link))
            self.accounts.events.note(user, What.RESET_SENT)

    def who_resets(self, token: str) -> User:
        """Whose password the link sets, without using it up. Raises NotFound for an old link."""
        link = self.accounts.resets.look(token)
        user = self.store.get_user(link.user_id) if link else None
        if user is None:
            raise NotFound(OLD_LINK)
        return user

    def reset(self, token: str, new_password: str) -> User:
        """Set a new password with the link's token, which works once. All their sessions and API tokens end.

        Whoever forgot the password may have lost the account to someone, who may have made tokens to keep it.

        Raises:
            NotFound: If the token is none, too old or used.
            Invalid: At "new", and the token can be used again.
        """
        user = self.who_resets(token)
        passwords.check_new(new_password, "new", user.username, user.email, user.phone, user.display_name)
        if self.accounts.resets.use(token) is None:
            raise NotFound(OLD_LINK)
        self.tokens.end_all(user)
        user = self.accounts.set_password(user.user_id, new_password)
        self.accounts.events.note(user, What.PASSWORD_RESET)
        return user

    def send_password_changed(self, user_id: str) -> None:
        """The job after a new password: whoever did not choose it hears of it."""
        user = self.store.get_user(user_id)
        if user is not None:
            self._send(letters.password_changed(user, self.address))

    def send_new_browser(self, user_id: str, event_id: str) -> None:
        """The job after a sign-in from a browser that was not known."""
        user, event = self.store.get_user(user_id), self.accounts.events.get(user_id, event_id)
        if user is not None and event is not None:
            self._send(letters.new_browser(user, event, self.address))

    # Another e-mail address

    def ask_email_change(self, user: User, password: str, new_email: str) -> str:
        """See to it that a link goes to the new address, and a note to the old one. Returns the address as understood.

        Whether another account has the address is only said to who opens the link: its owner.

        Raises:
            Invalid: At "password" or "email".
        """
        refuse_demo(user, "The sample household has no e-mail address.")
        new_email = profile.email(new_email)
        if new_email == user.email:
            raise Invalid("That is your address already.", "email")
        self.throttle.allow(_ASK, user.user_id)
        self.accounts.check_password(user, password)
        self.throttle.count(_ASK, user.user_id)
        self.accounts.cancel_email_change(user)
        end = self.accounts.now() + self.accounts.confirmations.lasts
        wish = Document(user.user_id, WISH, new_id(), {"email": new_email}, end)
        self.store.put_document(wish)
        self.jobs.submit("verify-email", user.user_id, wish.id)
        self.accounts.events.note(user, What.EMAIL_ASKED)
        return new_email

    def keep_email(self, user: User) -> None:
        """Have the address stay as it is: the link to the other one works no more."""
        waiting = self.new_email(user)
        self.accounts.cancel_email_change(user)
        if waiting:
            self.accounts.events.note(user, What.EMAIL_KEPT)

    def send_email_change(self, user_id: str, wish_id: str) -> None:
        """The job of `ask_email_change`."""
        wish, user = self.store.get_document(user_id, WISH, wish_id), self.store.get_user(user_id)
        if wish is None or user is None:
            return
        new_email = wish.data["email"]
        self._send(letters.email_changing(user, new_email, self.address))
        token = self.accounts.confirmations.issue(user_id, {"email": new_email})
        self._send(
            letters.confirm_email(user, new_email, self.address, f"{self.address}/email/confirm/{token}")
        )
        self.store.remove_document(user_id, WISH, wish_id)

    def new_email(self, user: User) -> str:
        """The address that waits for its confirmation, if any."""
        wishes = self.store.list_documents(user.user_id, WISH)
        waiting = wishes or self.accounts.confirmations.open(user.user_id)
        return str(waiting[0].data["email"]) if waiting else ""

    def email_to_confirm(self, token: str) -> str:
        """The address the link would set, without using it up. Raises NotFound for an old link."""
        link = self.accounts.confirmations.look(token)
        if link is None:
            raise NotFound(OLD_LINK)
        return str(link.data["email"])

    def confirm_email_change(self, token: str) -> User:
        """Make the address that the link was sent to theirs. Links in the old mailbox set their password no more.

        Raises:
            NotFound: If the link is none, too old or used.
            Taken: Where the address has an account.
        """
        link = self.accounts.confirmations.use(token)
        before = self.store.get_user(link.user_id) if link else None
        if link is None or before is None:
            raise NotFound(OLD_LINK)
        try:
            user = self.accounts.set_fields(link.user_id, email=link.data["email"])
        except Taken:
            raise Taken("There is already an account with this e-mail address.", "email") from None
        self.accounts.resets.end_all(user.user_id)
        self.accounts.messenger.forget(before.email)
        self.jobs.submit("email-changed", user.user_id)
        self.accounts.events.note(user, What.EMAIL_CHANGED)
        return user

    def _send(self, letter: Email) -> None:
        try:
            self.accounts.messenger.send_email(letter)
        except Invalid:  # for good: trying again for days would change nothing
            log.warning("a letter was refused for good")
