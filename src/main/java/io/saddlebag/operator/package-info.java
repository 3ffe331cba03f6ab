/**
 * People at the library: what jobs ask of them, and what they do with cartridges as jobs of their own (M5, M13, M15, S9).
 * Does not know how they are shown a question, nor what backups and restores are.
 */
@NullMarked
package io.saddlebag.operator;

import org.jspecify.annotations.NullMarked;
