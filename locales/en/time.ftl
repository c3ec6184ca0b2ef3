# Units beside a number. $n is the number, already written out.
unit-day = { $n } d
unit-hour = { $n } h
unit-minute = { $n } min
unit-minute-narrow = { $n } m
unit-second = { $n } s
