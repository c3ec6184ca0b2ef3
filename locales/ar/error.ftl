# نص لكل رمز قد يجيب به المكتب: ما الأمر ولماذا وماذا تفعل.
error-title = لم ينجح هذا
error-sign_in_failed = العنوان أو كلمة المرور خطأ، أو الحساب مغلق.
error-throttled = محاولات كثيرة. انتظر { $time } ثم حاول.
error-unreachable = تعذّر الوصول إلى الخادم.
error-passphrase_needed = لا تجيب حلقة المفاتيح. استخدم عبارة المرور.
error-passphrase_weak = العبارة قصيرة: الحد الأدنى { $least_chars }.
error-passphrase_wrong = هذه العبارة لا تفتحه.
error-profile_in_use = نافذة Holdfast أخرى تستخدم هذا المكتب.
error-cache_damaged = ملف تذاكرك تالف. وُضع جانبًا وأُنقذ منه ما لم يُرسل. سجّل الدخول لجلب الباقي.
error-lease_over = لم يصل هذا الحاسوب إلى الخادم منذ مدة طويلة: تبقى التذاكر مغلقة حتى يصل. ما كتبته محفوظ.
error-revoked = حسابك معطّل: تبقى التذاكر مغلقة. ما كتبته محفوظ هنا ومشفّر؛ اسأل مدير النظام.
error-desk_revoked = أُلغيت صلاحية هذا الحاسوب: خُتم ما لم ترسله (التغييرات والمسودات: { $holds }) لمدير النظام وحده، وأُتلف كل ما عداه هنا.
error-not_allowed = ليس لك هذا.
error-not_found = ليس موجودًا، أو لم يعد.
error-empty = اكتب شيئًا أولًا.
error-too_much = أطول أو أكثر من المسموح: { $limit } على الأكثر.
error-holes = موضع ما زال مفتوحًا: { $holes }
error-already_taken = سبقك { $by }. لم يتغيّر شيء.
error-newer_words = وصل كلام جديد وأنت تكتب. اقرأه ثم أرسل.
error-already_sent = أُرسلت هذه الكلمات من قبل.
error-too_late = هو في الطريق ولا يمكن استرجاعه.
error-no_such_step = لا تنتقل التذكرة هذه النقلة الآن.
error-bad_tag = الوسم كلمة واحدة بلا مسافات.
error-bad_query = لا يُفهم هذا البحث. انظر الموضع المعلَّم.
error-bad_request = لم يُفهم هذا: { $message }
error-desk_too_old = لم يعد الخادم يكلّم هذا الإصدار. حدّث Holdfast؛ عملك محفوظ.
error-server_too_old = الخادم أقدم من هذا المكتب. اطلب من مدير النظام تحديثه.
error-internal = أخفق ما لا ينبغي أن يخفق. عملك محفوظ.
error-locked = هذا المكتب مقفل.
error-disk_full = القرص ممتلئ. لم يتغيّر شيء؛ أفسح مكانًا ثم حاول.
error-sign-in-again = سجّل الدخول من جديد
error-details-copied = نُسخت التفاصيل

notice-solved = حُلّت ⁦#{ $number }⁩
notice-status = ⁦#{ $number }⁩ الآن { $status }
notice-severity = ⁦#{ $number }⁩ الآن { $severity }
notice-undone = تم التراجع
notice-p0 = P0: ⁦#{ $number }⁩ { $subject }
notice-damaged = تلفت نسخة تذاكرك على هذا الحاسوب. وُضعت جانبًا ويُعاد جلبها.
notice-damaged-saved = { $n ->
    [zero] لم يكن هناك ما لم يُرسل.
    [one] حُفظ منها تغيير واحد لم يُرسل.
    [two] حُفظ منها تغييران لم يُرسلا.
    [few] حُفظت منها { $n } تغييرات لم تُرسل.
    [many] حُفظ منها { $n } تغييرًا لم يُرسل.
   *[other] حُفظ منها { $n } تغييرًا لم يُرسل.
}
notice-damaged-lost = { $n ->
    [zero] قُرئ كل شيء.
    [one] تعذّرت على الأكثر قراءة تغيير واحد.
    [two] تعذّرت على الأكثر قراءة تغييرين.
    [few] تعذّرت على الأكثر قراءة { $n } تغييرات.
    [many] تعذّرت على الأكثر قراءة { $n } تغييرًا.
   *[other] تعذّرت على الأكثر قراءة { $n } تغييرًا.
}
