"""Lesson 8, A hand behind your back: its room."""
