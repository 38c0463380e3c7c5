"""The lists of the United States' Office of Foreign Assets Control, and related United States lists."""
