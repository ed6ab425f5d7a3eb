"""Who may use the platform: accounts and their roles, passwords, sessions, and the code of the first set-up."""
