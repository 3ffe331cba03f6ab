/**
 * The wallet (X6, X10): age identities and passwords in one file that a passphrase opens, which is an age file itself, and who
 * has it open. Knows files and the age format; doesn't know backups, nor which keys they need.
 */
@NullMarked
package io.saddlebag.wallet;

import org.jspecify.annotations.NullMarked;
