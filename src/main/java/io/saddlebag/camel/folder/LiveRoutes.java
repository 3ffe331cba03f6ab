package io.saddlebag.camel.folder;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.camel.CamelContext;
import org.apache.camel.model.Model;
import org.apache.camel.model.RouteConfigurationDefinition;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.RouteTemplateDefinition;

/** Puts files into the running Camel context and takes them out again. For one thread at a time. */
final class LiveRoutes {
    private final CamelContext context;
    private final Duration stopTimeout;

    LiveRoutes(CamelContext context, Duration stopTimeout) {
        this.context = context;
        this.stopTimeout = stopTimeout;
    }

    /** @throws Exception as Camel throws it; nothing of the file is left behind then */
    Loaded load(RouteDocument document, List<Loaded> needs) throws Exception {
        Model model = model();
        List<RouteDefinition> routes = List.copyOf(model.getRouteDefinitions());
        List<RouteTemplateDefinition> templates = List.copyOf(model.getRouteTemplateDefinitions());
        List<RouteConfigurationDefinition> configurations = List.copyOf(model.getRouteConfigurationDefinitions());
        Exception failure = null;
        try {
            YamlLoader.load(context, document);
            if (context.getRouteController().isSupervising()) {
                // only the default controller starts routes that are added later by itself
                context.getRouteController().supervising().startRoutes(true);
            }
        } catch (Exception e) {
            failure = e;
        }
        Loaded loaded = new Loaded(
                document,
                added(routes, model.getRouteDefinitions()),
                added(templates, model.getRouteTemplateDefinitions()),
                added(configurations, model.getRouteConfigurationDefinitions()),
                List.copyOf(needs));
        if (failure != null) {
            cleanUp(loaded, failure);
            throw failure;
        }
        return loaded;
    }

    private static <T> List<T> added(List<T> before, Collection<T> after) {
        return after.stream()
                .filter(one -> before.stream().noneMatch(other -> other == one))
                .toList();
    }

    private void cleanUp(Loaded loaded, Exception failure) {
        try {
            remove(loaded);
        } catch (Exception e) {
            failure.addSuppressed(e);
        }
    }

    /**
     * Loads a version again with what it was built with, which may by now have been replaced.
     *
     * @param current what is loaded now
     */
    Loaded restore(Loaded before, Collection<Loaded> current) throws Exception {
        List<Loaded> replaced =
                before.needs().stream().filter(need -> !current.contains(need)).toList();
        List<Loaded> replacing = current.stream()
                .filter(one -> replaced.stream()
                        .anyMatch(need ->
                                need.document().file().equals(one.document().file())))
                .toList();
        replacing.forEach(this::removeDefinitions);
        try {
            replaced.forEach(this::addDefinitions);
            return load(before.document(), before.needs());
        } finally {
            replaced.forEach(this::removeDefinitions);
            replacing.forEach(this::addDefinitions);
        }
    }

    private void removeDefinitions(Loaded loaded) {
        // by identity: Camel's own remove gives configurations without id one first
        model().getRouteConfigurationDefinitions().removeAll(loaded.configurations());
        model().getRouteTemplateDefinitions().removeAll(loaded.templates());
    }

    private void addDefinitions(Loaded loaded) {
        model().getRouteConfigurationDefinitions().addAll(loaded.configurations());
        model().getRouteTemplateDefinitions().addAll(loaded.templates());
    }

    /** Exchanges that are in one of its routes now. */
    int inFlight(Loaded loaded) {
        int sum = 0;
        for (String id : loaded.routeIds()) {
            sum += context.getInflightRepository().size(id);
        }
        return sum;
    }

    /**
     * Stops its routes, gracefully.
     *
     * @return false when one didn't come to its end in time; all of them run on then, and nothing was cut off
     */
    boolean stop(Loaded loaded) throws Exception {
        List<String> stopped = new ArrayList<>();
        for (String id : loaded.routeIds()) {
            if (context.getRoute(id) == null
                    || context.getRouteController().getRouteStatus(id).isStopped()) {
                continue;
            }
            if (!context.getRouteController().stopRoute(id, stopTimeout.toMillis(), TimeUnit.MILLISECONDS, true)) {
                for (String again : stopped) {
                    context.getRouteController().startRoute(again);
                }
                return false;
            }
            stopped.add(id);
        }
        return true;
    }

    void start(Loaded loaded) throws Exception {
        for (String id : loaded.routeIds()) {
            context.getRouteController().startRoute(id);
        }
    }

    /** Takes out routes that are stopped, and everything else the file declared. */
    void remove(Loaded loaded) throws Exception {
        for (RouteDefinition route : loaded.routes()) {
            model().removeRouteDefinition(route);
        }
        removeDefinitions(loaded);
    }

    /** Beans that a deleted file made; those of a changed one are replaced as it is loaded. */
    void unbind(Set<String> beans) {
        beans.forEach(context.getRegistry()::unbind);
    }

    /** What there is in the context besides the files. */
    HostView host(Collection<Loaded> ours) {
        Set<Object> own = new HashSet<>();
        for (Loaded loaded : ours) {
            own.addAll(loaded.routeIds());
            loaded.templates().forEach(template -> own.add(template.getId()));
        }
        Set<String> routes = new HashSet<>();
        context.getRoutes().forEach(route -> routes.add(route.getRouteId()));
        model().getRouteDefinitions().stream()
                .map(RouteDefinition::getRouteId)
                .filter(Objects::nonNull)
                .forEach(routes::add);
        routes.removeAll(own);
        Set<String> templates = new HashSet<>();
        model().getRouteTemplateDefinitions().forEach(template -> templates.add(template.getId()));
        templates.removeAll(own);
        Set<String> configurations = new HashSet<>();
        boolean handlesErrors = false;
        for (RouteConfigurationDefinition configuration : model().getRouteConfigurationDefinitions()) {
            if (ours.stream().anyMatch(loaded -> loaded.configurations().contains(configuration))) {
                continue;
            }
            if (configuration.getId() != null) {
                configurations.add(configuration.getId());
            } else {
                handlesErrors |= configuration.getErrorHandler() != null
                        || !configuration.getOnExceptions().isEmpty();
            }
        }
        return new HostView(routes, templates, configurations, handlesErrors);
    }

    private Model model() {
        return context.getCamelContextExtension().getContextPlugin(Model.class);
    }
}
