# Searching on this computer.
search-label = Search
search-hint = Searches subjects, messages, notes, people and resource ids on this computer.
search-count = { $n ->
    [0] Nothing found
    [one] 1 ticket
   *[other] { $n } tickets
}
search-count-more = more than { $n } tickets
search-empty = Nothing found for “{ $query }”
search-empty-hint = Try fewer words, or drop a filter such as status:open.
search-stranger = { $word } is no filter: it was looked for as a word.
search-stranger-like = { $word } is no filter: it was looked for as a word. Did you mean { $like }?
search-still-filling = The index is still being filled; older words may be missing.
search-error = The search could not be run
search-in-note = in a note
search-in-message = in a message
search-in-subject = in the subject
search-in-contact = in who asked
search-in-resource = in a resource
search-in-number = in the number
search-placeholder-short = Words, #number, filter:
search-filter-from = a person or company
search-filter-status = new, open, pending, on_hold, solved, closed
search-filter-severity = p0 to p4
search-filter-team = a team, or none
search-filter-assignee = a colleague, me, or none
search-filter-tag = a whole tag
search-filter-lang = the customer’s language
search-filter-after = changed in the last 7 days, or since a day
search-filter-before = changed before a day, or longer ago than 30d
search-filter-has = with a file
search-filter-is = not read yet
search-filter-number = one ticket
search-filter-phrase = these words in this order
search-filter-not = without this word
search-filter-prefix = words that begin so
search-wrong-empty_value = Something is missing after the colon.
search-wrong-bad_severity = The severity is one of p0 to p4.
search-wrong-bad_date = A day is written like 2026-11-21, a span like 7d.
search-wrong-bad_number = A ticket’s number has digits only.
search-wrong-bad_has = Only has:attachment is known.
search-wrong-bad_is = Only is:unread is known.
search-wrong-too_long = This is too long to search for.
search-wrong-too_many_parts = These are too many words and filters at once.
