# 一次转移多张工单：给谁，会怎样。
bulk-teams = 团队
bulk-people = 人员
bulk-team-hint = { $city }，{ $tier } 线
bulk-person-hint = { $team } · { $shift } · { $load } / { $capacity }
bulk-other = 另选
bulk-trying = 正在本机试算
