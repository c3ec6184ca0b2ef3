# One ticket: head, four dimensions, thread.
ticket-label = Ticket
ticket-number = #{ $number }
ticket-not-found = This ticket is not on this computer
ticket-not-found-hint = It may have moved out of your sight. Nothing you wrote is lost: see the outbox.
ticket-error = This ticket could not be read
ticket-edit-subject = Change the subject
ticket-more = More about this ticket

status-label = Status
status-new = New
status-open = Open
status-pending = Pending
status-on_hold = On hold
status-solved = Solved
status-closed = Closed
status-pending-until = Pending until { $time }

severity-label = Severity
severity-p0 = Major fault
severity-p1 = Severe
severity-p2 = Complex
severity-p3 = Basic
severity-p4 = Question
severity-mark = { $level }, { $name }

channel-phone = Phone
channel-chat = Chat
channel-portal = Portal
channel-mail = Mail

dimension-assignee = Assignee
dimension-progress = Progress
dimension-duration = Duration
dimension-resolution = Resolution
assignee-since = since { $time }
assignee-hands = { ORDINAL($n) ->
    [one] { $n }st hands
    [two] { $n }nd hands
    [few] { $n }rd hands
   *[other] { $n }th hands
}
assignee-nobody = Nobody yet
assignee-nobody-hint = press { $key } to take it
progress-of = { $step } of { $all }
resolution-none = None yet
resolution-none-hint = asked for at solve
resolution-by = by { $name }, { $time }

stage-label = Progress
stage-intake = Intake
stage-triage = Triage
stage-diagnosis = Diagnosis
stage-remedy = Remedy
stage-verification = Verification
stage-done = Done

resolution-label = Resolution
resolution-fixed = Fixed
resolution-workaround = Workaround
resolution-configuration = Configuration
resolution-no_fault_found = No fault found
resolution-duplicate = Duplicate
resolution-self_solved = Solved by the customer
resolution-remedied_automatically = Healed by itself
resolution-words = What ended it, for colleagues
resolution-words-hint = Whoever has this problem next will read it.
solve-title = Solve
solve-do = Solve

thread-label = Thread
thread-customer = Customer
thread-to = to
thread-sent-in = sent in { $language }
thread-written = written { $time }

delivery-saved = Saved on this computer
delivery-sending = Sending

note-kind = Internal note
note-not-shown = not shown to the customer

held-title = Your reply
held-title-solve = Your ending
held-kind = Held, not sent
held-kind-solve = Held, not solved
held-newer-words = the customer wrote before it arrived
held-newer-words-solve = the customer wrote before this was solved
held-newer-words-by = { $name } answered before it arrived
held-newer-words-solve-by = { $name } answered before this was solved
held-needs-not-accepted = something it builds on was not accepted
held-new = New
held-you-wrote = You wrote
held-edit = Edit, then send
held-send = Send as it is
held-discard = Discard
held-read = Read it
held-keep-open = Keep it open
held-solve = Solve anyway

conflict-title = Two answers for { $field }
conflict-yours = Yours
conflict-theirs = Theirs, stands now
conflict-explain = Both changed it. The server kept theirs; words and tags were merged.
conflict-apply-mine = Apply mine
conflict-keep-theirs = Keep theirs
field-subject = subject
field-status = status
field-severity = severity
field-holder = assignee
field-stage = progress
field-resolution = resolution

# Facts of a ticket's history. $by is who brought it about.
event-created = { $by } opened the ticket
event-created-channel = { $by } opened the ticket by { $channel }
event-customer_wrote = { $by } wrote
event-replied = { $by } replied
event-noted = { $by } left a note
event-subject_changed = { $by } changed the subject to “{ $to }”
event-status_changed = { $by } set the status from { $from } to { $to }
event-status_changed-until = { $by } set the status to { $to } until { $time }
event-severity_raised = { $by } raised the severity from { $from } to { $to }
event-severity_lowered = { $by } lowered the severity from { $from } to { $to }
event-assigned = { $by } gave it to { $to }
event-assigned-self = { $by } took it
event-assigned-team = { $by } gave it to the team { $to }
event-tagged = { $n ->
    [one] { $by } added the tag { $tags }
   *[other] { $by } added the tags { $tags }
}
event-untagged = { $n ->
    [one] { $by } removed the tag { $tags }
   *[other] { $by } removed the tags { $tags }
}
event-resource_linked = { $by } linked { $name }
event-resource_unlinked = { $by } unlinked { $name }
event-escalation_requested-functional = { $by } escalated to { $to }
event-escalation_requested-hierarchical = { $by } asked the supervisor { $to }
event-escalation_requested-consult = { $by } asked { $to } to join
event-escalation_answered-accepted = { $by } accepted
event-escalation_answered-declined = { $by } declined: { $reason }
event-escalation_answered-withdrawn = { $by } withdrew the escalation
event-escalation_answered-returned = { $by } gave it back: { $reason }
event-escalation_answered-expired = Nobody answered the escalation in time
event-stage_changed = { $by } moved it from { $from } to { $to }
event-solved = { $by } solved it: { $resolution }
event-reopened = { $by } opened it again
event-attached = { $by } attached { $name }
event-clock-met = { $metric } met in { $time }
by-system = Holdfast

tag-add = Add a tag
tag-remove = Remove the tag { $tag }
tag-bad = A tag is one word without spaces.
tags-label = Tags

ticket-tier = L{ $tier }
duration-none = No promise runs
conflict-written-before = written before you saw theirs
refused-title = Not possible: { $what }
refused-words-kept = Your words are kept.
thread-below = Something new below
markup-label = The customer’s mail
markup-safe = Shown without its looks and without anything from elsewhere.
markup-links = Where the links in it lead
event-somebody = somebody
file-save = Save { $name }
file-is-fetched = { $name } is being fetched. Try again in a moment.

notice-stage = #{ $number } is now in: { $stage }
notice-subject = Subject changed
notice-untagged = Tag removed: { $tag }
notice-reopened = #{ $number } is open again
notice-kept-open = #{ $number } stays open
notice-linked = Linked: { $name }
notice-unlinked = Unlinked: { $name }

# Until when a ticket may rest.
rest-until = Until when it may rest
rest-hint = Choose, or type 3h, 2d, 45m
rest-answer = Until the customer answers
rest-hour = In an hour
rest-evening = This evening
rest-tomorrow = Tomorrow morning
rest-monday = Monday morning
rest-week = In a week
rest-typed = In { $span }
