# كل تغيير هنا وما آل إليه.
outbox-title = الصادر
outbox-summary = { $saved } محفوظة هنا، { $needs } بانتظارك
outbox-send-now = أرسل الآن
outbox-needs-you = بانتظارك
outbox-saved-here = محفوظ على هذا الحاسوب
outbox-sent-today = أُرسل اليوم
outbox-settled = استقر
outbox-empty = لا شيء ينتظر هنا
outbox-empty-hint = ما تغيّره يُحفظ أولًا على هذا الحاسوب ويظهر هنا حتى يجيب الخادم.
outbox-nothing-expires = لا شيء هنا ينتهي. يغادر العنصر حين يجيب الخادم أو تتجاهله.
outbox-error = تعذّرت قراءة الصادر
outbox-waits = ينتظر الشبكة
outbox-waits-file = ينتظر، { $size } للرفع
outbox-numbered = أُرسل، ينتظر الجواب
outbox-held = محجوز
outbox-why-words = كُتب جديد قبل وصوله.
outbox-why-solve = كُتب جديد قبل أن تُحلّ.
outbox-why-needs = لم يُقبل ما بُني عليه.
outbox-conflict = تعارض
outbox-refused = مرفوض
outbox-fault = أخفق الخادم فيه
outbox-accepted = استقر
outbox-sent-written = أُرسل { $sent }، كُتب { $written }
outbox-written = كُتب { $time }
outbox-edit = تعديل
outbox-discard = تجاهل
outbox-discarded = تُجوهل
outbox-write-again = اكتب من جديد
tray-title = { $n ->
    [zero] لا شيء مما كتبت بقي هنا
    [one] بقي هنا نص كتبته
    [two] بقي هنا نصّان كتبتهما
    [few] بقيت هنا { $n } نصوص كتبتها
    [many] بقي هنا { $n } نصًا كتبته
   *[other] بقي هنا { $n } نص كتبته
}
tray-why = لم تعد التذاكر ضمن ما تراه، فلم يُرسل شيء. كلماتك محفوظة ومختومة إلى أن تحذفها.
tray-kind-reply = رد
tray-kind-note = ملاحظة داخلية
tray-kind-other = كلمات أخرى
tray-when = كُتب { $written }، خُتم { $left }
tray-show = عرض الكلمات
tray-back = عادت ⁦#{ $number }⁩ ضمن ما تراه
tray-discard-title = حذف هذه الكلمات؟
tray-discard-hint = ليست في أي مكان آخر، ولا يمكن التراجع.
tray-copied = نُسخت كلماتك
outbox-retry = أعد المحاولة

operation-create = تذكرة جديدة
operation-reply = رد
operation-reply-to = رد على { $name }
operation-note = ملاحظة
operation-send_and_solve = رد وحل
operation-send_and_solve-to = رد على { $name } وحل
operation-subject = الموضوع
operation-status = الحالة
operation-severity = الخطورة
operation-assign = إسناد
operation-claim = استلام
operation-tags = الوسوم
operation-resource_link = ربط مورد
operation-resource_unlink = فكّ ربط مورد
operation-escalate = تصعيد
operation-escalation_accept = قبول التصعيد
operation-escalation_decline = الاعتذار عن التصعيد
operation-escalation_withdraw = سحب التصعيد
operation-escalation_return = إعادة التصعيد
operation-stage = التقدّم
operation-solve = الحل
operation-reopen = فتح من جديد
operation-attach = إرفاق ملف
operation-said = { $what }: { $said }

refusal-not_found = لم تعد التذكرة أو ما تذكره موجودًا لك.
refusal-not_allowed = ليس لك هذا هنا. لم يتغيّر شيء.
refusal-already_sent = أُرسلت هذه الكلمات من قبل.
refusal-already_taken = سبقك أحدهم. لم يتغيّر شيء.
refusal-already_taken-by = سبقك { $name }. لم يتغيّر شيء.
refusal-closed = التذكرة مغلقة. اكتب تذكرة جديدة.
refusal-no_such_step = لا تخطو التذكرة هذه الخطوة من حيث هي.
refusal-empty = ما لا بد من ذكره كان فارغًا.
refusal-too_much = أطول أو أكثر من المسموح.
refusal-bad_tag = الوسم كلمة واحدة بلا مسافات.
refusal-not_in_team = هذا الزميل ليس في هذا الفريق أو ليس نشطًا.
refusal-escalation_over = أُجيب التصعيد من قبل.
refusal-exists = هذه التذكرة موجودة من قبل.
refusal-file_refused = لا يقبل الخادم ملفًا مرفقًا بها. أعد إرسال الكلمات بدونه.
refusal-file_lost = فُقد ملف مرفق بها بسبب تلف في القرص. أضفه من جديد أو أرسل الكلمات بدونه.
refusal-unknown = رفضه الخادم: { $code }
outcome-fault = أخفق الخادم في هذا خمس مرات، فلم يتم.

outbox-newer = كتب { $name } في { $time }، قبل أن يصل.
outbox-conflict-set = ضبط { $name } القيمة { $value } في { $time }، وهي القائمة.
outbox-conflict-holder = غيّر { $name } المكلَّف في { $time }، وهو القائم.
outbox-yours = أردتَ { $value }.
