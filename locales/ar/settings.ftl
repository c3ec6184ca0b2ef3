# ما يضبطه القارئ.
settings-title = الإعدادات
settings-language = اللغة
settings-language-hint = لغة النافذة. ما يكتبه العملاء يبقى بلغتهم.
settings-theme = المظهر
settings-theme-system = كما في النظام
settings-theme-light = فاتح
settings-theme-dark = داكن
settings-theme-contrast = تباين عالٍ
settings-density = الكثافة
settings-density-dense = كثيف
settings-density-cosy = متوسط
settings-density-roomy = واسع
settings-keys = المفاتيح
settings-keys-preset = مفاتيح مثل
settings-keys-change = تغيير
settings-keys-press = اضغط المفاتيح، Enter للحفظ وEsc للمغادرة
settings-keys-taken = مستخدم من قبل: { $command }
settings-keys-reset = كما كان
settings-keys-reset-all = الكل كما كان
settings-keys-none = بلا مفتاح
keys-fault-empty = اضغط مفتاحًا.
keys-fault-too-long = ثلاثة مفاتيح متتالية على الأكثر.
keys-fault-alt-with-character = ‏Alt مع حرف يكتب رموزًا على لوحات كثيرة؛ اختر غيره.
keys-fault-unknown = لا يمكن استخدام هذا المفتاح.
settings-error = تعذّرت قراءة الإعدادات
preset-holdfast = Holdfast
preset-zendesk = Zendesk
settings-undo = التراجع عن الإرسال
settings-undo-hint = كم تنتظر الرسالة كي يمكنك استعادتها.
settings-undo-seconds = { $n ->
    [0] لا انتظار
    [zero] لا انتظار
    [one] ثانية واحدة
    [two] ثانيتان
    [few] { $n } ثوانٍ
    [many] { $n } ثانية
   *[other] { $n } ثانية
}
settings-quiet = ساعات الهدوء
settings-quiet-hint = لا إشعارات فيها إلا لدرجة P0.
settings-quiet-never = أبدًا
settings-quiet-from = تبدأ
settings-quiet-to = تنتهي
settings-keys-change-of = غيّر مفاتيح: { $command }
settings-keys-remove = بلا مفتاح

settings-secured = الاتصال بالخادم
settings-secured-none = بلا TLS، على هذا الحاسوب فقط
settings-secured-agreed = المتفق عليه
settings-secured-why = موثوق لأن
settings-secured-pinned = مفتاحه مثبَّت
settings-secured-authority = تشهد له جهة يثق بها هذا الحاسوب
settings-secured-certificate = الشهادة، SHA-256
settings-secured-key = المفتاح العام، SHA-256 (البصمة المثبَّتة)
