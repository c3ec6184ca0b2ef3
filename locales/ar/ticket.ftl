# تذكرة واحدة: رأسها وأبعادها الأربعة ومحادثتها.
ticket-label = تذكرة
ticket-number = ⁦#{ $number }⁩
ticket-not-found = ليست هذه التذكرة على هذا الحاسوب
ticket-not-found-hint = ربما خرجت من نطاق رؤيتك. لم يضع شيء مما كتبت: انظر الصادر.
ticket-error = تعذّرت قراءة هذه التذكرة
ticket-edit-subject = تعديل الموضوع
ticket-more = المزيد عن هذه التذكرة

status-label = الحالة
status-new = جديدة
status-open = مفتوحة
status-pending = معلّقة
status-on_hold = موقوفة
status-solved = محلولة
status-closed = مغلقة
status-pending-until = معلّقة حتى { $time }

severity-label = الخطورة
severity-p0 = عطل كبير
severity-p1 = شديد
severity-p2 = معقّد
severity-p3 = أساسي
severity-p4 = سؤال
severity-mark = { $level }، { $name }

channel-phone = الهاتف
channel-chat = الدردشة
channel-portal = البوابة
channel-mail = البريد

dimension-assignee = المكلَّف
dimension-progress = التقدّم
dimension-duration = المدة
dimension-resolution = النتيجة
assignee-since = منذ { $time }
assignee-hands = المكلَّف رقم { $n }
assignee-nobody = لا أحد بعد
assignee-nobody-hint = اضغط { $key } لأخذها
progress-of = { $step } من { $all }
resolution-none = لا شيء بعد
resolution-none-hint = تُطلب عند الحل
resolution-by = { $name }، { $time }

stage-label = التقدّم
stage-intake = الاستلام
stage-triage = الفرز
stage-diagnosis = التشخيص
stage-remedy = المعالجة
stage-verification = التحقق
stage-done = تم

resolution-label = النتيجة
resolution-fixed = أُصلح
resolution-workaround = حل بديل
resolution-configuration = إعداد
resolution-no_fault_found = لا عطل
resolution-duplicate = مكررة
resolution-self_solved = حلّها العميل
resolution-remedied_automatically = عادت تلقائيًا
resolution-words = ما أنهاها، للزملاء
resolution-words-hint = سيقرؤه من يواجه هذه المشكلة بعدك.
solve-title = الحل
solve-do = حُلَّت

thread-label = المحادثة
thread-customer = العميل
thread-to = إلى
thread-sent-in = أُرسل بلغة { $language }
thread-written = كُتب { $time }

delivery-saved = محفوظ على هذا الحاسوب
delivery-sending = يُرسل

note-kind = ملاحظة داخلية
note-not-shown = لا تظهر للعميل

held-title = ردّك
held-title-solve = إنهاؤك
held-kind = محجوز، لم يُرسل
held-kind-solve = محجوز، لم تُحلّ
held-newer-words = كتب العميل قبل وصوله
held-newer-words-solve = كتب العميل قبل أن تُحلّ
held-newer-words-by = ردٌّ من { $name } قبل وصوله
held-newer-words-solve-by = ردٌّ من { $name } قبل أن تُحلّ
held-needs-not-accepted = لم يُقبل ما بُني عليه
held-new = جديد
held-you-wrote = كتبتَ
held-edit = عدّل ثم أرسل
held-send = أرسله كما هو
held-discard = تجاهل
held-read = اقرأ
held-keep-open = أبقها مفتوحة
held-solve = حُلّها مع ذلك

conflict-title = جوابان: { $field }
conflict-yours = جوابك
conflict-theirs = جوابهم، القائم الآن
conflict-explain = غيّره الطرفان. أبقى الخادم جوابهم، ودُمجت الكلمات والوسوم.
conflict-apply-mine = طبّق جوابي
conflict-keep-theirs = أبقِ جوابهم
field-subject = الموضوع
field-status = الحالة
field-severity = الخطورة
field-holder = المكلَّف
field-stage = التقدّم
field-resolution = النتيجة

