/**
 * Snapshots of Windows volumes by the Volume Shadow Copy Service, which Windows' own {@code diskshadow} drives. A leaf. It has
 * never run on Windows: what {@code diskshadow} says is taken from Microsoft's documentation and from published sessions.
 */
@NullMarked
package io.saddlebag.snapshot.vss;

import org.jspecify.annotations.NullMarked;
