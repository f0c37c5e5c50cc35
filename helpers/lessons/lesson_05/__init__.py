"""Lesson 5, Against L1, L2 and friends."""
