"""The editor's forms, made from the one table of elements: what is shown, what was typed, what two people changed at once."""
