/**
 * Consistency groups (W23): what belongs together, and how backups of one recovery point are told. Pure values; it knows no engine,
 * no catalog and no clock.
 */
@NullMarked
package io.saddlebag.group;

import org.jspecify.annotations.NullMarked;
