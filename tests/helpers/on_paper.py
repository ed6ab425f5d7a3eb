"""What is done on paper only, overdue or never tried: kind of the planted event, registers, the state it leads to."""

ON_PAPER = (
    ("merged_and_still_on", ("private_network", "internet_exit"), "said_done"),
    ("closed_site_still_up", ("website",), "said_done"),
    ("assessment_overdue", ("assessment",), "overdue"),
    ("never_restored", ("restore",), "never"),
    ("shut_system_still_used", ("mail", "video", "office", "mobile"), "said_done"),
)
