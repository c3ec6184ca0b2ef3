# Moving many tickets at once: to whom, and what would happen.
bulk-teams = Teams
bulk-people = People
bulk-team-hint = { $city }, tier { $tier }
bulk-person-hint = { $team } · { $shift } · { $load } of { $capacity }
bulk-other = Choose another
bulk-trying = Trying it on this computer
