# 没有打开工单时的工作台，以及通向外面的链接。
desk-nothing-open = 没有打开的工单
desk-nothing-open-hint = 从列表中选一张，或从第一张开始。
link-title = 离开 Holdfast？
link-open = 在浏览器中打开
link-refused = 不打开这类链接。
link-odd-letters = 这个地址使用了容易与其他文字混淆的字母。
link-odd-name = @ 之前的内容不是主机名。不打开这样的链接。
