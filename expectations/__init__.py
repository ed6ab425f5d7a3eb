"""What is expected of data: the publishing gate of every batch, and whether reported figures are genuine."""
