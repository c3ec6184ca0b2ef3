# Searching on this computer.
search-label = Search
search-placeholder = Words, #number, from: status: tag: lang: before:
search-hint = Searches subjects, messages, notes, people and resource ids on this computer.
search-count = { $n ->
    [0] Nothing found
    [one] 1 ticket
   *[other] { $n } tickets
}
search-count-more = more than { $n } tickets
search-empty = Nothing found for “{ $query }”
search-empty-hint = Try fewer words, or drop a filter such as status:open.
search-bad-query = This could not be understood: { $at }
search-still-filling = The index is still being filled; older words may be missing.
search-error = The search could not be run
search-in-note = in a note
search-in-message = in a message
search-in-subject = in the subject
search-in-contact = in who asked
search-in-resource = in a resource
search-in-number = in the number
search-help-from = from: a person or company
search-help-status = status: new, open, pending, on_hold, solved, closed
search-help-tag = tag: a tag
search-help-lang = lang: a language, as zh
search-help-before = before: and after: a day, as 2026-11-21
search-help-phrase = “two words” together, -word without it
