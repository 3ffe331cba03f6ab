/** The routes folder on the machine's own file system. */
@NullMarked
package io.saddlebag.camel.folder.local;

import org.jspecify.annotations.NullMarked;
