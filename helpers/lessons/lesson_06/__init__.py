"""Lesson 6, What it learns late: its room."""
