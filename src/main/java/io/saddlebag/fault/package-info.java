/**
 * What went wrong, for an operator: stable ids, what it means for the data, what to do next. Knows nothing else.
 */
@NullMarked
package io.saddlebag.fault;

import org.jspecify.annotations.NullMarked;
