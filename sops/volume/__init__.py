"""A great many documents for measuring, written past the door: only into an installation made for nothing else."""
