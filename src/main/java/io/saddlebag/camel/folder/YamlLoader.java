package io.saddlebag.camel.folder;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.apache.camel.CamelContext;
import org.apache.camel.RouteConfigurationsBuilder;
import org.apache.camel.RoutesBuilder;
import org.apache.camel.dsl.yaml.YamlRoutesBuilderLoader;
import org.apache.camel.spi.Resource;
import org.apache.camel.support.ResourceSupport;

/**
 * Puts the text of a file into a Camel context, the way Camel's YAML loader does.
 *
 * <p>The text is the one that was checked, not what the file may hold by now. Each load has a loader of its own: a shared
 * one remembers a file that failed and then refuses others.
 */
final class YamlLoader {
    private YamlLoader() {}

    static void load(CamelContext context, RouteDocument document) throws Exception {
        Resource resource = new Text(document);
        try (YamlRoutesBuilderLoader loader = new YamlRoutesBuilderLoader()) {
            loader.setCamelContext(context);
            loader.start();
            loader.preParseRoute(resource);
            RoutesBuilder builder = loader.loadRoutesBuilder(resource);
            if (builder instanceof RouteConfigurationsBuilder configurations) {
                configurations.addRouteConfigurationsToCamelContext(context);
            }
            builder.addRoutesToCamelContext(context);
            builder.addTemplatedRoutesToCamelContext(context);
        }
    }

    private static final class Text extends ResourceSupport {
        private final byte[] bytes;

        Text(RouteDocument document) {
            super("file", document.file().toString());
            this.bytes = document.text().getBytes(StandardCharsets.UTF_8);
        }

        @Override
        public boolean exists() {
            return true;
        }

        @Override
        public InputStream getInputStream() {
            return new ByteArrayInputStream(bytes);
        }
    }
}
