"""The categories: their names and looks, which are offered, and which count as another."""

from typing import Any

from flask import flash, redirect, request, url_for

from lib.categories import Categories, Category
from lib.errors import Changed, Invalid, NotFound
from lib.records import User
from web.account_forms import CategoryForm, MergeForm, mark
from web.context import me, services
from web.settings.pages import bp, page
from web.swatches import COLOURS, ICONS


@bp.get("/settings/categories")
def categories() -> Any:
    everything = me().categories.all
    return page(
        "categories.html",
        "categories",
        offered=me().categories.offered,
        archived=[c for c in everything if c.archived and not c.merged_into],
        merged=[(c, me().categories[c.key]) for c in everything if c.merged_into],
    )


@bp.route("/settings/categories/new", methods=["GET", "POST"])
def new_category() -> Any:
    form = CategoryForm()
    if form.sent(lambda: _save(me().categories.added(form.typed("name"), *_look(form)))):
        flash("Category added.")
        return redirect(url_for(".categories"), 303)
    return form.shown(page("category.html", "categories", form=form, category=None))


@bp.route("/settings/categories/edit", methods=["GET", "POST"])
def category() -> Any:
    """One category (`?key=Groceries`): its name and look, and what else can be done with it."""
    found = _found(request.args.get("key", ""))
    form = CategoryForm() if request.method == "POST" else CategoryForm.of(found)
    if form.sent(lambda: _change(found, form)):
        flash("Saved.")
        return redirect(url_for(".categories"), 303)
    if isinstance(form.error, Changed):
        form.was.data = mark(found)
    return form.shown(_page(found, form))


@bp.post("/settings/categories/archive")
def archive_category() -> Any:
    found = _found(request.form.get("key", ""))
    _save(me().categories.archived(found.key))
    flash(f"{found.name} is not offered any more. Its expenses stay.")
    return redirect(url_for(".categories"), 303)


@bp.post("/settings/categories/restore")
def restore_category() -> Any:
    found = _found(request.form.get("key", ""))
    _save(me().categories.archived(found.key, False))
    flash(f"{found.name} is offered again.")
    return redirect(url_for(".categories"), 303)


@bp.post("/settings/categories/merge")
def merge_category() -> Any:
    """Count `?key=…` as another category, with its whole history."""
    found, form = _found(request.args.get("key", "")), MergeForm()
    if form.sent(lambda: _merge(found, form.typed("into"))):
        flash(f"{found.name} counts as {form.result.categories[found.key].name} now.")
        return redirect(url_for(".categories"), 303)
    return form.shown(_page(found, CategoryForm.of(found), form))


@bp.post("/settings/categories/unmerge")
def unmerge_category() -> Any:
    found = _found(request.form.get("key", ""))
    _save(me().categories.unmerged(found.key))
    flash(f"{found.name} counts by itself again.")
    return redirect(url_for(".categories"), 303)


def _found(key: str) -> Category:
    category = next((c for c in me().categories.all if c.key == key), None)
    if category is None:
        raise NotFound("There is no such category.")
    return category


def _change(found: Category, form: CategoryForm) -> User:
    if form.was.data != mark(found):
        raise Changed(
            "This category was changed in the meantime, perhaps in another tab. Save again to have it your way."
        )
    icon, colour = _look(form)
    return _save(me().categories.changed(found.key, name=form.typed("name"), icon=icon, colour=colour))


def _merge(found: Category, into: str) -> User:
    if into not in {c.key for c in _targets(found)}:
        raise Invalid("Choose the category it should count as.", "into")
    return _save(me().categories.merged(found.key, into))


def _save(changed: Categories) -> User:
    return services.accounts.save_categories(me(), changed)


def _look(form: CategoryForm) -> tuple[str, int]:
    """Icon and colour, if they are of those offered."""
    if form.icon.data not in dict(ICONS):
        raise Invalid("Choose an icon.", "icon")
    if form.colour.data not in dict(COLOURS):
        raise Invalid("Choose a colour.", "colour")
    return form.icon.data, int(form.colour.data)


def _targets(found: Category) -> list[Category]:
    """What it can count as. What is no spending stays apart: it is in no budget and no total."""
    return [c for c in me().categories.offered if c.is_spending and c.key != found.key]


def _page(found: Category, form: CategoryForm, merge: MergeForm | None = None) -> str:
    merge = merge or MergeForm(formdata=None)
    merge.into.choices = [("", "Choose…"), *((c.key, c.name) for c in _targets(found))]
    return page("category.html", "categories", form=form, category=found, merge=merge)
