# 列表：标题、行、多选。
inbox-label = 工单
inbox-sort-due = 最紧急优先
inbox-sort-newest = 最新优先
inbox-sort-gravest = 最严重优先
inbox-sort = 排序
inbox-save-view = 存为视图
inbox-view-name = 视图名称
inbox-view-saved = 视图已保存：{ $name }
inbox-view-remove = 移除此视图
inbox-count = { $n } 张工单

row-unread = 未读
row-by-phone = 电话
row-saved-here = 已保存在本机
row-needs-you = 待你处理
row-draft = 你有草稿
row-language = 原文为{ $language }
row-number-comes = 发送后才有编号

choose-count = 已选 { $n } 张
choose-all-matching = 选择全部 { $n } 张
choose-none = 取消选择

inbox-empty-mine = 没有待办
inbox-empty-mine-hint = { $n ->
    [0] 也没有别人在等。
   *[other] 有 { $n } 张工单无人负责。
}
inbox-empty-inbox = 你和你的团队都没有待办
inbox-empty-team = { $team }没有未结工单
inbox-empty-unassigned = 每张工单都有人负责
inbox-empty-at_risk = 没有承诺面临超时
inbox-empty-at_risk-hint = 时限用去四分之三的工单会来到这里。
inbox-empty-needs_you = 没有需要你决定的事
inbox-empty-needs_you-hint = 暂存的回复、冲突和被拒的更改会来到这里。
inbox-empty-drafts = 没有草稿
inbox-empty-drafts-hint = 你开始写的内容会留在这里，直到你发送或放弃。
inbox-empty-asked = 没有人向你求助
inbox-empty-asked-hint = 等待你答复的升级会来到这里。
inbox-empty-finished = 还没有已解决的
inbox-empty-saved = 没有符合此视图的工单
inbox-empty-all = 本机还没有工单
inbox-show-unassigned = 去看看
inbox-loading = 正在把你的工单取到本机
inbox-loading-own-here = 你自己的未结工单已在。可以开始了。
inbox-error = 无法读取此列表
inbox-error-hint = 你的工单是安全的。请重试；若仍如此，重启 Holdfast。
inbox-reading = 正在读取列表
row-by-chat = 在线聊天

choose-label = 已选工单
choose-move = 转移

create-title = 新建工单
create-requester = 谁来问
create-requester-find = 姓名或公司的一部分
create-requester-hint = { $organization }，{ $city }
create-subject = 标题
create-words = 客户的话
create-words-hint = 照客户所述。可以留空。
create-channel = 来自
create-team = 归属团队
create-do = 建立工单
create-done = 工单已建立
create-number-hint = 编号由服务器给出。
