/**
 * Files of which an image has only the blocks that changed, as PostgreSQL 17 and later hand them over in an incremental backup: their
 * format, their names, and what the database's own files say of it. Pure; knows neither files nor the catalog.
 */
@NullMarked
package io.saddlebag.increment;

import org.jspecify.annotations.NullMarked;
