# The list: its head, its rows, choosing many.
inbox-label = Tickets
inbox-sort-due = Soonest first
inbox-sort-newest = Newest first
inbox-sort-gravest = Gravest first
inbox-sort = Sort
inbox-save-view = Save as a view
inbox-view-name = Name of the view
inbox-view-saved = View saved: { $name }
inbox-view-remove = Remove this view
inbox-count = { $n ->
    [one] 1 ticket
   *[other] { $n } tickets
}

row-unread = Unread
row-by-phone = By phone
row-saved-here = Saved on this computer
row-needs-you = Needs you
row-draft = You have a draft
row-language = Written in { $language }
row-number-comes = number comes when sent

choose-count = { $n ->
    [one] 1 chosen
   *[other] { $n } chosen
}
choose-all-matching = { $n ->
    [one] Choose the 1 there is
   *[other] Choose all { $n }
}
choose-none = Choose none

inbox-empty-mine = Nothing waits for you
inbox-empty-mine-hint = { $n ->
    [0] Nobody else waits either.
    [one] 1 ticket is in nobody’s hands.
   *[other] { $n } tickets are in nobody’s hands.
}
inbox-empty-inbox = Nothing waits for you or your teams
inbox-empty-team = Nothing is open in { $team }
inbox-empty-unassigned = Every ticket is in somebody’s hands
inbox-empty-at_risk = No promise is in danger
inbox-empty-at_risk-hint = Tickets come here when three quarters of their time have passed.
inbox-empty-needs_you = Nothing needs your decision
inbox-empty-needs_you-hint = Held replies, conflicts and refusals come here.
inbox-empty-drafts = No drafts
inbox-empty-drafts-hint = What you begin to write is kept here until you send or discard it.
inbox-empty-asked = Nobody asks you for help
inbox-empty-asked-hint = Escalations that wait for your answer come here.
inbox-empty-finished = Nothing is solved yet
inbox-empty-saved = Nothing matches this view
inbox-empty-all = There are no tickets on this computer yet
inbox-show-unassigned = Show them
inbox-loading = Bringing your tickets to this computer
inbox-loading-own-here = Your own open ones are here. You can start.
inbox-error = This list could not be read
inbox-error-hint = Your tickets are safe. Try once more; if it stays so, restart Holdfast.
inbox-reading = Reading the list
row-by-chat = By chat

choose-label = Chosen tickets
choose-move = Move

create-title = New ticket
create-requester = Who asks
create-requester-find = Part of a name or a company
create-requester-hint = { $organization }, { $city }
create-subject = Subject
create-words = Their words
create-words-hint = As they told it. May stay empty.
create-channel = How it came in
create-team = Whose it is
create-do = Create the ticket
create-done = Ticket created
create-number-hint = The number comes from the server.
