# نقل تذاكر كثيرة معًا: إلى من، وماذا سيحدث.
bulk-teams = الفرق
bulk-people = الأشخاص
bulk-team-hint = { $city }، المستوى { $tier }
bulk-person-hint = { $team } · { $shift } · { $load } من { $capacity }
bulk-other = اختر غيره
bulk-trying = يُجرَّب على هذا الحاسوب
