# What the reader has begun to write.
drafts-error = Your drafts could not be read
drafts-kind-reply = Reply
drafts-kind-note = Internal note
drafts-no-words = No words yet
drafts-holes = { $n ->
    [one] 1 place is still open
   *[other] { $n } places are still open
}
drafts-files = { $n ->
    [one] 1 file
   *[other] { $n } files
}
