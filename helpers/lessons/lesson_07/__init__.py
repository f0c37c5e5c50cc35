"""Lesson 7, Many networks in one: its room."""
