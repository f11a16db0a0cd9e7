"""What goes wrong with private engines."""


class EngineError(Exception):
    """An engine cannot be had; the text says why and what would help."""
