# الوعود وقربها. ترتيب الكلمات لكل لغة.
clock-left = { $time } متبقٍّ
clock-over = { $time } تجاوز
clock-paused = متوقفة
clock-met = تحقّقت
clock-left-name = { $metric }: متبقٍّ { $time }، { $stage }
clock-over-name = { $metric }: تجاوز { $time }
clock-paused-name = { $metric }: متوقفة
clock-met-name = { $metric }: تحقّقت
clock-stage-ok = في الوقت
clock-stage-half = مضى النصف
clock-stage-risk = معرّضة للتجاوز
clock-stage-breached = متجاوزة
clock-stage-paused = متوقفة
clock-stage-met = تحقّقت
metric-first_reply = الرد الأول
metric-next_reply = الرد التالي
metric-resolution = الحل
metric-first_reply-short = للرد الأول
metric-next_reply-short = للرد التالي
metric-resolution-short = للحل
clock-explained = شرح الساعة
clock-half = النصف
clock-at-risk = خطر
clock-started = البدء
clock-elapsed = المنقضي، تقويم 24 × 7
clock-policy = الوعد: { $severity }، { $metric } خلال { $time }
clock-oldest-unanswered = كتب { $name }، الأقدم بلا رد
clock-rested = توقفت أثناء التعليق
clock-forecast = توقّع: { $n ->
    [zero] لا تغييرات هنا لم تصل إلى الخادم.
    [one] تغيير واحد هنا لم يصل إلى الخادم.
    [two] تغييران هنا لم يصلا إلى الخادم.
    [few] { $n } تغييرات هنا لم تصل إلى الخادم.
    [many] { $n } تغييرًا هنا لم تصل إلى الخادم.
   *[other] { $n } تغيير هنا لم تصل إلى الخادم.
} وقت الخادم هو الحكم.
