"""What is printed and signed: entries as slips and letters, registers as ledgers, files as cards, labels for the shelf."""
