# Moving work: many tickets at once, tried first, undone at will.
bulk-title = { $n ->
    [one] Move 1 ticket
   *[other] Move { $n } tickets
}
bulk-to = To
bulk-nothing-moved = Nothing has moved yet
bulk-would-move = { $n } would move
bulk-stay = { $n } stay
bulk-already = { $n } there already
bulk-do = { $n ->
    [one] Move 1
   *[other] Move { $n }
}
bulk-forget = Forget it
bulk-done = { $moved ->
    [one] 1 ticket moved
   *[other] { $moved } tickets moved
}, { $stayed } stayed
bulk-undone = { $n ->
    [one] 1 ticket moved back
   *[other] { $n } tickets moved back
}

assign-title = Assign
assign-find = Find a colleague or team
assign-done = Given to { $name }
assign-taken = It is yours
