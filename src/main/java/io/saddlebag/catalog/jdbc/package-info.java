/**
 * Catalog and volume register in one SQL store. Schema and rules: {@code docs/formats/catalog.md}.
 */
@NullMarked
package io.saddlebag.catalog.jdbc;

import org.jspecify.annotations.NullMarked;
