/** Jobs as a URI scheme: {@code job:begin} ... {@code job:end} around the phases of a backup, and what jobs there are. */
@NullMarked
package io.saddlebag.camel.job;

import org.jspecify.annotations.NullMarked;
