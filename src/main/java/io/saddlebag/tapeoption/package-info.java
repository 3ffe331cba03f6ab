/**
 * What somebody may wish of a backup on tape: format, framing, labels, drives (M5, M7, M10, M29), with RMU's names, limits and
 * conflicts. Values only: knows no drive and writes nothing.
 */
@NullMarked
package io.saddlebag.tapeoption;

import org.jspecify.annotations.NullMarked;
