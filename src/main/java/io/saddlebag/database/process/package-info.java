/** What the kernel tells of the processes that use a database's files. */
@NullMarked
package io.saddlebag.database.process;

import org.jspecify.annotations.NullMarked;
