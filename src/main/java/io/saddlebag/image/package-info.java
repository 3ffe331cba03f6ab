/**
 * The backup image: a POSIX pax-tar stream that explains and proves itself, and the layers around it. Does not know
 * where the stream goes.
 */
@NullMarked
package io.saddlebag.image;

import org.jspecify.annotations.NullMarked;
