# المكتب بلا تذكرة مفتوحة، والروابط التي تخرج منه.
desk-nothing-open = لا تذكرة مفتوحة
desk-nothing-open-hint = اختر واحدة من القائمة، أو ابدأ بالأولى.
link-title = أتغادر Holdfast؟
link-open = افتح في المتصفح
link-refused = لا يُفتح هذا النوع من الروابط.
link-odd-letters = كُتب هذا العنوان بحروف قد تُظن غيرها.
link-odd-name = ما قبل @ ليس هو المضيف. لا يُفتح رابط كهذا.
