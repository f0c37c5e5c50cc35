"""Lesson 1, Build a network."""
