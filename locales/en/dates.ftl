# Dates and times. All of them are in UTC: the server does not know where the reader is.

date-day = { $day } { $month ->
    [1] January
    [2] February
    [3] March
    [4] April
    [5] May
    [6] June
    [7] July
    [8] August
    [9] September
    [10] October
    [11] November
   *[other] December
} { $year }
date-minute = { $day }, { $time } UTC
