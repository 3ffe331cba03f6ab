/**
 * The histories that a database had between the resets of its log: which went off which, which of them lead to the current one, and
 * which states lie on that path (R9, R10). Facts in, answers out; of engines it knows how PostgreSQL writes a timeline's history down.
 */
@NullMarked
package io.saddlebag.incarnation;

import org.jspecify.annotations.NullMarked;
