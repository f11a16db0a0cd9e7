"""Acts on the catalogue's entries, one module for each who acts: department, reviewers, office, public."""
