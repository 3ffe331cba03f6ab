package io.saddlebag.camel.folder;

import java.util.Set;

/**
 * What a host application has declared itself, outside the folder.
 *
 * @param configurations ids of its route configurations
 * @param handlesErrors whether one of its route configurations is for all routes
 */
record HostView(Set<String> routes, Set<String> templates, Set<String> configurations, boolean handlesErrors) {
    static final HostView NOTHING = new HostView(Set.of(), Set.of(), Set.of(), false);
}
