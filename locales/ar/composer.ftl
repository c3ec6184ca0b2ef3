# الكتابة: لا يختلط الرد بالملاحظة.
composer-reply = رد
composer-note = ملاحظة
composer-kind = ماذا تكتب
composer-to = إلى { $name } بلغة { $language } · { $channel }
composer-reply-label = رد على { $name }
composer-note-label = ملاحظة للزملاء
composer-reply-placeholder = اكتب إلى { $name }
composer-note-placeholder = يقرؤها الزملاء فقط. استخدم @ لذكر أحدهم.
composer-only-colleagues = يقرؤها الزملاء فقط
composer-send-to = أرسل إلى { $name }
composer-send-and-solve = أرسل وحُلّ
composer-save-note = احفظ الملاحظة
composer-more-ways = طرق أخرى للإرسال
composer-attach = أرفق ملفًا
composer-macro = ماكرو
composer-translate = الترجمة
composer-preview = معاينة
composer-write = كتابة
composer-drop = أفلِت للإرفاق
composer-draft-saved = حُفظت المسودة { $time }
composer-draft-not-saved = لم تُحفظ هذه المسودة: { $reason }
composer-draft-discard = تجاهل المسودة
composer-draft-discarded = تُجوهلت المسودة
composer-holes = { $n ->
    [zero] لا موضع مفتوح: { $names }
    [one] موضع واحد ما زال مفتوحًا: { $names }
    [two] موضعان ما زالا مفتوحين: { $names }
    [few] { $n } مواضع ما زالت مفتوحة: { $names }
    [many] { $n } موضعًا ما زالت مفتوحة: { $names }
   *[other] { $n } موضع ما زالت مفتوحة: { $names }
}
composer-empty = اكتب شيئًا أولًا.
composer-too-long = أطول بمقدار { $size }.
composer-file-too-large = { $name } أكبر من { $limit }.
composer-file-unreadable = تعذّرت قراءة { $name }.
composer-file-too-many = { $n ->
    [zero] لا ملفات.
    [one] ملف واحد على الأكثر.
    [two] ملفان على الأكثر.
    [few] { $n } ملفات على الأكثر.
    [many] { $n } ملفًا على الأكثر.
   *[other] { $n } ملف على الأكثر.
}
composer-reads = ما يقرؤه { $name }
composer-offline = أنت دون اتصال: يخرج عند عودة الشبكة.
composer-closed = هذه التذكرة مغلقة. اكتب تذكرة جديدة.
composer-not-allowed = لك قراءة هذه التذكرة، لا الكتابة إلى العميل.

sent-in = يُرسل إلى { $name } خلال { $time }
sent-offline = محفوظ هنا، يُرسل إلى { $name } عند عودة الشبكة
sent-saved = الرد محفوظ على هذا الحاسوب
note-saved = حُفظت الملاحظة
send-undone = لم يُرسل. عادت كلماتك مسودة.

macro-find = ابحث عن ماكرو
macro-none = لا ماكرو بعد
macro-in = بلغة { $language }
macro-only-in = بلغة { $language } فقط
mention-find = اذكر زميلًا

composer-files = الملفات
composer-files-coming = ما زال ملف قيد الإضافة.
composer-file-lost = فُقد ملف بسبب تلف في القرص. أضفه من جديد أو أزله.
composer-file-lost-chip = فُقد { $name }: أضفه من جديد أو أزله
composer-foreign = مكتوب بلغة { $language }، ولا يُعرف أن { $name } يقرؤها.
composer-changed = تغيّر شيء وأنت تكتب:
composer-changed-more = { $n ->
    [zero] ولا غيره
    [one] وواحد آخر
    [two] واثنان آخران
    [few] و{ $n } أخرى
    [many] و{ $n } أخرى
   *[other] و{ $n } أخرى
}

macro-tags = { $n ->
    [zero] لا يقترح القالب وسومًا { $tags }
    [one] يقترح القالب الوسم { $tags }
    [two] يقترح القالب الوسمين { $tags }
    [few] يقترح القالب الوسوم { $tags }
    [many] يقترح القالب الوسوم { $tags }
   *[other] يقترح القالب الوسوم { $tags }
}
macro-tags-add = أضف

composer-paste-too-long = الحجم { $size } والرسالة تسع { $limit }، فلم يُلصق.
composer-paste-as-file = أرفقه ملفًا
