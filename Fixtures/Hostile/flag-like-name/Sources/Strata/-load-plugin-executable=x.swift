// A name that a compiler would take for an option.
