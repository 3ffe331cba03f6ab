package io.saddlebag.camel;

import io.saddlebag.node.Node;
import java.nio.file.Path;
import org.apache.camel.CamelContext;
import org.apache.camel.RoutesBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;

/** A Camel context with routes from YAML. */
final class Routes {
    private Routes() {}

    static DefaultCamelContext on(Node node) {
        DefaultCamelContext context = new DefaultCamelContext();
        context.getRegistry().bind("node", Node.class, node);
        context.getShutdownStrategy().setTimeout(5);
        return context;
    }

    static void load(CamelContext context, String yaml) throws Exception {
        PluginHelper.getRoutesLoader(context).loadRoutes(ResourceHelper.fromString("test.yaml", yaml));
    }

    /** One that ships with the product. */
    static void loadShipped(CamelContext context, String file) throws Exception {
        Path path = Path.of("routes").resolve(file).toAbsolutePath();
        PluginHelper.getRoutesLoader(context)
                .loadRoutes(PluginHelper.getResourceLoader(context).resolveResource("file:" + path));
    }

    static void add(CamelContext context, RoutesBuilder routes) throws Exception {
        context.addRoutes(routes);
    }
}
