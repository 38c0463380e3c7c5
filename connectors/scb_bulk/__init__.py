"""Statistics Sweden's weekly file of legal persons: form, industry, activity status, address, advertising."""
