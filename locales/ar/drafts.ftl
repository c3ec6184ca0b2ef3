# ما بدأ القارئ كتابته.
drafts-error = تعذّرت قراءة مسوداتك
drafts-kind-reply = رد
drafts-kind-note = ملاحظة داخلية
drafts-no-words = لا كلام بعد
drafts-holes = { $n ->
    [zero] لا مواضع فارغة
    [one] موضع واحد لم يُملأ
    [two] موضعان لم يُملآ
    [few] { $n } مواضع لم تُملأ
    [many] { $n } موضعًا لم يُملأ
   *[other] { $n } موضع لم يُملأ
}
drafts-files = { $n ->
    [zero] لا ملفات
    [one] ملف واحد
    [two] ملفان
    [few] { $n } ملفات
    [many] { $n } ملفًا
   *[other] { $n } ملف
}
