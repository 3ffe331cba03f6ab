/**
 * To which points what was backed up can be recovered, how that is known, what of it would be gone with a volume, a pool or a key, and
 * what could be done about a problem. Facts of the catalog in, answers out; nothing is read from media or databases, and nothing is changed.
 */
@NullMarked
package io.saddlebag.recoverability;

import org.jspecify.annotations.NullMarked;
