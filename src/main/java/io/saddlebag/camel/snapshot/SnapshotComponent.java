package io.saddlebag.camel.snapshot;

import io.saddlebag.camel.node.SaddlebagComponent;
import java.util.Map;
import org.apache.camel.Endpoint;
import org.apache.camel.spi.annotations.Component;

/** Takes and releases snapshots of a job. */
@Component("snapshot")
public class SnapshotComponent extends SaddlebagComponent {
    @Override
    protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) throws Exception {
        SnapshotEndpoint endpoint = new SnapshotEndpoint(uri, this);
        endpoint.setAction(getCamelContext().getTypeConverter().mandatoryConvertTo(SnapshotAction.class, remaining));
        setProperties(endpoint, parameters);
        return endpoint;
    }
}
