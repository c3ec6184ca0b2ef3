# 在本机搜索。
search-label = 搜索
search-placeholder = 词语、#编号、from: status: tag: lang: before:
search-hint = 搜索本机上的标题、消息、备注、人员和资源 ID。
search-count = { $n ->
    [0] 没有找到
   *[other] { $n } 张工单
}
search-count-more = 超过 { $n } 张工单
search-empty = 没有找到“{ $query }”
search-empty-hint = 少用几个词，或去掉 status:open 之类的筛选。
search-bad-query = 无法理解：{ $at }
search-still-filling = 索引仍在建立；较早的内容可能缺失。
search-error = 无法搜索
search-in-note = 在备注中
search-in-message = 在消息中
search-in-subject = 在标题中
search-in-contact = 在联系人中
search-in-resource = 在资源中
search-in-number = 在编号中
search-help-from = from: 人或公司
search-help-status = status: new、open、pending、on_hold、solved、closed
search-help-tag = tag: 标签
search-help-lang = lang: 语言，如 zh
search-help-before = before: 与 after: 日期，如 2026-11-21
search-help-phrase = “两个词”连在一起，-词 表示不含
