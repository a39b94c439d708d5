"""The registers: kinds of entry as data, entries, and the function that decides every act."""
