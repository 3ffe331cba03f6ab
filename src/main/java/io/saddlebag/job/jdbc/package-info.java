/**
 * The job log in an SQL store, the same as the catalog's. Schema: {@code docs/formats/catalog.md}.
 */
@NullMarked
package io.saddlebag.job.jdbc;

import org.jspecify.annotations.NullMarked;
