/**
 * Recovery by journals (R7-R12, J20): which backup it begins with, which journals of which incarnations it needs, where they are
 * collected for the engine, and whether what the engine came to is what was asked for. Knows no engine, no command line and no route.
 */
@NullMarked
package io.saddlebag.rollforward;

import org.jspecify.annotations.NullMarked;
