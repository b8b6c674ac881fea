"""Dates and times in Chinese: 24 hours, the week begins on Monday."""

DATE_FORMAT = "Y年n月j日 D"
TIME_FORMAT = "H:i"
DATETIME_FORMAT = "Y年n月j日 D H:i"
MONTH_DAY_FORMAT = "n月j日"
SHORT_DATE_FORMAT = "Y-m-d"
SHORT_DATETIME_FORMAT = "Y-m-d H:i"
FIRST_DAY_OF_WEEK = 1
