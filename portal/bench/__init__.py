"""How quickly the portal answers: medians, each beside its floor, at 1,000 and at 100,000 matters (`make bench`)."""
