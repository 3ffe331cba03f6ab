/**
 * Restore tests (R14): a backup is restored beside its original, opened there by the engine, looked at, and thrown away. Behind a
 * fence (W24): of the catalog it may read all and write its result, of the machine it may write to one scratch folder. It knows no
 * engine.
 */
@NullMarked
package io.saddlebag.rehearsal;

import org.jspecify.annotations.NullMarked;
