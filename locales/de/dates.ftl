# Daten und Zeiten, alle in UTC: Der Server weiß nicht, wo die Person ist, die sie liest.

date-day = { $day }. { $month ->
    [1] Januar
    [2] Februar
    [3] März
    [4] April
    [5] Mai
    [6] Juni
    [7] Juli
    [8] August
    [9] September
    [10] Oktober
    [11] November
   *[other] Dezember
} { $year }
date-minute = { $day } um { $time } Uhr (UTC)
