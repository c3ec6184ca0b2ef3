# الوحدات بجانب الرقم؛ ‎$n هو الرقم مكتوبًا.
unit-day = { $n } ي
unit-hour = { $n } س
unit-minute = { $n } د
unit-minute-narrow = { $n } د
unit-second = { $n } ث
