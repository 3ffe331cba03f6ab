/**
 * What all of Saddlebag's Camel components share: where they find their node, how an exchange belongs to a job, and the
 * names of headers. Knows no single component.
 */
@NullMarked
package io.saddlebag.camel.node;

import org.jspecify.annotations.NullMarked;
