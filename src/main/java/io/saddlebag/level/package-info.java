/**
 * Levels of backups of files (D2), and of databases that send what changed (R7): what a backup is made on top of, and what a state is put together from. Facts in, decisions out.
 */
@NullMarked
package io.saddlebag.level;

import org.jspecify.annotations.NullMarked;
