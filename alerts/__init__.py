"""Findings, refused deliveries and bad nights become cases, and cases become mail that is never lost.

``notify`` is the face the night uses, ``casebook`` the one people use (acknowledge, assign, close), ``outbox`` the one
that delivers. Mail carries counts and links; names of firms or persons never enter it (统计法 art. 25).
"""
