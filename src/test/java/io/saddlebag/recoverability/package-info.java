/** What can be recovered. */
@NullMarked
package io.saddlebag.recoverability;

import org.jspecify.annotations.NullMarked;
