/**
 * An embedded SQLite database as a database adapter. Its server is the application that has it open, which is stopped and
 * started through another adapter.
 */
@NullMarked
package io.saddlebag.database.sqlite;

import org.jspecify.annotations.NullMarked;
