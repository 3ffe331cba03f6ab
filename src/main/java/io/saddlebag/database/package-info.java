/**
 * The database adapter as a port: status, stop, start, components, and what it is as the writer
 * of an online backup. Does not know backups or media.
 */
@NullMarked
package io.saddlebag.database;

import org.jspecify.annotations.NullMarked;
