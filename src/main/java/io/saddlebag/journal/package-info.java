/**
 * Journals of databases and their continuous backup: what a source is, what one pass does, when the next one is due, and the
 * chain of pieces that a recovery applies. Knows no engine, no command line and no route.
 */
@NullMarked
package io.saddlebag.journal;

import org.jspecify.annotations.NullMarked;
