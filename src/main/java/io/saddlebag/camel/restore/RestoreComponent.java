package io.saddlebag.camel.restore;

import io.saddlebag.camel.node.SaddlebagComponent;
import java.util.Map;
import org.apache.camel.Endpoint;
import org.apache.camel.spi.annotations.Component;

/** Restores backups. */
@Component("restore")
public class RestoreComponent extends SaddlebagComponent {
    @Override
    protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) throws Exception {
        RestoreEndpoint endpoint = new RestoreEndpoint(uri, this);
        endpoint.setName(remaining);
        setProperties(endpoint, parameters);
        return endpoint;
    }
}
