/** The command line (E5): parses, calls the node, prints tables or JSON. Decides nothing about backups. */
@NullMarked
package io.saddlebag.cli;

import org.jspecify.annotations.NullMarked;
