/**
 * MariaDB as a database adapter, offline and online: {@code mariadbd} is started, {@code SHUTDOWN} and the redo log's own
 * end say that it stopped cleanly, backup stages hold it for a snapshot. Knows no backups, media or leases.
 */
@NullMarked
package io.saddlebag.database.mariadb;

import org.jspecify.annotations.NullMarked;
