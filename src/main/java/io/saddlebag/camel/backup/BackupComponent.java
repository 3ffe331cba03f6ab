package io.saddlebag.camel.backup;

import io.saddlebag.camel.node.SaddlebagComponent;
import java.util.Map;
import org.apache.camel.Endpoint;
import org.apache.camel.spi.annotations.Component;

/** Makes images of what a job has a snapshot of. */
@Component("backup")
public class BackupComponent extends SaddlebagComponent {
    @Override
    protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) throws Exception {
        BackupEndpoint endpoint = new BackupEndpoint(uri, this);
        endpoint.setName(remaining);
        setProperties(endpoint, parameters);
        return endpoint;
    }
}
