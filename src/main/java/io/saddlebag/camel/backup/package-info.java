/** Backup images as a URI scheme: {@code backup:orders} makes the body an image that is read when it is written. */
@NullMarked
package io.saddlebag.camel.backup;

import org.jspecify.annotations.NullMarked;
