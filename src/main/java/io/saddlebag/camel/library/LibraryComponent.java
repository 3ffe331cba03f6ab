package io.saddlebag.camel.library;

import io.saddlebag.camel.node.SaddlebagComponent;
import java.util.Map;
import org.apache.camel.Endpoint;
import org.apache.camel.spi.annotations.Component;

/** Moves and labels the cartridges of a library. */
@Component("library")
public class LibraryComponent extends SaddlebagComponent {
    @Override
    protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) throws Exception {
        LibraryEndpoint endpoint = new LibraryEndpoint(uri, this);
        endpoint.setLibrary(remaining);
        setProperties(endpoint, parameters);
        return endpoint;
    }
}
