package io.saddlebag.camel.job;

import io.saddlebag.camel.node.SaddlebagComponent;
import java.util.Map;
import org.apache.camel.Endpoint;
import org.apache.camel.spi.annotations.Component;

/** Begins and ends jobs, and shows them. */
@Component("job")
public class JobComponent extends SaddlebagComponent {
    @Override
    protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) throws Exception {
        JobEndpoint endpoint = new JobEndpoint(uri, this);
        endpoint.setAction(getCamelContext().getTypeConverter().mandatoryConvertTo(JobAction.class, remaining));
        setProperties(endpoint, parameters);
        return endpoint;
    }
}
