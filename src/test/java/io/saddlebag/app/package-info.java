/** The command line as the program composes it, run in the test's own process. */
@NullMarked
package io.saddlebag.app;

import org.jspecify.annotations.NullMarked;
