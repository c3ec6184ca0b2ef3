# 调动工作：一次多张，先试后做，随时撤销。
bulk-title = 移动 { $n } 张工单
bulk-to = 至
bulk-nothing-moved = 尚未移动任何工单
bulk-would-move = { $n } 张将移动
bulk-stay = { $n } 张保留
bulk-already = { $n } 张已在那里
bulk-do = 移动 { $n } 张
bulk-forget = 放弃
bulk-done = 已移动 { $moved } 张，保留 { $stayed } 张
bulk-undone = 已移回 { $n } 张

assign-title = 分配
assign-find = 查找同事或团队
assign-done = 已交给 { $name }
assign-taken = 归你了
