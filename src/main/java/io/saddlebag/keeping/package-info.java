/**
 * What volumes are kept for beyond their own date (J13, M21): what others are based on, and journals that a kept backup is rolled forward
 * with. Facts from the catalog in, reasons out; it moves and writes nothing, and knows no drive.
 */
@NullMarked
package io.saddlebag.keeping;

import org.jspecify.annotations.NullMarked;
