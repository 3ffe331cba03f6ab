/** Restore requests as people write them: YAML files. Knows nothing of how they are carried out. */
@NullMarked
package io.saddlebag.restore.request;

import org.jspecify.annotations.NullMarked;
