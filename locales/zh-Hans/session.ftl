# 登录、解锁、登出。
session-title = 登录 Holdfast
session-lead = 你的工作邮箱和密码。之后没有网络也能使用。
session-server = 服务器
session-server-hint = 公司给你的地址
session-login = 工作邮箱
session-password = 密码
session-sign-in = 登录
session-signing-in = 正在登录
session-language = 语言
session-other-person = 换一个人
session-profiles = 本机已有

unlock-title = 解锁本机
unlock-lead = 你的工单就在本机，已加密。
unlock-passphrase = 口令
unlock-passphrase-hint = 首次在本机登录时抄下或自己设的那个
unlock-do = 解锁
unlock-saved-here = { $n ->
    [0] 没有待发送的更改。
   *[other] 本机保存了 { $n } 项更改。
}

passphrase-title = 设一个口令
passphrase-no-keyring = 本机没有密钥环。你的口令是打开本机工单的唯一钥匙。
passphrase-again = 再输一次
passphrase-differs = 两次输入不同。
passphrase-set = 就用它
passphrase-show-recovery = 请抄下来

sign-out = 登出
sign-out-title = 从本机登出？
sign-out-unsent = 还有 { $n } 项更改没有发送。它们会加密留在本机，待你再次登录时发送。
sign-out-nothing-unsent = 全部已发送。草稿会加密留在本机。
sign-out-stay = 留下

role-agent = 客服工程师
role-lead = 组长
role-supervisor = 主管
role-administrator = 管理员

passphrase-known-title = 请输入你的口令
passphrase-known-lead = 你在本机的工单已封存，而密钥环没有应答。

recovery-lead = 密钥环丢失时，用它打开本机上的工单。别人没有它，也没有人能重置它。
recovery-once = 只显示这一次。请抄在纸上，或存进密码保险箱。
recovery-copied = 已复制
recovery-kept = 我已抄下

unlock-lead-passphrase = 你的工单就在本机，已加密。密钥环没有应答，请用口令打开。
sign-in-again-hint = 你写的内容不会丢，登录后即发送。
session-lock = 锁定
