/** The reference pages, made of what the build knows: Camel descriptors and fault codes. */
@NullMarked
package io.saddlebag.reference;

import org.jspecify.annotations.NullMarked;
