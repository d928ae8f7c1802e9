"""Đôn Đốc: follow-up of a province's dispatches."""
