# 读者开始写的内容。
drafts-error = 无法读取你的草稿
drafts-kind-reply = 回复
drafts-kind-note = 内部备注
drafts-no-words = 还没有文字
drafts-holes = 还有 { $n } 处待填
drafts-files = { $n } 个文件
