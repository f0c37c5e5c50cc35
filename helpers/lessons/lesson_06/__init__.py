"""Lesson 6, What it won't learn. So far its experiments; their text stands in lessons 3 and 4."""
