# 数字旁的单位；$n 为已写好的数字。
unit-day = { $n } 天
unit-hour = { $n } 小时
unit-minute = { $n } 分
unit-minute-narrow = { $n } 分
unit-second = { $n } 秒
