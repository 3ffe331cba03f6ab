/**
 * What goes wrong while nothing fails: copies that don't keep up with their source (J27), and disks of journals that fill up (J26). Facts
 * in, verdicts out.
 */
@NullMarked
package io.saddlebag.journal.watch;

import org.jspecify.annotations.NullMarked;
