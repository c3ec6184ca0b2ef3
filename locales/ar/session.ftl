# الدخول والفتح والخروج.
session-title = سجّل الدخول إلى Holdfast
session-lead = بريد عملك وكلمة المرور. بعدها يعمل هذا المكتب دون شبكة أيضًا.
session-server = الخادم
session-server-hint = العنوان الذي أعطتك إياه شركتك
session-login = بريد العمل
session-password = كلمة المرور
session-sign-in = تسجيل الدخول
session-signing-in = جارٍ تسجيل الدخول
session-language = اللغة
session-other-person = شخص آخر
session-profiles = على هذا الحاسوب

unlock-title = افتح هذا الحاسوب
unlock-lead = تذاكرك هنا، مشفّرة.
unlock-passphrase = عبارة المرور
unlock-passphrase-hint = التي دوّنتها أو اخترتها حين دخلت هنا أول مرة
unlock-do = فتح
unlock-saved-here = { $n ->
    [0] لا شيء ينتظر الإرسال.
    [zero] لا شيء ينتظر الإرسال.
    [one] تغيير واحد محفوظ هنا.
    [two] تغييران محفوظان هنا.
    [few] { $n } تغييرات محفوظة هنا.
    [many] { $n } تغييرًا محفوظًا هنا.
   *[other] { $n } تغيير محفوظ هنا.
}

passphrase-title = اختر عبارة مرور
passphrase-no-keyring = لا حلقة مفاتيح على هذا الحاسوب. عبارتك هي المفتاح الوحيد لتذاكرك هنا.
passphrase-again = مرة أخرى
passphrase-differs = العبارتان مختلفتان.
passphrase-set = احتفظ بها
passphrase-show-recovery = دوّن هذه

sign-out = تسجيل الخروج
sign-out-title = الخروج من هذا الحاسوب؟
sign-out-unsent = { $n ->
    [zero] لا تغييرات لم تُرسل.
    [one] تغيير واحد لم يُرسل بعد. يبقى هنا مشفّرًا ويُرسل حين تعود.
    [two] تغييران لم يُرسلا بعد. يبقيان هنا مشفّرين ويُرسلان حين تعود.
    [few] { $n } تغييرات لم تُرسل بعد. تبقى هنا مشفّرة وتُرسل حين تعود.
    [many] { $n } تغييرًا لم تُرسل بعد. تبقى هنا مشفّرة وتُرسل حين تعود.
   *[other] { $n } تغيير لم تُرسل بعد. تبقى هنا مشفّرة وتُرسل حين تعود.
}
sign-out-nothing-unsent = أُرسل كل شيء. تبقى مسوداتك هنا مشفّرة.
sign-out-stay = ابقَ

role-agent = موظف دعم
role-lead = قائد فريق
role-supervisor = مشرف
role-administrator = مدير النظام

passphrase-known-title = عبارة مرورك من فضلك
passphrase-known-lead = تذاكرك على هذا الحاسوب مختومة، وحلقة المفاتيح لا تجيب.

recovery-lead = تفتح تذاكرك على هذا الحاسوب إن ضاعت حلقة المفاتيح. ليست عند أحد سواك، ولا أحد يستطيع استعادتها.
recovery-once = تظهر هذه المرة وحدها. دوّنها على ورق أو في خزنة كلمات المرور.
recovery-copied = نُسخت
recovery-kept = لقد دوّنتها

unlock-lead-passphrase = تذاكرك هنا، مشفّرة. حلقة المفاتيح لا تجيب، فتفتحها عبارة مرورك.
sign-in-again-hint = لا يضيع شيء مما كتبت، ويُرسل عندئذ.
session-lock = قفل
