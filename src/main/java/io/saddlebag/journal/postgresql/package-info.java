/** How PostgreSQL calls what it archives. */
@NullMarked
package io.saddlebag.journal.postgresql;

import org.jspecify.annotations.NullMarked;
