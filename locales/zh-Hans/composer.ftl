# 书写：回复与备注不会混淆。
composer-reply = 回复
composer-note = 备注
composer-kind = 你要写什么
composer-to = 致 { $name }，{ $language } · { $channel }
composer-reply-label = 回复 { $name }
composer-note-label = 给同事的备注
composer-reply-placeholder = 写给 { $name }
composer-note-placeholder = 仅同事可见。用 @ 提到某人。
composer-only-colleagues = 仅同事可见
composer-send-to = 发送给 { $name }
composer-send-and-solve = 发送并解决
composer-save-note = 保存备注
composer-more-ways = 更多发送方式
composer-attach = 添加附件
composer-macro = 宏
composer-translate = 翻译
composer-preview = 预览
composer-write = 书写
composer-drop = 松开即添加
composer-draft-saved = 草稿已保存 { $time }
composer-draft-not-saved = 草稿未能保存：{ $reason }
composer-draft-discard = 放弃草稿
composer-draft-discarded = 草稿已放弃
composer-holes = 还有 { $n } 处未填：{ $names }
composer-empty = 请先写点什么。
composer-too-long = 超出 { $size }。
composer-file-too-large = { $name } 大于 { $limit }。
composer-file-unreadable = 无法读取 { $name }。
composer-file-too-many = 最多 { $n } 个文件。
composer-reads = { $name } 将读到
composer-offline = 你处于离线：网络恢复后发出。
composer-closed = 此工单已关闭。请新建一张。
composer-not-allowed = 你可以读此工单，但不能写给客户。

sent-in = { $time }后发送给 { $name }
sent-offline = 已存在本机，联网后发送给 { $name }
sent-saved = 回复已保存在本机
note-saved = 备注已保存
send-undone = 没有发送。你的文字又成为草稿。

macro-find = 查找宏
macro-none = 还没有宏
macro-in = { $language }
macro-only-in = 只有{ $language }
mention-find = 提到一位同事

composer-files = 文件
composer-files-coming = 还有文件正在添加。
composer-file-lost = 有一个文件因磁盘损坏而丢失。请重新添加或将其移除。
composer-file-lost-chip = { $name } 已丢失：请重新添加或移除
composer-foreign = 当前用{ $language }书写，尚不清楚 { $name } 能否阅读。
composer-changed = 你书写时有变化：
composer-changed-more = 另有 { $n } 项

macro-tags = 宏建议添加标签 { $tags }
macro-tags-add = 添加

composer-paste-too-long = 内容有 { $size }，一条消息最多 { $limit }，没有粘贴。
composer-paste-as-file = 作为附件
