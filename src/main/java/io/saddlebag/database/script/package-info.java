/**
 * Any database as a database adapter, through the scripts that its operators have: the exit code decides, output is kept.
 */
@NullMarked
package io.saddlebag.database.script;

import org.jspecify.annotations.NullMarked;
