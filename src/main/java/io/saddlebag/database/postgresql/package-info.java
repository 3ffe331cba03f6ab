/**
 * PostgreSQL as a database adapter: {@code pg_ctl} stops and starts, JDBC says whether the server is open. Knows no
 * backups, media or leases.
 */
@NullMarked
package io.saddlebag.database.postgresql;

import org.jspecify.annotations.NullMarked;
