# Promises and how near they are. Word order belongs to each language.
clock-left = { $time } left
clock-over = { $time } over
clock-paused = Paused
clock-met = Met
clock-left-name = { $metric }: { $time } left, { $stage }
clock-over-name = { $metric }: { $time } over
clock-paused-name = { $metric }: paused
clock-met-name = { $metric }: met
clock-stage-ok = in time
clock-stage-half = half used
clock-stage-risk = at risk
clock-stage-breached = over
clock-stage-paused = paused
clock-stage-met = met
metric-first_reply = First reply
metric-next_reply = Next reply
metric-resolution = Resolution
metric-first_reply-short = first reply
metric-next_reply-short = next reply
metric-resolution-short = to resolve
clock-explained = Clock, explained
clock-half = half
clock-at-risk = at risk
clock-started = Started
clock-elapsed = Elapsed, 24 × 7 calendar
clock-policy = Promise: { $severity }, { $metric } within { $time }
clock-oldest-unanswered = { $name } wrote, the oldest unanswered
clock-rested = Rested while pending
clock-forecast = Forecast: { $n ->
    [one] 1 change saved here has not reached the server.
   *[other] { $n } changes saved here have not reached the server.
} Server time decides.
