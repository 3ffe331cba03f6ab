package io.saddlebag.camel.catalog;

import io.saddlebag.camel.node.SaddlebagComponent;
import java.util.Map;
import org.apache.camel.Endpoint;
import org.apache.camel.spi.annotations.Component;

/** Asks the catalog. */
@Component("catalog")
public class CatalogComponent extends SaddlebagComponent {
    @Override
    protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) throws Exception {
        CatalogEndpoint endpoint = new CatalogEndpoint(uri, this);
        endpoint.setAction(getCamelContext().getTypeConverter().mandatoryConvertTo(CatalogAction.class, remaining));
        setProperties(endpoint, parameters);
        return endpoint;
    }
}
