/** SQLite's write-ahead log as an extensible journal. Knows the file; the database itself is behind a port of databases. */
@NullMarked
package io.saddlebag.journal.sqlite;

import org.jspecify.annotations.NullMarked;
