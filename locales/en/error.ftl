# One text for each code the desk can answer with. What is so; why; what to do.
error-title = This did not work
error-sign_in_failed = Address or password is wrong, or the account is closed.
error-throttled = Too many tries. Wait { $time } and try again.
error-unreachable = The server cannot be reached.
error-wrong_key = Somebody answers at the server’s address with a key that is not pinned here. Nothing was sent. Ask your administrator whether the server has a new key.
error-untrusted = Somebody answers at the server’s address whom this computer does not trust. Nothing was sent. Ask your administrator for the server’s certificate or its pin.
error-passphrase_needed = The keyring does not answer. Use your passphrase.
error-passphrase_weak = The passphrase is too short: at least { $least_chars } characters.
error-passphrase_wrong = This passphrase does not open it.
error-profile_in_use = Another Holdfast has this desk open.
error-cache_damaged = The file with your tickets is damaged. It was set aside, and unsent work was saved from it. Sign in to fetch the rest.
error-lease_over = This computer has not reached the server for too long: tickets stay closed until it does. What you wrote is kept.
error-revoked = Your account is disabled: tickets stay closed. What you wrote is kept here, encrypted; ask your administrator.
error-desk_revoked = This desk was revoked: what you had not sent (changes and drafts: { $holds }) was sealed for your administrator, and everything else here was destroyed.
error-not_allowed = You may not do this.
error-not_found = It is not there, or no longer.
error-empty = Write something first.
error-too_much = It is longer or more than is allowed: at most { $limit }.
error-holes = A place is still open: { $holes }
error-file_lost = The file { $name } was lost with a damaged disk. Add it again, or take it off.
error-already_taken = { $by } was faster. Nothing was changed.
error-newer_words = New words came in while you wrote. Read them, then send.
error-written_on = You have gone on writing on these words. Send them from your draft.
error-already_sent = These words were sent before.
error-too_late = It is on its way and cannot be taken back.
error-no_such_step = The ticket cannot take this step now.
error-bad_tag = A tag is one word without spaces.
error-bad_query = This query cannot be read. See what is marked.
error-bad_request = This could not be understood: { $message }
error-desk_too_old = The server no longer speaks with this version. Update Holdfast; your work is kept.
error-server_too_old = The server is older than this desk. Ask your administrator to update it.
error-internal = Something failed that should not. Your work is kept.
error-locked = This desk is locked.
error-disk_full = The disk is full. Nothing was changed; free some space and try again.
error-disk_fails = This computer’s disk cannot be written to: it is read-only or fails. Nothing was changed, and what was saved before is still there. Ask whoever looks after this computer.
error-sign-in-again = Sign in again
error-details-copied = Details copied

notice-solved = Solved #{ $number }
notice-status = #{ $number } is now { $status }
notice-severity = #{ $number } is now { $severity }
notice-undone = Undone
notice-p0 = P0: #{ $number } { $subject }
notice-damaged = The copy of your tickets on this computer was damaged. It is set aside and fetched again.
notice-damaged-saved = { $n ->
    [0] Nothing was unsent.
    [one] One unsent change was saved from it.
   *[other] { $n } unsent changes were saved from it.
}
notice-damaged-lost = { $n ->
    [one] At most one could not be read any more.
   *[other] At most { $n } could not be read any more.
}
