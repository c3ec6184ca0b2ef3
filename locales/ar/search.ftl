# البحث على هذا الحاسوب.
search-label = بحث
search-placeholder = كلمات، ‎#رقم، from: status: tag: lang: before:
search-hint = يبحث في المواضيع والرسائل والملاحظات والأشخاص ومعرّفات الموارد على هذا الحاسوب.
search-count = { $n ->
    [0] لم يُعثر على شيء
    [zero] لم يُعثر على شيء
    [one] تذكرة واحدة
    [two] تذكرتان
    [few] { $n } تذاكر
    [many] { $n } تذكرة
   *[other] { $n } تذكرة
}
search-count-more = { $n ->
    [zero] تذاكر كثيرة
    [one] أكثر من تذكرة
    [two] أكثر من تذكرتين
    [few] أكثر من { $n } تذاكر
    [many] أكثر من { $n } تذكرة
   *[other] أكثر من { $n } تذكرة
}
search-empty = لا شيء عن «{ $query }»
search-empty-hint = جرّب كلمات أقل، أو احذف تصفية مثل status:open.
search-bad-query = لم يُفهم هذا: { $at }
search-still-filling = ما زال الفهرس يُبنى؛ وقد تغيب كلمات أقدم.
search-error = تعذّر البحث
search-in-note = في ملاحظة
search-in-message = في رسالة
search-in-subject = في الموضوع
search-in-contact = في السائل
search-in-resource = في مورد
search-in-number = في الرقم
search-help-from = ‏from:‎ شخص أو شركة
search-help-status = ‏status:‎ new, open, pending, on_hold, solved, closed
search-help-tag = ‏tag:‎ وسم
search-help-lang = ‏lang:‎ لغة، مثل zh
search-help-before = ‏before:‎ و after:‎ يوم، مثل 2026-11-21
search-help-phrase = «كلمتان» معًا، ‎-كلمة من دونها
