/**
 * One SQL store shared by several concepts: connections, transactions, migrations, and what a failed statement means.
 * Doesn't know what is stored. Not a leaf of a port: the {@code jdbc} leaves of catalog and job stand on it.
 */
@NullMarked
package io.saddlebag.store.jdbc;

import org.jspecify.annotations.NullMarked;
