"""What the planner needs on AWS, a kind a module. `base.py` says what they have in common."""
