package io.saddlebag.camel.recover;

import io.saddlebag.camel.node.SaddlebagComponent;
import java.util.Map;
import org.apache.camel.Endpoint;
import org.apache.camel.spi.annotations.Component;

/** Recovers databases. */
@Component("recover")
public class RecoverComponent extends SaddlebagComponent {
    @Override
    protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) throws Exception {
        RecoverEndpoint endpoint = new RecoverEndpoint(uri, this);
        endpoint.setDatabase(remaining);
        setProperties(endpoint, parameters);
        return endpoint;
    }
}
