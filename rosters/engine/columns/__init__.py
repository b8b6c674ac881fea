"""Drafting by whole schedules: a column is all the days of one person, a linear program mixes them, a search makes them whole."""
