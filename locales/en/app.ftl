# The window, the rail, the status bar, and words that every screen shares.
app-name = Holdfast
app-starting = Opening your desk
app-title = Holdfast · { $place }

shared-close = Close
shared-cancel = Cancel
shared-save = Save
shared-undo = Undo
shared-copy = Copy
shared-copied = Copied: { $text }
shared-open = Open it
shared-understood = Understood
shared-back = Back
shared-all = All
shared-you = You
shared-show = Show
shared-hide = Hide
shared-try-again = Try again
shared-copy-details = Copy details
shared-show-words = Show what is typed
shared-hide-words = Hide what is typed
shared-remove = Remove { $name }
shared-required = Please fill this in.
shared-nothing-found = Nothing found
shared-today = Today
shared-yesterday = Yesterday

rail-views = Views
rail-workplace = Workplace
rail-label = Places
rail-search = Search
rail-inbox = Inbox
rail-mine = My open
rail-team = Team
rail-unassigned = Unassigned
rail-at_risk = At risk
rail-needs_you = Needs you
rail-drafts = Drafts
rail-asked = Asked of you
rail-finished = Solved and closed
rail-all = All tickets
rail-board = Live board
rail-settings = Settings
rail-outbox = Outbox
rail-on-duty-until = until { $time }

bar-label = Status
bar-synced = Synced
bar-synced-age = Synced { $age }
bar-sending = { $n ->
    [one] Sending 1 change
   *[other] Sending { $n } changes
}
bar-trouble-refused = The server refuses the connection.
bar-trouble-wrong_key = Somebody answers at the server’s address with a key that is not pinned here. Nothing was sent. Ask your administrator whether the server has a new key.
bar-trouble-untrusted = Somebody answers at the server’s address whom this computer does not trust. Nothing was sent. Ask your administrator for the server’s certificate or its pin.
bar-trouble-timed_out = The server does not answer.
bar-trouble-signed_out = The server wants you to sign in again.
bar-trouble-too_old = The server and this desk no longer speak the same version.
bar-trouble-unknown = The connection fails: { $code }
bar-offline-since = Working offline since { $time }
bar-signed-out = Signed out of the server. Sign in to send.
bar-clock-unsure = Clock unsure
bar-data-age = Data { $age } old
bar-data-none = No data yet
bar-saved-here = { $n ->
    [one] 1 change saved on this computer
   *[other] { $n } changes saved on this computer
}
bar-held = { $n ->
    [one] 1 held change needs you
   *[other] { $n } held changes need you
}
bar-needs-you = { $n ->
    [one] 1 needs you
   *[other] { $n } need you
}
bar-fetching = Bringing tickets to this computer, { $done } of { $all }
bar-indexing = Search is still being filled: { $percent } %
bar-commands = Commands
bar-keys = Keys
bar-open-outbox = Open the outbox
