# The desk where no ticket is open, and links that lead out of it.
desk-nothing-open = No ticket is open
desk-nothing-open-hint = Choose one from the list, or begin with the first.
link-title = Leave Holdfast?
link-open = Open in the browser
link-refused = This kind of link is not opened.
link-odd-letters = This address is written in letters that can be mistaken for others.
link-odd-name = What stands before the @ is not the host. Such a link is not opened.
