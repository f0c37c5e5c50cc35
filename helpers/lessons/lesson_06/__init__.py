"""Lesson 6, What it won't learn: its room."""
