# Moving work: many tickets at once, tried first, undone at will.
bulk-title = { $n ->
    [one] Move 1 ticket
   *[other] Move { $n } tickets
}
bulk-to = To
bulk-try = Try it
bulk-nothing-moved = Nothing has moved yet
bulk-would-move = { $n } would move
bulk-stay = { $n } stay
bulk-already = { $n } there already
bulk-need-you = { $n ->
    [one] 1 needs you
   *[other] { $n } need you
}
bulk-do = { $n ->
    [one] Move 1
   *[other] Move { $n }
}
bulk-forget = Forget it
bulk-undo-for = Undo for { $time }
bulk-done = { $moved ->
    [one] 1 ticket moved
   *[other] { $moved } tickets moved
}, { $stayed } stayed
bulk-undone = { $n ->
    [one] 1 ticket moved back
   *[other] { $n } tickets moved back
}
bulk-more = { $n ->
    [one] 1 more would move.
   *[other] { $n } more would move.
}
bulk-show-all = Show all

assign-title = Assign
assign-find = Find a colleague or team
assign-to-me = Assign to me
assign-to-team = Back to the team { $team }
assign-done = Given to { $name }
assign-taken = It is yours
assign-active = { $n ->
    [0] free hands
    [one] 1 open
   *[other] { $n } open
}
