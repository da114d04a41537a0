"""Every sentence about a fact, in the field's words."""
