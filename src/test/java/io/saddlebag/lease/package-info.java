/** What every watchdog must do. */
@NullMarked
package io.saddlebag.lease;

import org.jspecify.annotations.NullMarked;
