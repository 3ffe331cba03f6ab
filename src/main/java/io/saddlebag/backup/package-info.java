/**
 * The backup use cases. They own the safety of the workflow: start follows stop whatever happens, nothing is called a
 * backup before it is durable, and what a dead process left is put right. They know ports only, and no Camel.
 */
@NullMarked
package io.saddlebag.backup;

import org.jspecify.annotations.NullMarked;
