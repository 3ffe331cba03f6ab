/** A database's log as its server hands it out while it writes it: positions, timelines, slots. Knows no engine and no place to keep it. */
@NullMarked
package io.saddlebag.database.log;

import org.jspecify.annotations.NullMarked;
