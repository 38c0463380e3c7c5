"""Networks in other tools' formats."""
