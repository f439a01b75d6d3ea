"""What a column of a file can hold."""

from enum import StrEnum


class Role(StrEnum):
    IGNORED = ""
    DATE = "date"
    AMOUNT = "amount"
    OUT = "out"
    IN = "in"
    DIRECTION = "direction"
    CURRENCY = "currency"
    PAYEE = "payee"
    DESCRIPTION = "description"
    NOTE = "note"
    CATEGORY = "category"
    TAGS = "tags"
    REFERENCE = "reference"
    BALANCE = "balance"  # recognised so that it is not taken for an amount; nothing is done with it


# In the order in which they are offered.
LABELS = {
    Role.IGNORED: "Not used",
    Role.DATE: "Date",
    Role.AMOUNT: "Amount",
    Role.OUT: "Money out",
    Role.IN: "Money in",
    Role.DIRECTION: "In or out",
    Role.CURRENCY: "Currency",
    Role.PAYEE: "Payee",
    Role.DESCRIPTION: "Description",
    Role.NOTE: "Note",
    Role.CATEGORY: "Category",
    Role.TAGS: "Tags",
    Role.REFERENCE: "Bank's reference",
}
SEVERAL = frozenset(
    {Role.IGNORED, Role.DESCRIPTION, Role.NOTE, Role.TAGS}
)  # what more than one column may hold
