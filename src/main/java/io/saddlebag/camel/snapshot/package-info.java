/** Snapshots as a URI scheme: {@code snapshot:create}, {@code snapshot:release}. */
@NullMarked
package io.saddlebag.camel.snapshot;

import org.jspecify.annotations.NullMarked;
