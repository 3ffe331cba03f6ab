/**
 * A database's log received while it is written (J19): which position comes next, where what arrives is kept, and what the server is
 * told to be durable. Knows no engine's way of connecting, only that its log has timelines and segments as PostgreSQL's has.
 */
@NullMarked
package io.saddlebag.journal.stream;

import org.jspecify.annotations.NullMarked;
