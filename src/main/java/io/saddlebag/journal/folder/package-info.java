/** Closed journals of any engine as files that appear in a folder. */
@NullMarked
package io.saddlebag.journal.folder;

import org.jspecify.annotations.NullMarked;
