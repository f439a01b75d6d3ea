"""Who is signed in, and what is theirs."""

from flask_login import current_user

from lib.records import User
from web.api.blueprint import bp
from web.api.description import ACCOUNT, described
from web.api.models import CategoryList, CategoryOut, ContactInfo, SessionState, Who
from web.context import me, services
from web.sign_in import public


@bp.get("/api/check-session")
@public
@described(ACCOUNT, {200: SessionState}, "public", problems=(503,))
def check_session() -> SessionState:
    """Whether anyone is signed in.

    Pages ask this when the back button brings them back. It needs no sign-in and never answers 401.
    """
    if not current_user.is_authenticated:
        return SessionState(authenticated=False, user=None)
    user = me()
    return SessionState(authenticated=True, user=Who(username=user.username, display_name=user.display_name))


@bp.get("/api/user/contact-info")
@described(ACCOUNT, {200: ContactInfo})
def contact_info() -> ContactInfo:
    """Where the planner reaches you, and whether it does."""
    return contact_of(me())


def contact_of(user: User) -> ContactInfo:
    kept = services.alert_choices.get(user)
    confirmed = kept.email_is_confirmed(user)
    pending = bool(kept.subscription) or services.alert_addresses.email_is_asked(user)
    return ContactInfo(
        email=user.email,
        email_confirmed=confirmed,
        phone=user.phone or None,
        phone_confirmed=kept.phone_is_confirmed(user),
        subscription="confirmed" if confirmed else "pending" if pending else "none",
    )


@bp.get("/api/categories")
@described(ACCOUNT, {200: CategoryList})
def list_categories() -> CategoryList:
    """Your categories, in their order.

    Those that were merged into another are left out.
    """
    found = [CategoryOut.of(category) for category in me().categories.all if not category.merged_into]
    return CategoryList(categories=found)
