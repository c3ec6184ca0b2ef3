# القائمة: رأسها وصفوفها واختيار الكثير.
inbox-label = التذاكر
inbox-sort-due = الأقرب أولًا
inbox-sort-newest = الأحدث أولًا
inbox-sort-gravest = الأخطر أولًا
inbox-sort = ترتيب
inbox-save-view = احفظ كعرض
inbox-view-name = اسم العرض
inbox-view-saved = حُفظ العرض: { $name }
inbox-view-remove = إزالة هذا العرض
inbox-count = { $n ->
    [zero] لا تذاكر
    [one] تذكرة واحدة
    [two] تذكرتان
    [few] { $n } تذاكر
    [many] { $n } تذكرة
   *[other] { $n } تذكرة
}

row-unread = غير مقروءة
row-by-phone = هاتفيًا
row-saved-here = محفوظ على هذا الحاسوب
row-needs-you = بانتظارك
row-draft = لديك مسودة
row-language = مكتوبة بلغة { $language }
row-number-comes = الرقم بعد الإرسال

choose-count = { $n ->
    [zero] لا شيء محدد
    [one] واحدة محددة
    [two] اثنتان محددتان
    [few] { $n } محددة
    [many] { $n } محددة
   *[other] { $n } محددة
}
choose-all-matching = { $n ->
    [zero] لا شيء مطابق
    [one] حدّد الواحدة المطابقة
    [two] حدّد الاثنتين المطابقتين
    [few] حدّد كل المطابق: { $n }
    [many] حدّد كل المطابق: { $n }
   *[other] حدّد كل المطابق: { $n }
}
choose-none = ألغِ التحديد

inbox-empty-mine = لا شيء ينتظرك
inbox-empty-mine-hint = { $n ->
    [0] ولا أحد ينتظر غيرك.
    [zero] ولا أحد ينتظر غيرك.
    [one] تذكرة واحدة بلا مكلَّف.
    [two] تذكرتان بلا مكلَّف.
    [few] { $n } تذاكر بلا مكلَّف.
    [many] { $n } تذكرة بلا مكلَّف.
   *[other] { $n } تذكرة بلا مكلَّف.
}
inbox-empty-inbox = لا شيء ينتظرك أو ينتظر فرقك
inbox-empty-team = لا شيء مفتوح في { $team }
inbox-empty-unassigned = لكل تذكرة من يعمل عليها
inbox-empty-at_risk = لا وعد في خطر
inbox-empty-at_risk-hint = تأتي التذاكر إلى هنا حين يمضي ثلاثة أرباع وقتها.
inbox-empty-needs_you = لا شيء يحتاج قرارك
inbox-empty-needs_you-hint = تأتي إلى هنا الردود المحجوزة والتعارضات والمرفوضات.
inbox-empty-drafts = لا مسودات
inbox-empty-drafts-hint = ما تبدأ كتابته يبقى هنا حتى ترسله أو تتجاهله.
inbox-empty-asked = لا أحد يطلب مساعدتك
inbox-empty-asked-hint = تأتي إلى هنا التصعيدات التي تنتظر جوابك.
inbox-empty-finished = لا شيء محلول بعد
inbox-empty-saved = لا شيء يطابق هذا العرض
inbox-empty-all = لا تذاكر على هذا الحاسوب بعد
inbox-show-unassigned = أظهرها
inbox-loading = تُجلب تذاكرك إلى هذا الحاسوب
inbox-loading-own-here = تذاكرك المفتوحة هنا. يمكنك البدء.
inbox-error = تعذّرت قراءة القائمة
inbox-error-hint = تذاكرك سليمة. أعد المحاولة؛ فإن بقي الأمر فأعد تشغيل Holdfast.
inbox-reading = تُقرأ القائمة
row-by-chat = عبر المحادثة

choose-label = التذاكر المحددة
choose-move = نقل

create-title = تذكرة جديدة
create-requester = من يسأل
create-requester-find = جزء من اسم شخص أو شركة
create-requester-hint = { $organization }، { $city }
create-subject = الموضوع
create-words = كلامه
create-words-hint = كما رواه. يمكن تركه فارغًا.
create-channel = وردت عبر
create-team = لأي فريق
create-do = أنشئ التذكرة
create-done = أُنشئت التذكرة
create-number-hint = الرقم يأتي من الخادم.
