"""Lesson 2, Overfit it."""
