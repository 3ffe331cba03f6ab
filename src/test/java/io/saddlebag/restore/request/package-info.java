/** Request files: what is read from them, and how each mistake is told. */
@NullMarked
package io.saddlebag.restore.request;

import org.jspecify.annotations.NullMarked;
