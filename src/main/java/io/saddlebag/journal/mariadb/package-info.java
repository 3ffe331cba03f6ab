/** MariaDB's binary logs as journals of a fixed size. Knows their files; the server itself is behind a port of databases. */
@NullMarked
package io.saddlebag.journal.mariadb;

import org.jspecify.annotations.NullMarked;
