/**
 * Apache Derby as a database adapter: frozen for a snapshot through its network server, stopped and started by its application's
 * own programs. Knows no backups, media or leases.
 */
@NullMarked
package io.saddlebag.database.derby;

import org.jspecify.annotations.NullMarked;
