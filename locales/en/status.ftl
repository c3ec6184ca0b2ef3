# The status bar: why there is no connection, and what cannot wait.
bar-catching-up = Catching up
bar-trouble-cut = The connection broke off.
bar-trouble-silent = The server has gone silent.
bar-trouble-stuck = Nothing new arrives from the server.
bar-trouble-busy = The server is busy and asks for patience.
bar-trouble-server_fault = The server has a fault.
bar-trouble-revoked = This computer may no longer send. Ask your administrator.
bar-trouble-too_new = The server is older than this desk. Ask your administrator to update it.
bar-trouble-disk = The disk is full or fails. Free some space.

tray-open = Open Holdfast
tray-quit = Quit
tray-tooltip = { $n ->
    [0] Holdfast
    [one] Holdfast: 1 needs you
   *[other] Holdfast: { $n } need you
}
