package io.saddlebag.camel.piece;

import io.saddlebag.camel.node.SaddlebagComponent;
import io.saddlebag.librarian.DeviceOptions;
import java.util.Map;
import org.apache.camel.Endpoint;
import org.apache.camel.spi.annotations.Component;

/** Keeps named pieces. */
@Component("piece")
public class PieceComponent extends SaddlebagComponent {
    @Override
    protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) throws Exception {
        try {
            DeviceOptions.refuseAmong(parameters.keySet());
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(uri + ": " + e.getMessage(), e);
        }
        PieceEndpoint endpoint = new PieceEndpoint(uri, this);
        endpoint.setName(remaining);
        setProperties(endpoint, parameters);
        return endpoint;
    }
}
