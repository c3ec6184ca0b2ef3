# Writing: a reply and a note cannot be confused.
composer-reply = Reply
composer-note = Note
composer-kind = What you write
composer-to = to { $name } in { $language } · { $channel }
composer-reply-label = Reply to { $name }
composer-note-label = Note for colleagues
composer-reply-placeholder = Write to { $name }
composer-note-placeholder = Only colleagues read this. Use @ to name one.
composer-only-colleagues = Only colleagues read this
composer-send-to = Send to { $name }
composer-send-and-solve = Send and solve
composer-save-note = Save note
composer-more-ways = More ways to send
composer-attach = Attach a file
composer-macro = Macro
composer-translate = Translation
composer-preview = Preview
composer-write = Write
composer-drop = Drop to attach
composer-draft-saved = Draft saved { $time }
composer-draft-not-saved = This draft is not saved: { $reason }
composer-draft-discard = Discard the draft
composer-draft-discarded = Draft discarded
composer-holes = { $n ->
    [one] 1 place is still open: { $names }
   *[other] { $n } places are still open: { $names }
}
composer-empty = Write something first.
composer-too-long = Too long by { $size }.
composer-file-too-large = { $name } is larger than { $limit }.
composer-file-unreadable = { $name } could not be read.
composer-file-too-many = At most { $n } files.
composer-reads = What { $name } reads
composer-offline = You are offline: it leaves when the network is back.
composer-closed = This ticket is closed. Write a new one.
composer-not-allowed = You may read this ticket, but not write to the customer.

sent-in = Sending to { $name } in { $time }
sent-offline = Saved here; goes to { $name } when online
sent-saved = Reply saved on this computer
note-saved = Note saved
send-undone = Not sent. Your words are a draft again.

macro-find = Find a macro
macro-none = No macros yet
macro-in = in { $language }
macro-only-in = only in { $language }
mention-find = Name a colleague

composer-files = Files
composer-files-coming = A file is still being added.
composer-file-lost = A file was lost with a damaged disk. Add it again, or take it off.
composer-file-lost-chip = { $name } is lost: add it again, or take it off
composer-foreign = Written in { $language }, which { $name } is not known to read.
composer-changed = Changed while you wrote:
composer-changed-more = { $n ->
    [one] and 1 more
   *[other] and { $n } more
}

macro-tags = { $n ->
    [one] The macro suggests the tag { $tags }
   *[other] The macro suggests the tags { $tags }
}
macro-tags-add = Add

composer-paste-too-long = This is { $size }; a message holds { $limit }. It was not pasted.
composer-paste-as-file = Attach it as a file
