/**
 * The database adapter as a port: status, stop, start, components. Does not know backups or media.
 */
@NullMarked
package io.saddlebag.database;

import org.jspecify.annotations.NullMarked;
