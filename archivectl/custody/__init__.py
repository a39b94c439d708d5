"""Who holds the keys: sharing them with readers, rotating and renewing them, copies on other machines, and proof of recovery."""
