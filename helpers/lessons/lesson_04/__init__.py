"""Lesson 4, Why not a smaller network?"""
