"""Pieces of pages are kept by what they show, with the icons in them."""

from markupsafe import Markup

from web import icons
from web.kept_parts import kept


def test_a_piece_is_made_once_for_the_same_figures():
    made = []

    def macro(figure):
        made.append(figure)
        return Markup("<b>{}</b>").format(figure)

    assert [kept(macro, 1), kept(macro, 2), kept(macro, 1)] == ["<b>1</b>", "<b>2</b>", "<b>1</b>"]
    assert made == [1, 2]


def test_a_kept_piece_brings_its_icons_to_every_page(app):
    def macro(name):
        return icons.icon(name)

    for _ in range(2):
        with app.test_request_context("/"):
            app.preprocess_request()
            kept(macro, "basket")
            assert icons.used() == {"basket"}
            assert 'id="i-basket"' in icons.icon_sheet()
