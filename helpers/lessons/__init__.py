"""One room a lesson, with all that belongs to that lesson alone.

experiment  what it finds at full size, and how the stored results are read; uses nn and lab alone
pictures    its pictures
exercises   its exercises and its quiz
panel       its panel; a second one is called panel_…

`python -m helpers.lessons 4` runs the fourth one's experiment; `readme` makes the README's tables and picture.
No room imports another, and nothing outside of this folder knows how many there are.
"""
