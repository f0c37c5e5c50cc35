"""One room a lesson, with all that belongs to that lesson alone.

experiment  what it finds at full size, and how the stored results are read; uses nn and lab alone
pictures    its pictures
exercises   its exercises and its quiz
panel       its panel; a second one is called panel_…

trials      where it has claims that are tried in blocks: their designs

The room `your_own_data` has the form and the search of the notebook for a table that somebody brings.

What belongs to all of them:

contents    what the lessons hold, read from their notebooks and rooms
home        what is done, where to go on, and one's verdicts
trials      carries out the trials in blocks, and judges them
places      what a trial in blocks found on each kind of data, drawn
repeats     how often each verdict would come out again with other seeds
verdicts    makes VERDICTS.md
readme      makes the README's table and picture

`python -m helpers.lessons 4` runs the fourth one's experiment, `python -m helpers.lessons.trials Q` a claim's blocks.
No room imports another, and nothing outside of this folder knows how many there are.
"""
