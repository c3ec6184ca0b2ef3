# 一张工单：标题、四个维度、往来。
ticket-label = 工单
ticket-number = #{ $number }
ticket-not-found = 本机没有这张工单
ticket-not-found-hint = 它可能已不在你的可见范围。你写的一字未丢：见发件箱。
ticket-error = 无法读取这张工单
ticket-edit-subject = 修改标题
ticket-more = 此工单的更多操作

status-label = 状态
status-new = 新建
status-open = 处理中
status-pending = 待客户
status-on_hold = 挂起
status-solved = 已解决
status-closed = 已关闭
status-pending-until = 待客户，至 { $time }

severity-label = 级别
severity-p0 = 重大故障
severity-p1 = 严重
severity-p2 = 复杂
severity-p3 = 基础
severity-p4 = 咨询
severity-mark = { $level }，{ $name }

channel-phone = 电话
channel-chat = 聊天
channel-portal = 控制台
channel-mail = 邮件

dimension-assignee = 处理人
dimension-progress = 进度
dimension-duration = 时长
dimension-resolution = 结论
assignee-since = 自 { $time }
assignee-hands = 第 { $n } 任
assignee-nobody = 还没有人
assignee-nobody-hint = 按 { $key } 领取
progress-of = { $step } / { $all }
resolution-none = 尚无
resolution-none-hint = 解决时填写
resolution-by = { $name }，{ $time }

stage-label = 进度
stage-intake = 受理
stage-triage = 分诊
stage-diagnosis = 诊断
stage-remedy = 处置
stage-verification = 验证
stage-done = 完成

resolution-label = 结论
resolution-fixed = 已修复
resolution-workaround = 规避方案
resolution-configuration = 配置问题
resolution-no_fault_found = 未见故障
resolution-duplicate = 重复
resolution-self_solved = 客户自行解决
resolution-remedied_automatically = 自动恢复
resolution-words = 如何了结，写给同事
resolution-words-hint = 下一个遇到此问题的人会读到。
solve-title = 解决
solve-do = 解决

thread-label = 往来
thread-customer = 客户
thread-to = 致
thread-sent-in = 已发送，{ $language }
thread-written = 写于 { $time }

delivery-saved = 已保存在本机
delivery-sending = 正在发送

note-kind = 内部备注
note-not-shown = 客户不可见

held-title = 你的回复
held-title-solve = 你的解决
held-kind = 已暂存，未发送
held-kind-solve = 已暂存，未解决
held-newer-words = 送达前客户又有新消息
held-newer-words-solve = 解决之前客户又有新消息
held-newer-words-by = 送达前 { $name } 已回复
held-newer-words-solve-by = 解决之前 { $name } 已回复
held-needs-not-accepted = 它所依赖的更改未被接受
held-new = 新消息
held-you-wrote = 你写的
held-edit = 修改后发送
held-send = 照原样发送
held-discard = 放弃
held-read = 去看
held-keep-open = 保持打开
held-solve = 仍然解决

conflict-title = { $field }有两个答案
conflict-yours = 你的
conflict-theirs = 对方的，现行
conflict-explain = 双方都改了它。服务器保留对方的；文字与标签已合并。
conflict-apply-mine = 采用我的
conflict-keep-theirs = 保留对方的
field-subject = 标题
field-status = 状态
field-severity = 级别
field-holder = 处理人
field-stage = 进度
field-resolution = 结论

# 工单历史中的事实；$by 是发起者。
event-created = { $by } 创建了工单
event-created-channel = { $by } 通过{ $channel }创建了工单
event-customer_wrote = { $by } 来信
event-replied = { $by } 回复了
event-noted = { $by } 写了备注
event-subject_changed = { $by } 把标题改为“{ $to }”
event-status_changed = { $by } 把状态从 { $from } 改为 { $to }
event-status_changed-until = { $by } 把状态改为 { $to }，至 { $time }
event-severity_raised = { $by } 把级别从 { $from } 提升为 { $to }
event-severity_lowered = { $by } 把级别从 { $from } 降为 { $to }
event-assigned = { $by } 交给了 { $to }
event-assigned-self = { $by } 领取了
event-assigned-team = { $by } 交给了团队 { $to }
event-tagged = { $by } 添加了标签 { $tags }
event-untagged = { $by } 移除了标签 { $tags }
event-resource_linked = { $by } 关联了 { $name }
event-resource_unlinked = { $by } 取消关联 { $name }
event-escalation_requested-functional = { $by } 升级给 { $to }
event-escalation_requested-hierarchical = { $by } 请求主管 { $to }
event-escalation_requested-consult = { $by } 请 { $to } 会诊
event-escalation_answered-accepted = { $by } 接受了
event-escalation_answered-declined = { $by } 谢绝：{ $reason }
event-escalation_answered-withdrawn = { $by } 撤回了升级
event-escalation_answered-returned = { $by } 交还：{ $reason }
event-escalation_answered-expired = 升级未在时限内得到答复
event-stage_changed = { $by } 把进度从{ $from }移到{ $to }
event-solved = { $by } 解决了：{ $resolution }
event-reopened = { $by } 重新打开
event-attached = { $by } 附上了 { $name }
event-clock-met = { $metric }用时 { $time }，已达成
by-system = Holdfast

tag-add = 添加标签
tag-remove = 移除标签 { $tag }
tag-bad = 标签是一个不含空格的词。
tags-label = 标签

ticket-tier = L{ $tier }
duration-none = 当前没有计时
conflict-written-before = 写下时尚未看到对方的更改
refused-title = 无法执行：{ $what }
refused-words-kept = 你的文字还在。
thread-below = 下方有新内容
markup-label = 客户的邮件
markup-safe = 显示时不带原有样式，也不加载任何外部内容。
markup-links = 邮件中的链接通向哪里
event-somebody = 某人
file-save = 保存 { $name }
file-is-fetched = 正在获取 { $name }，请稍后再试。

notice-stage = #{ $number } 的进度现为：{ $stage }
notice-subject = 标题已更改
notice-untagged = 已移除标签：{ $tag }
notice-reopened = #{ $number } 已重新打开
notice-kept-open = #{ $number } 保持打开
notice-linked = 已关联：{ $name }
notice-unlinked = 已取消关联：{ $name }

# 工单可以搁置到何时。
rest-until = 可以搁置到何时
rest-hint = 选择，或输入 3h、2d、45m
rest-answer = 直到客户答复
rest-hour = 一小时后
rest-evening = 今天傍晚
rest-tomorrow = 明天上午
rest-monday = 周一上午
rest-week = 一周后
rest-typed = { $span } 后
