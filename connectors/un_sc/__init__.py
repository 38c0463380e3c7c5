"""The United Nations Security Council's consolidated list."""
