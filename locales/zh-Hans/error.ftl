# 工作台可能答复的每个代码各一句：是什么，为什么，怎么办。
error-title = 没有成功
error-sign_in_failed = 邮箱或密码不对，或账号已停用。
error-throttled = 尝试过多。请等待 { $time } 后重试。
error-unreachable = 无法连接服务器。
error-wrong_key = 服务器地址上有人应答，但其密钥不是此处固定的密钥。没有发送任何内容。请向管理员确认服务器是否更换了密钥。
error-untrusted = 服务器地址上有人应答，但这台电脑不信任对方。没有发送任何内容。请向管理员索取服务器的证书或固定密钥。
error-passphrase_needed = 密钥环没有应答，请使用口令。
error-passphrase_weak = 口令太短：至少 { $least_chars } 个字符。
error-passphrase_wrong = 此口令打不开。
error-profile_in_use = 另一个 Holdfast 正在使用此工作台。
error-cache_damaged = 存放工单的文件已损坏，已移到一旁，未发送的工作已救出。请登录以重新获取其余内容。
error-lease_over = 本机太久没有连上服务器：连上之前不显示工单。你写下的内容都保留着。
error-revoked = 你的帐号已停用：工单不再显示。你写下的内容仍加密保存在本机；请联系管理员。
error-desk_revoked = 本机的使用权已被撤销：你未发送的内容（更改和草稿：{ $holds }）已封存，只有管理员能打开，本机上的其余内容已全部销毁。
error-not_allowed = 你不能这样做。
error-not_found = 不存在，或已不在。
error-empty = 请先写点什么。
error-too_much = 超出允许的范围：最多 { $limit }。
error-holes = 还有未填之处：{ $holes }
error-file_lost = 文件 { $name } 因磁盘损坏而丢失。请重新添加或将其移除。
error-already_taken = { $by } 先领取了。没有任何更改。
error-newer_words = 你写的时候客户又有新消息。请先看，再发送。
error-written_on = 您已在这些文字上继续书写，请从草稿中发送。
error-already_sent = 这些话已发送过。
error-too_late = 已在途中，无法撤回。
error-no_such_step = 工单现在不能这样变化。
error-bad_tag = 标签是一个不含空格的词。
error-bad_query = 无法读懂此查询，请看标出之处。
error-bad_request = 无法理解：{ $message }
error-desk_too_old = 服务器不再支持此版本。请更新 Holdfast；你的工作已保留。
error-server_too_old = 服务器比本机的版本旧。请管理员更新服务器。
error-internal = 发生了不该发生的故障。你的工作已保留。
error-locked = 此工作台已锁定。
error-disk_full = 磁盘已满。没有任何更改；请腾出空间后重试。
error-disk_fails = 无法写入此电脑的磁盘：磁盘为只读或发生故障。没有任何更改，之前保存的内容仍在。请联系负责此电脑的人。
error-sign-in-again = 重新登录
error-details-copied = 详情已复制

notice-solved = 已解决 #{ $number }
notice-status = #{ $number } 现为{ $status }
notice-severity = #{ $number } 现为 { $severity }
notice-undone = 已撤销
notice-p0 = P0：#{ $number } { $subject }
notice-damaged = 此电脑上的工单副本已损坏。它已被移到一旁，正在重新获取。
notice-damaged-saved = { $n ->
    [0] 没有未发送的更改。
   *[other] 已从中保存 { $n } 项未发送的更改。
}
notice-damaged-lost = { $n ->
   *[other] 最多有 { $n } 项已无法读取。
}
