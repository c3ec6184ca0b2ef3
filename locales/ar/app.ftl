# النافذة والشريط الجانبي وشريط الحالة وكلمات مشتركة.
app-name = Holdfast
app-starting = يُفتح مكتبك
app-title = Holdfast · { $place }

shared-close = إغلاق
shared-cancel = إلغاء
shared-save = حفظ
shared-undo = تراجع
shared-copy = نسخ
shared-copied = نُسخ: { $text }
shared-open = فتح
shared-understood = مفهوم
shared-back = رجوع
shared-all = الكل
shared-you = أنت
shared-show = إظهار
shared-hide = إخفاء
shared-try-again = أعد المحاولة
shared-copy-details = نسخ التفاصيل
shared-show-words = إظهار المكتوب
shared-hide-words = إخفاء المكتوب
shared-remove = إزالة { $name }
shared-required = لا بد من كتابة شيء هنا.
shared-nothing-found = لم يُعثر على شيء
shared-today = اليوم
shared-yesterday = أمس

rail-views = العروض
rail-workplace = مكان العمل
rail-label = الأماكن
rail-search = بحث
rail-inbox = الوارد
rail-mine = تذاكري المفتوحة
rail-team = الفريق
rail-unassigned = بلا مكلَّف
rail-at_risk = معرّضة للتجاوز
rail-needs_you = بانتظارك
rail-drafts = المسودات
rail-asked = طُلب منك
rail-finished = المنتهية
rail-all = كل التذاكر
rail-board = اللوحة الحيّة
rail-settings = الإعدادات
rail-outbox = الصادر
rail-on-duty-until = حتى { $time }

bar-label = الحالة
bar-synced = متزامن
bar-synced-age = متزامن منذ { $age }
bar-sending = { $n ->
    [zero] لا شيء يُرسل
    [one] يُرسل تغيير واحد
    [two] يُرسل تغييران
    [few] تُرسل { $n } تغييرات
    [many] يُرسل { $n } تغييرًا
   *[other] يُرسل { $n } تغيير
}
bar-trouble-refused = يرفض الخادم الاتصال.
bar-trouble-wrong_key = يجيب أحدهم على عنوان الخادم بمفتاح غير مثبَّت هنا. لم يُرسل شيء. اسأل المشرف هل للخادم مفتاح جديد.
bar-trouble-untrusted = يجيب على عنوان الخادم من لا يثق به هذا الحاسوب. لم يُرسل شيء. اطلب من المشرف شهادة الخادم أو بصمتها.
bar-trouble-timed_out = لا يجيب الخادم.
bar-trouble-signed_out = يطلب الخادم تسجيل الدخول من جديد.
bar-trouble-too_old = لم يعد الخادم والمكتب على إصدار واحد.
bar-trouble-unknown = يخفق الاتصال: { $code }
bar-offline-since = العمل دون اتصال منذ { $time }
bar-signed-out = خرجتَ من الخادم. سجّل الدخول كي يُرسل عملك.
bar-clock-unsure = الساعة غير مؤكدة
bar-data-age = عمر البيانات { $age }
bar-data-none = لا بيانات بعد
bar-saved-here = { $n ->
    [zero] لا تغييرات محفوظة على هذا الحاسوب
    [one] تغيير واحد محفوظ على هذا الحاسوب
    [two] تغييران محفوظان على هذا الحاسوب
    [few] { $n } تغييرات محفوظة على هذا الحاسوب
    [many] { $n } تغييرًا محفوظًا على هذا الحاسوب
   *[other] { $n } تغيير محفوظ على هذا الحاسوب
}
bar-held = { $n ->
    [zero] لا تغيير محجوز ينتظرك
    [one] تغيير محجوز ينتظرك
    [two] تغييران محجوزان ينتظرانك
    [few] { $n } تغييرات محجوزة تنتظرك
    [many] { $n } تغييرًا محجوزًا ينتظرك
   *[other] { $n } تغيير محجوز ينتظرك
}
bar-needs-you = { $n ->
    [zero] لا شيء بانتظارك
    [one] واحد بانتظارك
    [two] اثنان بانتظارك
    [few] { $n } بانتظارك
    [many] { $n } بانتظارك
   *[other] { $n } بانتظارك
}
bar-fetching = تُجلب التذاكر إلى هذا الحاسوب، { $done } من { $all }
bar-indexing = ما زال البحث يُبنى: { $percent } %
bar-commands = الأوامر
bar-keys = المفاتيح
bar-open-outbox = فتح الصادر
