# نقل العمل: تذاكر كثيرة معًا، تُجرَّب أولًا ويُتراجع عنها متى شئت.
bulk-title = { $n ->
    [zero] لا تذاكر للنقل
    [one] نقل تذكرة واحدة
    [two] نقل تذكرتين
    [few] نقل { $n } تذاكر
    [many] نقل { $n } تذكرة
   *[other] نقل { $n } تذكرة
}
bulk-to = إلى
bulk-try = جرّب
bulk-nothing-moved = لم يُنقل شيء بعد
bulk-would-move = { $n } ستُنقل
bulk-stay = { $n } تبقى
bulk-already = { $n } هناك من قبل
bulk-need-you = { $n ->
    [zero] لا شيء ينتظرك
    [one] واحدة تنتظرك
    [two] اثنتان تنتظرانك
    [few] { $n } تنتظرك
    [many] { $n } تنتظرك
   *[other] { $n } تنتظرك
}
bulk-do = { $n ->
    [zero] انقل
    [one] انقل واحدة
    [two] انقل اثنتين
    [few] انقل { $n }
    [many] انقل { $n }
   *[other] انقل { $n }
}
bulk-forget = تخلَّ
bulk-undo-for = تراجع خلال { $time }
bulk-done = { $moved ->
    [zero] لم تُنقل تذكرة
    [one] نُقلت تذكرة واحدة
    [two] نُقلت تذكرتان
    [few] نُقلت { $moved } تذاكر
    [many] نُقلت { $moved } تذكرة
   *[other] نُقلت { $moved } تذكرة
}، وبقيت { $stayed }
bulk-undone = { $n ->
    [zero] لم تُعَد تذكرة
    [one] أُعيدت تذكرة واحدة
    [two] أُعيدت تذكرتان
    [few] أُعيدت { $n } تذاكر
    [many] أُعيدت { $n } تذكرة
   *[other] أُعيدت { $n } تذكرة
}
bulk-more = { $n ->
    [zero] لا شيء آخر سيُنقل.
    [one] ستُنقل واحدة أخرى.
    [two] ستُنقل اثنتان أخريان.
    [few] ستُنقل { $n } أخرى.
    [many] ستُنقل { $n } أخرى.
   *[other] ستُنقل { $n } أخرى.
}
bulk-show-all = عرض الكل

assign-title = إسناد
assign-find = ابحث عن زميل أو فريق
assign-to-me = أسندها إليّ
assign-to-team = أعدها إلى فريق { $team }
assign-done = أُسندت إلى { $name }
assign-taken = صارت لك
assign-active = { $n ->
    [0] متفرّغ
    [zero] متفرّغ
    [one] واحدة مفتوحة
    [two] اثنتان مفتوحتان
    [few] { $n } مفتوحة
    [many] { $n } مفتوحة
   *[other] { $n } مفتوحة
}
