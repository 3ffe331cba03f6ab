/**
 * The restore use cases: choosing backups, planning, reading images back, and what becomes of what is read. Verifying is
 * restoring with a sink that only compares (C12).
 */
@NullMarked
package io.saddlebag.restore;

import org.jspecify.annotations.NullMarked;
