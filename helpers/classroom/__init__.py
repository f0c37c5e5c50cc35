"""What a learner touches.

figures      one style for all pictures, and `show`, which gives each its text alternative
fallback     how a widget looks on a page where nothing can be moved
questions    a question with a choice: predictions before a result, quizzes after it
exercises    checks that know the likely wrong answers
panels/      pictures with controls
lessons/     what belongs to one lesson alone: its pictures, exercises and quiz
"""
