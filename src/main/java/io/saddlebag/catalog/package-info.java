/**
 * What was backed up, where it is, and which volumes exist. Ports and records; the store is in {@code catalog.jdbc}.
 */
@NullMarked
package io.saddlebag.catalog;

import org.jspecify.annotations.NullMarked;
