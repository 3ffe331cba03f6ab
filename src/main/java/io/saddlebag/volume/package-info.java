/**
 * The engine that puts image sections onto volumes and reads them back: automount, label checks, append, spanning,
 * locating. The one place that decides what is written on media.
 */
@NullMarked
package io.saddlebag.volume;

import org.jspecify.annotations.NullMarked;
