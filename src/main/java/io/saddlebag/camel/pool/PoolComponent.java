package io.saddlebag.camel.pool;

import io.saddlebag.camel.node.SaddlebagComponent;
import java.util.Map;
import org.apache.camel.Endpoint;
import org.apache.camel.spi.annotations.Component;

/** Writes images into disk pools. */
@Component("pool")
public class PoolComponent extends SaddlebagComponent {
    @Override
    protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) throws Exception {
        PoolEndpoint endpoint = new PoolEndpoint(uri, this);
        endpoint.setPool(remaining);
        setProperties(endpoint, parameters);
        return endpoint;
    }
}
