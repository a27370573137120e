package sample

// SchemeText returns the scheme of Millbeck as a TOML file, with comments for
// whoever adapts it to a real town.
func SchemeText() string { return schemeText }

const schemeText = `# The scheme of Millbeck, a town that does not exist.
# Every record that goes with it is made up. To set up a real town, copy this
# file, set synthetic to false and change what differs.
name = "Millbeck"
synthetic = true

# Weeks, days and hours are counted on the clocks of this zone. A reporting
# period is four weeks; all periods follow from the first day of any one.
time_zone = "Europe/London"
first_weekday = "Wednesday"
period_weeks = 4
period_anchor = 2019-04-24

# On which ways reports come in, and why nobody could go to one.
channels = ["phone", "online", "service"]
reasons = ["bank_holiday", "officers_engaged_in_arrest", "no_unit_free"]

[grid]
# Longitude and latitude of the middle of the town: open upland in the North
# Pennines, on purpose, where there is no town.
origin = [-2.42, 54.72]

# What the crews pick up, in the order of tables. A family is drawn together.
[[kind]]
id = "needle"
title = "Needles"
family = "needles"

[[kind]]
id = "condom_used"
title = "Condoms, used"
family = "condoms"

[[kind]]
id = "condom_unused"
title = "Condoms, unused"
family = "condoms"

# What came of a report. One with a parent is a part of it. Outcomes count
# reports, not people: one report may concern several.
[[outcome]]
id = "worker_identified"
title = "Person identified"

[[outcome]]
id = "spoken_to"
title = "Spoken to or moved on"
parent = "worker_identified"

[[outcome]]
id = "arrested_other_offence"
title = "Arrested for another offence"
parent = "worker_identified"

[[outcome]]
id = "official_warning"
title = "Given an official warning"
parent = "worker_identified"

[[outcome]]
id = "ran_off"
title = "Left before being spoken to"
parent = "worker_identified"

[[outcome]]
id = "attended_nothing_found"
title = "Attended, nothing found"

[[outcome]]
id = "welfare_concern_from_service"
title = "Welfare concern passed on by a service"

[[outcome]]
id = "not_responded"
title = "Not responded to"

[[outcome]]
id = "reported_later"
title = "Reported later, nobody sent"

[[outcome]]
id = "soliciting_of_other_person"
title = "Other person approached"

[[outcome]]
id = "not_related"
title = "Not related"

# What agencies return for the report: numbers, never a row about a person. The
# agency is the source of its API key; the window is what days a number is about.
# Nothing is above what it is part_of, nor below the reports with an outcome that
# it covers.
[[measure]]
id = "workers_contacted"
title = "People contacted"
agency = "police"
window = "period"

[[measure]]
id = "official_warnings"
title = "Official warnings"
agency = "police"
window = "period"
covers = "official_warning"

[[measure]]
id = "cautions"
title = "Cautions"
agency = "police"
window = "period"

[[measure]]
id = "workers_arrested"
title = "Arrested for other offences"
agency = "police"
window = "period"
covers = "arrested_other_offence"

[[measure]]
id = "purchasers_arrested"
title = "Purchasers arrested"
agency = "police"
window = "period"

[[measure]]
id = "diversion_cautions"
title = "Purchasers given a conditional caution"
agency = "police"
window = "cohort"

[[measure]]
id = "diversion_attended"
title = "Attended the appointment"
agency = "police"
window = "cohort"
part_of = "diversion_cautions"

[[measure]]
id = "diversion_first_contact"
title = "First contact with the justice system"
agency = "police"
window = "cohort"
part_of = "diversion_cautions"

[[measure]]
id = "diversion_offered"
title = "Offered map and rules"
agency = "police"
window = "cohort"
part_of = "diversion_cautions"

[[measure]]
id = "diversion_taken"
title = "Took map and rules"
agency = "police"
window = "cohort"
part_of = "diversion_offered"

[[measure]]
id = "diversion_again"
title = "Found breaking the rules again"
agency = "police"
window = "cohort"
part_of = "diversion_cautions"

[[measure]]
id = "house_closures"
title = "House closures in operation"
agency = "antisocial_behaviour"
window = "as_at"

[[measure]]
id = "landlords"
title = "Landlords and agencies worked with"
agency = "antisocial_behaviour"
window = "as_at"

[[measure]]
id = "people_engaged"
title = "People engaged each month"
agency = "outreach"
window = "three_months"
range = true

[[measure]]
id = "supported"
title = "People supported through casework"
agency = "outreach"
window = "three_months"

# When the managed area's own rules permit work, by local clock. A span that
# ends before it starts runs on past midnight into the next day.
[hours]
monday = ["19:00-07:00"]
tuesday = ["19:00-07:00"]
wednesday = ["19:00-07:00"]
thursday = ["19:00-07:00"]
friday = ["19:00-07:00"]
saturday = ["19:00-07:00"]
sunday = ["19:00-07:00"]

# Who sees what. The police see incidents, and of pickups only these kinds.
# Condoms must never become evidence: where women fear that, they carry fewer.
# To list them here is shown on the page on governance.
[disclosure]
police_kinds = ["needle"]

# Everyone is asked, once for each sign-in, why they look at incidents.
ask_reason = true

# How long single records are kept, in months after their week; only sums are
# left after that. Without a line records are kept for good.
[retention]
pickup_months = 36
incident_months = 24

# What the public may see. These are the defaults; a value that tells more must
# be named in override, and is shown on the page on governance.
[release]
# Days from a period's end to its edition; weeks with the same squares.
delay_days = 28
epoch_weeks = 52
# The smallest squares, and the addresses in each quarter of one that is divided.
finest_m = 250
min_addresses = 20
# A square is shown with so many items on so many days, no day above a share.
min_items = 10
min_days = 3
max_day_percent = 50
# So many squares are shown, and have the same band, at least.
min_squares = 3
# Where the second and third band begin, in items for each 250 m x 250 m.
cuts = [25, 75]
# In tables, smaller numbers are hidden, others rounded; steps are odd.
table_min = 10
table_step = 5
total_step = 25
# The least area to be searched to meet half of the next period's finds.
min_search_hectares = 50
override = []
`
