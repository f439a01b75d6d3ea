"""What the household in the pictures of docs/screenshots brings: a bank's file and a till slip."""

STATEMENT = """Date;Payee;Purpose;Amount;Currency
20.11.2026;Green Market;Card payment;-23,19;EUR
20.11.2026;Fahrradladen Süd;Inspection;-64,00;EUR
19.11.2026;Café Blume;Lunch;-9,54;EUR
18.11.2026;Stadtwerke;Instalment 11/2026;-58,00;EUR
17.11.2026;Bakery Krume;Card payment;-6,40;EUR
16.11.2026;Employer Ltd;Salary;2.610,00;EUR
"""

SLIP = """GREEN MARKET

Apples            3.48
Bread             4.20
Cheese            8.95
Coffee            6.56

TOTAL EUR        23.19

20.11.2026      17:42
"""
