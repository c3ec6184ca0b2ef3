# 读者可以设置的。
settings-title = 设置
settings-language = 语言
settings-language-hint = 窗口的语言。客户所写保持原文。
settings-theme = 外观
settings-theme-system = 跟随系统
settings-theme-light = 浅色
settings-theme-dark = 深色
settings-theme-contrast = 高对比度
settings-density = 密度
settings-density-dense = 紧凑
settings-density-cosy = 适中
settings-density-roomy = 宽松
settings-keys = 快捷键
settings-keys-preset = 按键方案
settings-keys-change = 更改
settings-keys-press = 按下按键，Enter 保留，Esc 离开
settings-keys-taken = 已用于：{ $command }
settings-keys-reset = 恢复
settings-keys-reset-all = 全部恢复
settings-keys-none = 无按键
keys-fault-empty = 请按一个键。
keys-fault-too-long = 最多连续三个键。
keys-fault-alt-with-character = Alt 加字母在许多键盘上会输入字符；请换一个。
keys-fault-unknown = 此键不可用。
settings-error = 无法读取设置
preset-holdfast = Holdfast
preset-zendesk = Zendesk
settings-undo = 撤销发送
settings-undo-hint = 消息等待多久才发出，以便你收回。
settings-undo-seconds = { $n ->
    [0] 不等待
   *[other] { $n } 秒
}
settings-quiet = 免打扰时段
settings-quiet-hint = 此时段只通知 P0。
settings-quiet-never = 从不
settings-quiet-from = 开始
settings-quiet-to = 结束
settings-keys-change-of = 更改按键：{ $command }
settings-keys-remove = 不设按键

settings-secured = 与服务器的连接
settings-secured-none = 未使用 TLS，仅限本机
settings-secured-agreed = 协商结果
settings-secured-why = 信任依据
settings-secured-pinned = 其密钥已固定
settings-secured-authority = 由这台电脑信任的机构担保
settings-secured-certificate = 证书，SHA-256
settings-secured-key = 公钥，SHA-256（固定值）
