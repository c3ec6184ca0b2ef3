# 在本机搜索。
search-label = 搜索
search-hint = 搜索本机上的标题、消息、备注、人员和资源 ID。
search-count = { $n ->
    [0] 没有找到
   *[other] { $n } 张工单
}
search-count-more = 超过 { $n } 张工单
search-empty = 没有找到“{ $query }”
search-empty-hint = 少用几个词，或去掉 status:open 之类的筛选。
search-stranger = { $word } 不是筛选条件，已按普通词语搜索。
search-stranger-like = { $word } 不是筛选条件，已按普通词语搜索。你是否想用 { $like }？
search-still-filling = 索引仍在建立；较早的内容可能缺失。
search-error = 无法搜索
search-in-note = 在备注中
search-in-message = 在消息中
search-in-subject = 在标题中
search-in-contact = 在联系人中
search-in-resource = 在资源中
search-in-number = 在编号中
search-placeholder-short = 词语、#编号、筛选:
search-filter-from = 人或公司
search-filter-status = new、open、pending、on_hold、solved、closed
search-filter-severity = p0 至 p4
search-filter-team = 团队，或 none
search-filter-assignee = 同事、me 或 none
search-filter-tag = 整个标签
search-filter-lang = 客户的语言
search-filter-after = 最近 7 天内有变动，或自某日起
search-filter-before = 某日之前有变动，或早于 30d
search-filter-has = 带有文件
search-filter-is = 尚未读过
search-filter-number = 某一张工单
search-filter-phrase = 这些词按此顺序
search-filter-not = 不含这个词
search-filter-prefix = 以此开头的词
search-wrong-empty_value = 冒号后面缺少内容。
search-wrong-bad_severity = 级别为 p0 至 p4 之一。
search-wrong-bad_date = 日期写作 2026-11-21，时段写作 7d。
search-wrong-bad_number = 工单编号只含数字。
search-wrong-bad_has = 只能用 has:attachment。
search-wrong-bad_is = 只能用 is:unread。
search-wrong-too_long = 内容太长，无法搜索。
search-wrong-too_many_parts = 词语和筛选太多了。
