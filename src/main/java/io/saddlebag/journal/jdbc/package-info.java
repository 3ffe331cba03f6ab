/** The chain of journals in the catalog's store. */
@NullMarked
package io.saddlebag.journal.jdbc;

import org.jspecify.annotations.NullMarked;
