"""The European Union's consolidated list of persons and entities under financial sanctions (FSF)."""
