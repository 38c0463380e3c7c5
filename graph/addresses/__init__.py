"""Addresses as keys: the same house or box however it is written."""

from graph.addresses.swedish import AddressParts, address_key, analyse, is_box, is_care_of

__all__ = ["AddressParts", "address_key", "analyse", "is_box", "is_care_of"]
