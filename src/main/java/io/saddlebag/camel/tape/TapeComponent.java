package io.saddlebag.camel.tape;

import io.saddlebag.camel.node.SaddlebagComponent;
import java.util.Map;
import org.apache.camel.Endpoint;
import org.apache.camel.spi.annotations.Component;

/** Writes images to the volumes of a library. */
@Component("tape")
public class TapeComponent extends SaddlebagComponent {
    @Override
    protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) throws Exception {
        TapeEndpoint endpoint = new TapeEndpoint(uri, this);
        endpoint.setLibrary(remaining);
        setProperties(endpoint, parameters);
        return endpoint;
    }
}
