/**
 * Auxiliary instances (R8): a database is recovered beside its original, behind the fence of rehearsals (W24), and a part of it - one
 * database of a cluster, single blocks - is taken from there into the original. It knows no engine.
 */
@NullMarked
package io.saddlebag.auxiliary;

import org.jspecify.annotations.NullMarked;
