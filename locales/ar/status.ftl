# شريط الحالة: لماذا لا اتصال، وما لا يحتمل الانتظار.
bar-catching-up = يُستدرك الجديد
bar-trouble-cut = انقطع الاتصال.
bar-trouble-silent = صمت الخادم.
bar-trouble-stuck = لا جديد يصل من الخادم.
bar-trouble-busy = الخادم مشغول ويطلب التمهّل.
bar-trouble-server_fault = في الخادم عطل.
bar-trouble-revoked = لم يعد لهذا الحاسوب أن يرسل. اسأل مدير النظام.
bar-trouble-too_new = الخادم أقدم من هذا المكتب. اطلب من مدير النظام تحديثه.
bar-trouble-disk = القرص ممتلئ أو معطوب. أفرغ بعض المساحة.

tray-open = افتح Holdfast
tray-quit = إنهاء
tray-tooltip = { $n ->
    [0] Holdfast
    [zero] Holdfast
    [one] Holdfast: واحد بانتظارك
    [two] Holdfast: اثنان بانتظارك
    [few] Holdfast: { $n } بانتظارك
    [many] Holdfast: { $n } بانتظارك
   *[other] Holdfast: { $n } بانتظارك
}
