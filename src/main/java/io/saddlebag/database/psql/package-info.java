/**
 * Pervasive PSQL's data files as a database adapter: continuous operation by its program {@code butil} (J22). Tested with a stand-in
 * of that program only. Knows no backups, media or leases.
 */
@NullMarked
package io.saddlebag.database.psql;

import org.jspecify.annotations.NullMarked;
