/**
 * The librarian interface (M26): named streams of data, such as a database's tools hand over, are stored as backups, fetched, listed
 * and removed by name. It knows jobs, images and the catalog; it knows no device: where a piece goes is its caller's target.
 */
@NullMarked
package io.saddlebag.librarian;

import org.jspecify.annotations.NullMarked;
