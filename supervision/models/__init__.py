from supervision.models.cards import Appeal, Card
from supervision.models.rules import CardRule

__all__ = ["Appeal", "Card", "CardRule"]
