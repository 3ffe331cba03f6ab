/**
 * Who may do what with a volume or a backup file, in RMU's {@code S,O,G,W} form (M29). Pure: knows neither volumes nor files,
 * nor who is asking.
 */
@NullMarked
package io.saddlebag.protection;

import org.jspecify.annotations.NullMarked;
