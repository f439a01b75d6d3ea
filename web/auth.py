"""Coming in and going out."""

from contextlib import suppress
from typing import Any

from flask import (
    Blueprint,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask_login import current_user, login_user, logout_user

from lib.errors import NotAllowed, NotFound, NotSignedIn, PlannerError, Taken, TooMany, Unavailable
from lib.identity.passwords import HINT
from lib.metrics import SIGN_INS_ACCEPTED, SIGN_INS_REFUSED
from lib.records import User
from lib.writing.locales import guess_locale
from lib.writing.time_zones import guess_time_zone, time_zones
from web.account_forms import ForgotForm, LoginForm, RegisterForm, ResetForm
from web.context import SignedIn, services
from web.known_browser import known_browser, remember_browser
from web.sign_in import public

bp = Blueprint("auth", __name__)
Answer = Any


@bp.route("/register", methods=["GET", "POST"])
@public
def register() -> Answer:
    """Make an account, and be signed in with it."""
    if _has_account():
        return redirect(url_for("dashboard.index"))
    if not services.settings.registration:
        raise NotAllowed("New accounts are closed here. Ask whoever runs this planner for one.")
    form = RegisterForm()
    if form.sent(lambda: _register(form)):
        enter(form.result)
        remember_browser(form.result)
        return redirect(url_for("dashboard.index"), 303)
    return form.shown(render_template("auth/register.html", form=form, hint=HINT))


def _register(form: RegisterForm) -> User:
    habits = guess_locale(request.headers.get("Accept-Language", ""))
    zone = form.time_zone.data if form.time_zone.data in time_zones() else guess_time_zone(habits.locale)
    user = services.accounts.register(
        form.typed("username"),
        form.typed("email"),
        form.typed("password"),
        form.typed("phone"),
        address=_address(),
        time_zone=zone,
        **habits._asdict(),
    )
    with suppress(
        Unavailable
    ):  # the account is there; the settings can ask for the address's confirmation, too
        services.alert_addresses.welcome(user)
    return user


@bp.route("/login", methods=["GET", "POST"])
@public
def login() -> Answer:
    """Sign in, and go on to where one was headed."""
    form = LoginForm(next=request.args.get("next", ""))
    ahead = local_address(form.typed("next")) or url_for("dashboard.index")
    if _has_account():
        return redirect(ahead)
    if form.sent(lambda: _sign_in(form)):
        enter(form.result)
        remember_browser(form.result)
        return redirect(ahead, 303)
    return form.shown(render_template("auth/login.html", form=form))


def _sign_in(form: LoginForm) -> User:
    login, password = form.typed("login"), form.typed("password")
    try:
        user = services.accounts.sign_in(login, password, _address(), known_browser())
    except (NotSignedIn, TooMany):
        services.metrics.record(SIGN_INS_REFUSED)
        raise
    services.metrics.record(SIGN_INS_ACCEPTED)
    return user


@bp.route("/logout", methods=["GET", "POST"])
@public
def logout() -> Answer:
    """A page with a button; the button signs out."""
    if not current_user.is_authenticated:
        return redirect(url_for("landing.index"))
    if request.method == "GET":
        return render_template("auth/logout.html")
    leave()
    flash("You are signed out.")
    response = make_response(redirect(url_for("landing.index"), 303))
    # Pages are never stored, but a browser may still hold one in memory for its back button.
    response.headers["Clear-Site-Data"] = '"cache"'
    return response


@bp.route("/password/forgot", methods=["GET", "POST"])
@public
def forgot() -> Answer:
    """Ask for a link that sets a new password. The answer is the same for every name."""
    form = ForgotForm()
    if form.sent(lambda: services.account_links.ask_reset(form.typed("login"), _address())):
        return redirect(url_for(".forgot_sent"), 303)
    return form.shown(render_template("auth/forgot.html", form=form))


@bp.get("/password/forgot/sent")
@public
def forgot_sent() -> Answer:
    return render_template("auth/forgot_sent.html", has_mail=services.settings.has_mail)


@bp.route("/password/reset/<token>", methods=["GET", "POST"])
@public
def reset(token: str) -> Answer:
    """Where the link leads: set a new password, once."""
    form = ResetForm()
    try:
        if form.sent(lambda: services.account_links.reset(token, form.typed("new"))):
            leave()
            flash("Your password is changed. Sign in with it.")
            return redirect(url_for(".login"), 303)
        account = services.account_links.who_resets(token)
    except NotFound as error:
        return _old_link(error, url_for(".forgot"), "Ask for a new link")
    return form.shown(render_template("auth/reset.html", form=form, account=account, token=token, hint=HINT))


@bp.route("/email/confirm/<token>", methods=["GET", "POST"])
@public
def confirm_email(token: str) -> Answer:
    """Where the link to a new e-mail address leads. Opening it changes nothing: mail programs open links by themselves."""
    try:
        if request.method == "POST":
            services.account_links.confirm_email_change(token)
            flash("Your e-mail address is changed.")
            return redirect(url_for("settings.security" if current_user.is_authenticated else ".login"), 303)
        new_email = services.account_links.email_to_confirm(token)
    except (NotFound, Taken) as error:
        return _old_link(error, url_for("settings.security"), "Go to the settings")
    return render_template("auth/confirm_email.html", new_email=new_email, token=token)


@bp.get("/goodbye")
@public
def goodbye() -> Answer:
    """After an account was deleted."""
    return render_template("auth/goodbye.html")


def enter(user: User) -> None:
    """Begin a session for `user` in this browser; nothing is left of the one before, neither here nor there."""
    leave()
    started = services.sessions.start(user, request.headers.get("User-Agent", ""), _address())
    session.permanent = True
    login_user(SignedIn(user, started.session, started.token))


def leave() -> None:
    """End this browser's session."""
    if current_user.is_authenticated:
        with suppress(NotFound):
            services.sessions.revoke(current_user.user, current_user.session.id)
        logout_user()
    session.clear()


def local_address(address: str) -> str:
    """`address` if it leads to a page of ours, else nothing: a link to us must not forward to a stranger's site."""
    # Browsers read "\" as "/" and skip tabs, so "/\evil.example" and "/<tab>/evil.example" would leave, too.
    leaves = (
        not address.startswith("/")
        or address.startswith("//")
        or "\\" in address
        or not address.isprintable()
    )
    return "" if leaves else address


def _has_account() -> bool:
    """Whether someone is signed in with an account of their own; the sample household may still make one."""
    return bool(current_user.is_authenticated and not current_user.user.demo)


def _address() -> str:
    return request.remote_addr or "unknown"


def _old_link(error: PlannerError, href: str, words: str) -> Answer:
    return render_template("auth/old_link.html", message=error.message, href=href, words=words), error.status
