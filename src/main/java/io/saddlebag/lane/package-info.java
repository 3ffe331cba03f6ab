/** An image that several drives write, or read, at once (M28): how its lanes are worked on in parallel. */
@NullMarked
package io.saddlebag.lane;

import org.jspecify.annotations.NullMarked;
