"""Lesson 3, Add dropout."""
