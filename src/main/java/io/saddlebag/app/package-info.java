/**
 * The programs: the command line's main class and the watchdog's. The only place that composes everything and names real
 * clocks, files and devices.
 */
@NullMarked
package io.saddlebag.app;

import org.jspecify.annotations.NullMarked;
