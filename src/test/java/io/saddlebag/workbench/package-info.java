/** A node for tests of the use cases: library in memory, real catalog and job log, twins that fail on demand. */
@org.jspecify.annotations.NullMarked
package io.saddlebag.workbench;
