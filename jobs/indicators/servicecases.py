"""What a case of a government service is, in SQL that both engines read: the topic and the page of the plan count the
same.
"""

ONLINE, FINISHED, ON_TIME = "channel = 'online'", "finished_at IS NOT NULL", "actual_days <= promised_days"
