/**
 * Requests, jobs, durable steps, dependencies, transcripts (S, W21). Does not know what the steps do.
 */
@NullMarked
package io.saddlebag.job;

import org.jspecify.annotations.NullMarked;