# وقائع تاريخ التذكرة؛ ‎$by هو من أحدثها.
event-created = أُنشئت التذكرة · { $by }
event-created-channel = أُنشئت التذكرة عبر { $channel } · { $by }
event-customer_wrote = رسالة من { $by }
event-replied = رد من { $by }
event-noted = ملاحظة من { $by }
event-subject_changed = صار الموضوع «{ $to }» · { $by }
event-status_changed = تغيّرت الحالة من { $from } إلى { $to } · { $by }
event-status_changed-until = صارت الحالة { $to } حتى { $time } · { $by }
event-severity_raised = رُفعت الخطورة من { $from } إلى { $to } · { $by }
event-severity_lowered = خُفضت الخطورة من { $from } إلى { $to } · { $by }
event-assigned = أُسندت إلى { $to } · { $by }
event-assigned-self = استلمها { $by }
event-assigned-team = أُسندت إلى فريق { $to } · { $by }
event-tagged = { $n ->
    [zero] لا وسوم مضافة · { $by }
    [one] أُضيف الوسم { $tags } · { $by }
    [two] أُضيف الوسمان { $tags } · { $by }
    [few] أُضيفت الوسوم { $tags } · { $by }
    [many] أُضيفت الوسوم { $tags } · { $by }
   *[other] أُضيفت الوسوم { $tags } · { $by }
}
event-untagged = { $n ->
    [zero] لا وسوم مزالة · { $by }
    [one] أُزيل الوسم { $tags } · { $by }
    [two] أُزيل الوسمان { $tags } · { $by }
    [few] أُزيلت الوسوم { $tags } · { $by }
    [many] أُزيلت الوسوم { $tags } · { $by }
   *[other] أُزيلت الوسوم { $tags } · { $by }
}
event-resource_linked = رُبط { $name } · { $by }
event-resource_unlinked = فُكّ ربط { $name } · { $by }
event-escalation_requested-functional = صُعّدت إلى { $to } · { $by }
event-escalation_requested-hierarchical = طُلب المشرف { $to } · { $by }
event-escalation_requested-consult = طُلبت مشورة { $to } · { $by }
event-escalation_answered-accepted = قَبِل { $by }
event-escalation_answered-declined = اعتذر { $by }: { $reason }
event-escalation_answered-withdrawn = سُحب التصعيد · { $by }
event-escalation_answered-returned = أُعيدت: { $reason } · { $by }
event-escalation_answered-expired = لم يُجب أحد على التصعيد في وقته
event-stage_changed = انتقل التقدّم من { $from } إلى { $to } · { $by }
event-solved = حُلّت: { $resolution } · { $by }
event-reopened = فُتحت من جديد · { $by }
event-attached = أُرفق { $name } · { $by }
event-clock-met = { $metric }: تحقّق خلال { $time }
by-system = Holdfast

tag-add = أضف وسمًا
tag-remove = أزل الوسم { $tag }
tag-bad = الوسم كلمة واحدة بلا مسافات.
tags-label = الوسوم

ticket-tier = L{ $tier }
duration-none = لا وعد يجري الآن
conflict-written-before = كُتب قبل أن ترى تغييره
refused-title = غير ممكن: { $what }
refused-words-kept = كلماتك محفوظة.
thread-below = جديد في الأسفل
markup-label = بريد العميل
markup-safe = يُعرض بلا تنسيقه وبلا أي شيء من مكان آخر.
markup-links = إلى أين تقود الروابط فيه
event-somebody = أحدهم
file-save = احفظ { $name }
file-is-fetched = يجري جلب { $name }. أعد المحاولة بعد لحظات.

notice-stage = ⁦#{ $number }⁩ الآن في: { $stage }
notice-subject = تغيّر الموضوع
notice-untagged = أُزيل الوسم: { $tag }
notice-reopened = فُتحت ⁦#{ $number }⁩ من جديد
notice-kept-open = تبقى ⁦#{ $number }⁩ مفتوحة
notice-linked = رُبط: { $name }
notice-unlinked = فُكّ ربط: { $name }

# إلى متى يجوز أن تستريح التذكرة.
rest-until = إلى متى يجوز أن تستريح
rest-hint = اختر، أو اكتب 3h أو 2d أو 45m
rest-answer = إلى أن يجيب العميل
rest-hour = بعد ساعة
rest-evening = هذا المساء
rest-tomorrow = صباح الغد
rest-monday = صباح الاثنين
rest-week = بعد أسبوع
rest-typed = بعد { $span }
