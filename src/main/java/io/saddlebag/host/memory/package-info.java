/**
 * The machine as tests need it: files that fail at a chosen call.
 */
@NullMarked
package io.saddlebag.host.memory;

import org.jspecify.annotations.NullMarked;
