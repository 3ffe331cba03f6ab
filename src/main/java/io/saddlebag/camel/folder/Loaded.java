package io.saddlebag.camel.folder;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.camel.model.RouteConfigurationDefinition;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.RouteTemplateDefinition;

/**
 * What one version of a file has put into the running Camel context.
 *
 * @param needs what it was built with: the files with its templates, configurations and beans, as they were then
 */
record Loaded(
        RouteDocument document,
        List<RouteDefinition> routes,
        List<RouteTemplateDefinition> templates,
        List<RouteConfigurationDefinition> configurations,
        List<Loaded> needs) {

    List<String> routeIds() {
        return routes.stream().map(RouteDefinition::getRouteId).toList();
    }

    /** Whether it is what loading a file now would give. */
    boolean isBuiltFrom(RouteDocument other, Set<RouteDocument> needed) {
        Set<RouteDocument> with = new HashSet<>();
        needs.forEach(need -> with.add(need.document()));
        return document.equals(other) && with.equals(needed);
    }
}
