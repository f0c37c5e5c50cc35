"""Your own data: its room.

form      bring a table, and see what was understood
search    minutes, Run, Stop, and the answer
pictures  what both of them show
cost      what a search costs, and how far more workers help
"""
