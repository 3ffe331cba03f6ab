/**
 * Which backup a restore is made from, and what it turns to when that one can't be read (R3, R5). Facts in, decisions out: knows no
 * catalog, no device and no clock.
 */
@NullMarked
package io.saddlebag.recovery;

import org.jspecify.annotations.NullMarked;
