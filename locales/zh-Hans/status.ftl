# 状态栏：为什么没有连接，以及不能再等的事。
bar-catching-up = 正在赶上最新
bar-trouble-cut = 连接中断了。
bar-trouble-silent = 服务器没有动静。
bar-trouble-stuck = 收不到服务器的新内容。
bar-trouble-busy = 服务器正忙，请稍候。
bar-trouble-server_fault = 服务器出了故障。
bar-trouble-revoked = 这台电脑不能再发送。请联系管理员。
bar-trouble-too_new = 服务器比本机版本旧。请管理员更新服务器。
bar-trouble-disk = 磁盘已满或有故障。请腾出空间。

tray-open = 打开 Holdfast
tray-quit = 退出
tray-tooltip = { $n ->
    [0] Holdfast
   *[other] Holdfast：{ $n } 项待你处理
}
