/**
 * The dataset language (D1): which paths of which hosts a backup takes, what it leaves out, and what is run before and after.
 * Pure: texts in, selections out.
 */
@NullMarked
package io.saddlebag.dataset;

import org.jspecify.annotations.NullMarked;
