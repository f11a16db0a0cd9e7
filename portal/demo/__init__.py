"""The demonstration: its data, its processes, and what keeps it away from databases that are not its own."""
