package io.saddlebag.camel.folder;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.camel.CamelContext;
import org.apache.camel.model.Model;
import org.apache.camel.model.ModelCamelContext;
import org.apache.camel.model.RouteDefinition;

/**
 * A Camel context in which routes are built and nothing is started: it stays at <em>initialised</em>, the state in which
 * Camel itself has built the routes of an application and not yet started the first component. So no timer fires, no
 * scheduler exists, no consumer or producer is made, and {@code file:} endpoints create no folders.
 */
final class DryRun implements AutoCloseable {
    private final CamelContext context;
    private final Map<RouteDocument, Exception> failed = new HashMap<>();
    private final Set<RouteDocument> loaded = new HashSet<>();

    DryRun(ScratchContextFactory factory) throws Exception {
        this.context = factory.create();
        context.setAutoStartup(false);
        context.build();
    }

    CamelContext context() {
        return context;
    }

    /** Loads what others need; a failure comes up when {@link #build} is asked for that file. */
    void prepare(List<RouteDocument> providers) {
        for (RouteDocument provider : providers) {
            if (provider.defect() == null && loaded.add(provider)) {
                try {
                    load(provider);
                } catch (Exception e) {
                    failed.put(provider, e);
                }
            }
        }
    }

    /** @throws Exception as Camel throws it when a route can't be built */
    void build(RouteDocument document) throws Exception {
        if (loaded.add(document)) {
            load(document);
        }
        Exception before = failed.get(document);
        if (before != null) {
            throw before;
        }
    }

    private void load(RouteDocument document) throws Exception {
        Model model = context.getCamelContextExtension().getContextPlugin(Model.class);
        List<RouteDefinition> before = new ArrayList<>(model.getRouteDefinitions());
        YamlLoader.load(context, document);
        List<RouteDefinition> added = new ArrayList<>(model.getRouteDefinitions());
        added.removeIf(definition -> before.stream().anyMatch(old -> old == definition));
        ((ModelCamelContext) context).startRouteDefinitions(added);
    }

    @Override
    public void close() {
        context.stop();
    }
}
