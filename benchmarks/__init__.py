"""How fast the planner is on this machine, beside a bare page and beside its goals. Run with `make bench`."""
