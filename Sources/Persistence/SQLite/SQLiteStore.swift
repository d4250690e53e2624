/// History in one file, through GRDB.
