/**
 * Volumes, labels, volume ids, media families, eligibility and expiry. Pure: facts in, decisions out, no device and
 * no clock.
 */
@NullMarked
package io.saddlebag.media;

import org.jspecify.annotations.NullMarked;
