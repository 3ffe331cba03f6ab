/** Images that several drives write, and read, at once (M28): what a lane is, and how lanes are worked on in parallel. */
@NullMarked
package io.saddlebag.lane;

import org.jspecify.annotations.NullMarked;
