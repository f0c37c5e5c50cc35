"""What a learner touches.

figures      one style for all pictures, and `show`, which gives each its text alternative
fallback     how a widget looks on a page where nothing can be moved
lesson       the beginning of each lesson: the name, where one stopped, starting afresh
notebook     a lesson's notebook as a file
kernel       plain words in place of two errors, loaded by every kernel
saving       widgets saved with a notebook, loaded by the server of JupyterLab
in_page      what a widget needs in the page itself
progress     what a learner has done so far, kept on disk at once
judge        the learner's verdict on a claim, and then the rule's and the ledger's
your_turn    a line of the lesson that the learner writes
questions    a question with a choice: predictions before a result, quizzes after it
exercises    checks that know the likely wrong answers
panel        the base of all pictures with controls
ghost        the last run, seen again behind the new one
challenge    a task for a panel, with a score
drawing_pad  a sheet to draw on
kept_figure  a figure drawn again and again, fast
tables       texts under their titles
plots        curves, intervals, heat maps, boundaries, digits and signals
"""

import logging
import sys

if sys.platform == "emscripten":  # before matplotlib is imported: in a browser each visit makes its list of fonts anew
    logging.getLogger("matplotlib.font_manager").setLevel(logging.ERROR)
