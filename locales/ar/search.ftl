# البحث على هذا الحاسوب.
search-label = بحث
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
search-stranger = { $word } ليست تصفية، فبُحث عنها ككلمة.
search-stranger-like = { $word } ليست تصفية، فبُحث عنها ككلمة. هل قصدت { $like }؟
search-still-filling = ما زال الفهرس يُبنى؛ وقد تغيب كلمات أقدم.
search-error = تعذّر البحث
search-in-note = في ملاحظة
search-in-message = في رسالة
search-in-subject = في الموضوع
search-in-contact = في السائل
search-in-resource = في مورد
search-in-number = في الرقم
search-placeholder-short = كلمات، ‎#رقم، تصفية
search-filter-from = شخص أو شركة
search-filter-status = ‏new, open, pending, on_hold, solved, closed
search-filter-severity = من p0 إلى p4
search-filter-team = فريق، أو none
search-filter-assignee = زميل أو me أو none
search-filter-tag = وسم كامل
search-filter-lang = لغة العميل
search-filter-after = تغيّرت في آخر 7 أيام، أو منذ يوم
search-filter-before = تغيّرت قبل يوم، أو قبل 30d
search-filter-has = معها ملف
search-filter-is = لم تُقرأ بعد
search-filter-number = تذكرة واحدة
search-filter-phrase = هذه الكلمات بهذا الترتيب
search-filter-not = من دون هذه الكلمة
search-filter-prefix = كلمات تبدأ بهذا
search-wrong-empty_value = ينقص شيء بعد النقطتين.
search-wrong-bad_severity = الخطورة من p0 إلى p4.
search-wrong-bad_date = يُكتب اليوم هكذا 2026-11-21 والمدة هكذا 7d.
search-wrong-bad_number = رقم التذكرة أرقام فقط.
search-wrong-bad_has = المعروف has:attachment وحده.
search-wrong-bad_is = المعروف is:unread وحده.
search-wrong-too_long = هذا أطول مما يُبحث عنه.
search-wrong-too_many_parts = كلمات وتصفيات أكثر مما يُقبل معًا.
