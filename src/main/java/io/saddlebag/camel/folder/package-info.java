/**
 * The routes folder (W19): one YAML file is one unit of routes, checked before it is taken, swapped while none of its
 * jobs runs, kept as it was when the edit is broken. And {@link io.saddlebag.camel.folder.RouteLint the same checks}
 * without running anything.
 *
 * <p>Usable in any Camel host that has the YAML DSL; knows nothing of backups, catalogs or devices.
 */
@NullMarked
package io.saddlebag.camel.folder;

import org.jspecify.annotations.NullMarked;
